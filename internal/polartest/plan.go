package polartest

import (
	"math/rand/v2"
	"time"
)

// list is what a period costs before the discount.
func (s *Subscription) list() int { return s.shop.terms.list(s.product, s.count) }

// price writes what a period costs after the discount, and the discount.
func (s *Subscription) price() {
	s.o["amount"] = s.list() - s.discount.off(s.list())
	s.discount.put(s.o)
}

// usage is what was used in the period that ended; nothing in some.
func (s *Subscription) usage() int {
	if !s.shop.terms.isMetered(s.product) {
		return 0
	}
	return 1234 * (s.shop.invoices % 3)
}

// takeEffect is what changes with the period: a planned change, and a discount
// that ends.
func (s *Subscription) takeEffect() {
	if s.nextCount > 0 {
		s.count, s.nextCount = s.nextCount, 0
	}
	s.periods++
	if s.discount.Periods > 0 && s.periods >= s.discount.Periods {
		s.discount = Discount{}
	}
	if s.next != nil {
		s.product, s.next = *s.next, nil
	}
	s.sell(s.product)
}

// SetCount changes the seats or units at once, with an order for the difference.
func (s *Subscription) SetCount(n int) {
	before := s.list()
	s.count = n
	s.sell(s.product)
	s.update()
	s.shop.send(s.o, "subscription.updated")
	s.shop.Pass(time.Second)
	s.billChange(s.list() - before)
}

// PlanCount plans other seats or units for the next period.
func (s *Subscription) PlanCount(n int) {
	planned := object{"applies_at": s.o["current_period_end"], "product_id": nil, "seats": nil, "units": nil}
	s.nextCount = s.shop.terms.put(planned, s.product, n)
	s.update("pending_update", planned)
	s.shop.send(s.o, "subscription.updated")
}

// PutDiscount puts a discount on that begins now, or takes it off.
func (s *Subscription) PutDiscount(d Discount) {
	s.discount, s.periods = d, 0
	s.price()
	s.update()
	s.shop.send(s.o, "subscription.updated")
}

// BillUsage bills usage within a period.
func (s *Subscription) BillUsage() {
	o := s.bill("subscription_meter_cycle", 4200)
	o.o["items"] = []any{object{
		"label": "API calls", "amount": 4200, "start_timestamp": s.o["current_period_start"], "end_timestamp": s.shop.time(),
	}}
	s.shop.send(o.o, "order.created")
	s.shop.Pass(5 * time.Second)
	o.paid()
	s.shop.send(o.o, "order.updated", "order.paid")
}

// LiveOn is Live on the shop's terms: products by the year, seats, units and
// discounts that change, usage within a period.
func (s *Shop) LiveOn(r *rand.Rand) {
	switch r.IntN(8) {
	case 0, 1, 2, 3:
		s.Live(r)
		return
	case 4:
		s.takeBack(s.Purchase(Book))
		return
	case 5:
		sub := s.Migrate(oneOf(r, Basic, Pro, Yearly))
		sub.Renew()
		s.liveWith(r, sub)
		return
	}
	c := s.visit(oneOf(r, Pro, Pro, Team, Yearly), oneOf(r, 0, 0, 14))
	s.Pass(spanUpTo(r, time.Minute))
	c.Fill()
	if !s.pay(r, c) {
		c.Expire()
		return
	}
	s.liveWith(r, c.Subscribe())
}

// liveWith is some periods of a subscription, and perhaps its return.
func (s *Shop) liveWith(r *rand.Rand, sub *Subscription) {
	defer func() {
		if sub.o["status"] == "canceled" && r.IntN(2) == 0 {
			s.Pass(spanUpTo(r, 10*24*time.Hour))
			sub.Reinstate()
		}
	}()
	for range 1 + r.IntN(5) {
		s.passWithin(r, sub)
		if !oneOf(r, s.renew, s.renew, s.count, s.coupon, s.meter, s.yearly, s.leave, s.failToPay, s.otherwise)(r, sub) {
			return
		}
	}
}

// Reinstate makes a subscription active again after its end.
func (s *Subscription) Reinstate() {
	s.update("status", "active", "cancel_at_period_end", false, "canceled_at", nil, "ends_at", nil, "ended_at", nil, "past_due_at", nil)
	s.shop.send(s.o, "subscription.updated", "subscription.active")
}

// Migrate is a subscription whose billing Polar takes over from somebody else.
func (s *Shop) Migrate(p Product) *Subscription {
	sub := s.newSubscription(p)
	s.send(sub.o, "subscription.updated", "subscription.migrated")
	return sub
}

// takeBack is a refund that fails after it had succeeded.
func (s *Shop) takeBack(o *Order) {
	if o.Left() > 0 {
		refund := o.Refund(o.Left())
		s.Pass(48 * time.Hour)
		refund.Fail()
	}
}

func (s *Shop) count(r *rand.Rand, sub *Subscription) bool {
	if !s.terms.counts(sub.product) || sub.o["status"] == "trialing" {
		return true
	}
	n := sub.count%9 + 1 // another one
	if r.IntN(2) == 0 {
		sub.SetCount(n)
		return true
	}
	sub.PlanCount(n)
	s.passWithin(r, sub)
	if r.IntN(2) == 0 {
		sub.KeepPlan()
	} else {
		sub.Renew()
	}
	return true
}

func (s *Shop) coupon(r *rand.Rand, sub *Subscription) bool {
	sub.PutDiscount(oneOf(r, Discount{}, randomDiscount(r)))
	return true
}

func (s *Shop) meter(_ *rand.Rand, sub *Subscription) bool {
	if s.terms.isMetered(sub.product) {
		sub.BillUsage()
	}
	return true
}

func (s *Shop) yearly(_ *rand.Rand, sub *Subscription) bool {
	if sub.o["status"] != "trialing" && !sub.product.Yearly {
		sub.Change(Yearly)
	}
	return true
}

// otherwise ends with all that Live has.
func (s *Shop) otherwise(r *rand.Rand, sub *Subscription) bool {
	s.afterStart(r, sub)
	return false
}
