package polartest

import (
	"maps"
	"time"
)

// Subscription is a plan that a customer pays each month.
type Subscription struct {
	shop    *Shop
	product Product
	next    *Product // planned for the next period
	o       object

	count     int // of seats or units
	nextCount int // planned for the next period; 0: stays
	discount  Discount
	periods   int // that began since the first

	Last *Order // the newest one
	due  *Order // not paid yet
}

func (s *Subscription) sell(p Product) {
	s.product = p
	s.o["product_id"], s.o["product"] = p.id, s.shop.product(p)
	if !s.shop.terms.Older {
		s.o["prices"] = s.shop.terms.prices(p)
	}
	s.o["recurring_interval"], s.o["recurring_interval_count"] = p.interval(), 1
	s.count = s.shop.terms.put(s.o, p, s.count)
	s.price()
}

// bill is a new order of the subscription.
func (s *Subscription) bill(reason string, amount int) *Order {
	o := s.shop.order(reason, s.product, amount, s.discount)
	s.shop.terms.put(o.o, s.product, s.count)
	inside := maps.Clone(s.o)
	for _, name := range []string{"customer", "product", "prices"} {
		delete(inside, name)
	}
	o.o["subscription_id"], o.o["subscription"] = s.o["id"], inside
	return o
}

func (s *Subscription) update(pairs ...any) { s.shop.set(s.o, pairs...) }

// EndOfPeriod is when the current period ends.
func (s *Subscription) EndOfPeriod() time.Time {
	end, err := time.Parse(time.RFC3339Nano, s.o["current_period_end"].(string))
	if err != nil {
		panic(err) // timestamp wrote it
	}
	return end
}

// passPeriod lets time pass until a little after the period's end, if that is
// to come.
func (s *Subscription) passPeriod() {
	if end := s.EndOfPeriod(); end.After(s.shop.Now) {
		s.shop.Now = end
	}
	s.shop.Pass(3 * time.Minute)
}

// cycle starts the next period, in which a planned change takes effect and a
// trial becomes a paid subscription. Its order is pending.
func (s *Subscription) cycle() {
	s.passPeriod()
	start := s.EndOfPeriod()
	s.takeEffect()
	s.update("status", "active", "pending_update", nil,
		"current_period_start", timestamp(start), "current_period_end", timestamp(s.product.after(start)))
	s.shop.send(s.o, "subscription.cycled", "subscription.updated")
	s.shop.Pass(2 * time.Second)
	s.due = s.bill("subscription_cycle", s.list()+s.usage())
	s.shop.send(s.due.o, "order.created")
}

func (s *Subscription) pay() {
	s.due.paid()
	s.shop.send(s.due.o, "order.updated", "order.paid")
	s.due.bookFee()
	s.Last, s.due = s.due, nil
}

// Renew is the next period, which is paid.
func (s *Subscription) Renew() {
	s.cycle()
	s.shop.Pass(7 * time.Second)
	s.pay()
}

// FailRenewal is the next period, whose payment fails.
func (s *Subscription) FailRenewal() {
	s.cycle()
	s.shop.Pass(7 * time.Second)
	s.update("status", "past_due", "past_due_at", s.shop.time())
	s.shop.send(s.o, "subscription.updated", "subscription.past_due")
}

// Recover is the failed payment coming in after all.
func (s *Subscription) Recover() {
	s.update("status", "active", "past_due_at", nil)
	s.shop.send(s.o, "subscription.updated", "subscription.active")
	s.shop.Pass(time.Second)
	s.pay()
}

// Lose is Polar giving the failed payment up.
func (s *Subscription) Lose() {
	s.update("status", "canceled", "canceled_at", s.shop.time(), "ended_at", s.shop.time(), "ends_at", s.shop.time())
	s.shop.send(s.o, "subscription.updated", "subscription.canceled", "subscription.revoked")
	s.shop.Pass(5 * time.Second)
	s.shop.set(s.due.o, "status", "void")
	s.shop.send(s.due.o, "order.updated")
	s.due = nil
}

