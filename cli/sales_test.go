package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"polarbell/polar"
)

// sale is one customer's history as Polar sends it: stages that follow each
// other, each of deliveries that are under way together.
type sale struct {
	n      int
	stages [][]delivery
}

type delivery struct {
	id   string // Polar's, kept when it tries again
	body []byte
}

// product tells the sales apart: its name is on every card.
func (s *sale) product() string { return fmt.Sprintf("Plan%05dx", s.n) }

// author writes the deliveries of a sale, a second of Polar's time after each
// other.
type author struct {
	sale *sale
	at   time.Time

	checkout, order, sub, renewal, refund map[string]any
}

func newAuthor(n int) *author {
	a := &author{sale: &sale{n: n}, at: time.Now().UTC().Truncate(time.Second).Add(-time.Minute)}
	a.cast()
	return a
}

func newPurchase(n int) *sale {
	a := newAuthor(n)
	a.purchase()
	return a.sale
}

// newSale picks one of Polar's sequences by chance.
func newSale(n int, random *rand.Rand) *sale {
	a := newAuthor(n)
	sequences := []func(*author){
		(*author).purchase, (*author).purchase, (*author).left, (*author).declined,
		(*author).refunded, (*author).refundedLater, (*author).refundFailed,
		(*author).subscribed, (*author).tried, (*author).upgraded, (*author).canceled, (*author).ended,
		(*author).renewed, (*author).lost,
	}
	sequences[random.IntN(len(sequences))](a)
	return a.sale
}

// cast makes the objects of the sale. Those that were never sent do not exist.
func (a *author) cast() {
	product, buyer, email := a.sale.product(), fmt.Sprint("Buyer ", a.sale.n), fmt.Sprintf("buyer%d@acme.com", a.sale.n)
	a.checkout = a.object("checkout.updated", 2, "status", "open", "product.name", product, "customer_name", buyer, "customer_email", email)
	a.order = a.object("order.paid", 1, "checkout_id", a.id(2), "description", product, "product.name", product,
		"customer.name", buyer, "customer.email", email, "customer.id", a.id(9), "customer_id", a.id(9), "items", []any{}, "subscription_id", nil, "subscription", nil)
	a.sub = a.object("subscription.active", 4, "checkout_id", a.id(2), "product.name", product,
		"customer.name", buyer, "customer.email", email, "customer.id", a.id(9), "customer_id", a.id(9))
	a.renewal = with(a.order, "id", a.id(5), "billing_reason", "subscription_cycle", "subscription_id", a.id(4),
		"checkout_id", nil, "status", "pending", "invoice_number", "NIMB-0043")
	a.refund = a.object("refund.created", 3, "order_id", a.id(1), "customer_id", a.id(9))
}

// object is a sample's, made this sale's own.
func (a *author) object(eventType string, kind int, pairs ...any) map[string]any {
	body, known := polar.Sample(eventType)
	if !known {
		panic("no sample of " + eventType)
	}
	var event struct{ Data map[string]any }
	if err := json.Unmarshal(body, &event); err != nil {
		panic(err)
	}
	return with(with(event.Data, "id", a.id(kind), "created_at", a.stamp()), pairs...)
}

func (a *author) id(kind int) string {
	return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, a.sale.n)
}

func (a *author) stamp() string { return a.at.Format(time.RFC3339) }

// tell is a delivery of each type, all of one state of an object.
func (a *author) tell(o map[string]any, eventTypes ...string) (all []delivery) {
	for _, eventType := range eventTypes {
		a.at = a.at.Add(time.Second)
		body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": a.stamp(), "data": with(o, "modified_at", a.stamp())})
		if err != nil {
			panic(err)
		}
		all = append(all, delivery{fmt.Sprintf("%s-%d-%d", eventType, a.sale.n, a.at.Unix()), body})
	}
	return all
}

func (a *author) stage(deliveries ...[]delivery) {
	a.sale.stages = append(a.sale.stages, slices.Concat(deliveries...))
}

// browse opens the checkout, at first without the customer's e-mail address.
func (a *author) browse() {
	a.stage(a.tell(with(a.checkout, "customer_name", nil, "customer_email", nil), "checkout.created"))
	a.stage(a.tell(a.checkout, "checkout.updated"))
}

// buy pays the order. It is made before it is paid, or with the payment.
func (a *author) buy(more ...[]delivery) {
	made := with(a.order, "created_at", a.stamp())
	a.order = made
	if a.sale.n%2 == 0 {
		made = with(made, "status", "pending")
	}
	a.stage(append([][]delivery{
		a.tell(with(a.checkout, "status", "confirmed"), "checkout.updated"),
		a.tell(made, "order.created"), a.tell(a.order, "order.updated", "order.paid"),
		a.tell(with(a.checkout, "status", "succeeded"), "checkout.updated"),
	}, more...)...)
}

func (a *author) purchase() {
	a.browse()
	a.buy()
}

func (a *author) left() {
	a.browse()
	a.stage(a.tell(with(a.checkout, "status", "expired"), "checkout.expired"))
}

func (a *author) declined() {
	a.browse()
	a.stage(a.tell(with(a.checkout, "status", "confirmed"), "checkout.updated"))
	a.stage(a.tell(a.checkout, "checkout.updated"))
	if a.sale.n%2 == 0 {
		a.buy()
	}
}