// GiveUp is Polar giving the failed payment up without an end, as in 2025.
func (s *Subscription) GiveUp() {
	s.update("status", "unpaid")
	s.shop.send(s.o, "subscription.updated")
}

// Cancel is the customer leaving at the end of the period.
func (s *Subscription) Cancel() {
	s.update("cancel_at_period_end", true, "canceled_at", s.shop.time(), "ends_at", s.o["current_period_end"],
		"customer_cancellation_reason", "too_expensive", "customer_cancellation_comment", "Only needed it for a while.")
	s.shop.send(s.o, "subscription.updated", "subscription.canceled")
}

// Stay is the customer calling the cancellation off.
func (s *Subscription) Stay() {
	s.update("cancel_at_period_end", false, "canceled_at", nil, "ends_at", nil,
		"customer_cancellation_reason", nil, "customer_cancellation_comment", nil)
	s.shop.send(s.o, "subscription.updated", "subscription.uncanceled")
}

// End is the end of the period of a subscription that was canceled.
func (s *Subscription) End() {
	s.passPeriod()
	s.update("status", "canceled", "ended_at", s.o["ends_at"])
	s.shop.send(s.o, "subscription.updated", "subscription.canceled", "subscription.revoked")
}

// CancelNow ends the subscription at once.
func (s *Subscription) CancelNow() {
	s.update("status", "canceled", "canceled_at", s.shop.time(), "ended_at", s.shop.time(), "ends_at", s.shop.time())
	s.shop.send(s.o, "subscription.updated", "subscription.canceled", "subscription.revoked")
}

// PausePlanned is a pause that begins with the next period.
func (s *Subscription) PausePlanned() {
	s.update("pause_at_period_end", true)
	s.shop.send(s.o, "subscription.updated")
}

// Pause is the beginning of the planned pause.
func (s *Subscription) Pause() {
	s.passPeriod()
	s.update("status", "paused", "pause_at_period_end", false, "paused_at", s.shop.time())
	s.shop.send(s.o, "subscription.updated", "subscription.paused")
}

// Resume is the end of the pause, with a new period that is paid.
func (s *Subscription) Resume() {
	s.update("status", "active", "paused_at", nil,
		"current_period_start", s.shop.time(), "current_period_end", timestamp(s.product.after(s.shop.Now)))
	s.shop.send(s.o, "subscription.updated", "subscription.resumed")
	s.shop.Pass(2 * time.Second)
	s.due = s.bill("subscription_cycle", s.list()+s.usage())
	s.shop.send(s.due.o, "order.created")
	s.shop.Pass(5 * time.Second)
	s.pay()
}

// Change changes the plan at once, with an order for the difference.
func (s *Subscription) Change(to Product) {
	before := s.list()
	s.sell(to)
	difference := s.list() - before
	s.update()
	s.shop.send(s.o, "subscription.updated")
	s.shop.Pass(time.Second)
	s.billChange(difference)
}

// billChange is the order for the difference that a change of plan makes.
func (s *Subscription) billChange(difference int) {
	o := s.bill("subscription_update", difference)
	o.paid()
	s.shop.send(o.o, "order.created", "order.updated", "order.paid")
	s.Last = o
}

// Plan plans a change of plan for the next period.
func (s *Subscription) Plan(to Product) {
	s.next = &to
	s.update("pending_update", object{"applies_at": s.o["current_period_end"], "product_id": to.id, "seats": nil, "units": nil})
	s.shop.send(s.o, "subscription.updated")
}

// KeepPlan calls the planned change off.
func (s *Subscription) KeepPlan() {
	s.next, s.nextCount = nil, 0
	s.update("pending_update", nil)
	s.shop.send(s.o, "subscription.updated")
}

// Touch is an update that changes nothing that anybody tells.
func (s *Subscription) Touch() {
	s.update()
	s.shop.send(s.o, "subscription.updated")
}