// Refunds.

func (a *author) refunded() {
	a.purchase()
	a.refund["created_at"] = a.stamp()
	a.stage(a.refunds("refund.created")...)
}

// refunds are the deliveries of a refund that succeeds.
func (a *author) refunds(eventType string) [][]delivery {
	order := with(a.order, "status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148)
	return [][]delivery{a.tell(a.refund, eventType), a.tell(order, "order.updated", "order.refunded")}
}

func (a *author) refundedLater() {
	a.purchase()
	a.refund["created_at"] = a.stamp()
	a.stage(a.tell(with(a.refund, "status", "pending"), "refund.created"))
	a.stage(a.refunds("refund.updated")...)
}

func (a *author) refundFailed() {
	a.purchase()
	a.refund["created_at"] = a.stamp()
	a.stage(a.tell(with(a.refund, "status", "pending"), "refund.created"))
	a.stage(a.tell(with(a.refund, "status", "failed"), "refund.updated"))
}

// Subscriptions.

func (a *author) subscribed() {
	a.browse()
	a.order = with(a.order, "billing_reason", "subscription_create", "subscription_id", a.id(4))
	a.buy(a.tell(a.sub, "subscription.created", "subscription.active", "subscription.updated"))
}

// tried is a trial that turns into a paid subscription.
func (a *author) tried() {
	running := a.sub
	a.sub = with(a.sub, "status", "trialing", "trial_start", a.stamp(), "trial_end", a.at.Add(time.Minute).Format(time.RFC3339))
	a.order = with(a.order, "total_amount", 0, "net_amount", 0, "due_amount", 0, "tax_amount", 0, "discount", nil)
	a.subscribed()
	a.renewal = with(a.renewal, "created_at", a.stamp())
	a.cycle(with(running, "trial_start", a.sub["trial_start"], "trial_end", a.sub["trial_end"]))
	a.stage(a.pay())
}

// cycle begins a period, whose order waits for its payment.
func (a *author) cycle(sub map[string]any) {
	a.stage(a.tell(sub, "subscription.cycled", "subscription.updated"), a.tell(a.renewal, "order.created"))
}

func (a *author) pay() []delivery {
	return a.tell(with(a.renewal, "status", "paid"), "order.updated", "order.paid")
}

func (a *author) upgraded() {
	a.subscribed()
	larger := with(a.sub, "product_id", a.id(6), "product.id", a.id(6), "product.name", a.sale.product()+" Team", "amount", 7000,
		"prices", []any{map[string]any{"amount_type": "fixed", "price_amount": 7000, "price_currency": "usd"}})
	bill := with(a.renewal, "billing_reason", "subscription_update", "created_at", a.stamp(), "status", "paid")
	a.stage(a.tell(larger, "subscription.updated"), a.tell(bill, "order.created", "order.updated", "order.paid"))
}

// canceled may be called off.
func (a *author) canceled() {
	a.subscribed()
	running := a.sub
	a.cancel()
	if a.sale.n%2 == 0 {
		a.stage(a.tell(running, "subscription.updated", "subscription.uncanceled"))
	}
}

func (a *author) cancel() {
	a.sub = with(a.sub, "cancel_at_period_end", true, "canceled_at", a.stamp(), "ends_at", a.at.Add(time.Hour*48).Format(time.RFC3339),
		"customer_cancellation_reason", "too_expensive")
	a.stage(a.tell(a.sub, "subscription.updated", "subscription.canceled"))
}

// ended is a cancellation that takes effect.
func (a *author) ended() {
	a.subscribed()
	a.cancel()
	over := with(a.sub, "status", "canceled", "ended_at", a.sub["ends_at"])
	a.stage(a.tell(over, "subscription.updated", "subscription.canceled", "subscription.revoked"))
}

// failed is a payment that fails, of a subscription that began long before.
func (a *author) failed() (due map[string]any) {
	a.sub = with(a.sub, "created_at", "2025-03-12T10:02:44Z", "started_at", "2025-03-12T10:02:44Z")
	a.cycle(a.sub)
	due = with(a.sub, "status", "past_due", "past_due_at", a.stamp())
	a.stage(a.tell(due, "subscription.updated", "subscription.past_due"))
	return due
}

func (a *author) renewed() {
	a.failed()
	a.stage(a.pay(), a.tell(a.sub, "subscription.updated", "subscription.active"))
}

func (a *author) lost() {
	over := with(a.failed(), "status", "canceled", "canceled_at", a.stamp(), "ended_at", a.stamp())
	a.stage(a.tell(over, "subscription.updated", "subscription.canceled", "subscription.revoked"))
	a.stage(a.tell(with(a.renewal, "status", "void"), "order.updated"))
}

// with is a copy of an object with values changed by paths such as
// "customer.name".
func with(o map[string]any, pairs ...any) map[string]any {
	if o = maps.Clone(o); o == nil {
		o = map[string]any{}
	}
	for i := 0; i < len(pairs); i += 2 {
		key, rest, nested := strings.Cut(pairs[i].(string), ".")
		if !nested {
			o[key] = pairs[i+1]
			continue
		}
		inner, _ := o[key].(map[string]any)
		o[key] = with(inner, rest, pairs[i+1])
	}
	return o
}
