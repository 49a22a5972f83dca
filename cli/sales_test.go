package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"polarbell/polar"
)

// sale is one customer's story as Polar sends it: stages that follow each
// other, each of deliveries that are under way together.
type sale struct {
	n      int
	stages [][]delivery
}

type delivery struct {
	id   string // Polar's, kept when it tries again
	body []byte
}

// product is what the sale is told apart by: its name is on every card.
func (s *sale) product() string { return productOf(s.n) }

func productOf(n int) string { return fmt.Sprintf("Plan%05dx", n) }

// author writes the deliveries of a sale, a second of Polar's time after each
// other.
type author struct {
	sale *sale
	at   time.Time
}

// newSale picks a story by chance.
func newSale(n int, random *rand.Rand) *sale {
	a := &author{sale: &sale{n: n}, at: time.Now().UTC().Truncate(time.Second).Add(-time.Minute)}
	stories := []func(*author){
		(*author).purchase, (*author).purchase, (*author).refunded, (*author).subscribed,
		(*author).canceled, (*author).left, (*author).declined, (*author).renewed,
	}
	stories[random.IntN(len(stories))](a)
	return a.sale
}

func (a *author) purchase() {
	a.browse()
	order := a.order("billing_reason", "purchase", "subscription_id", nil, "subscription", nil)
	a.buy(order)
}

func (a *author) refunded() {
	a.purchase()
	order := a.order("billing_reason", "purchase", "subscription_id", nil, "subscription", nil)
	order = with(order, "status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148)
	refund := a.object("refund.created", 3, "order_id", a.id(1), "customer_id", a.id(9))
	a.stage(a.tell("refund.created", refund), a.tell("order.updated", order), a.tell("order.refunded", order))
}

func (a *author) subscribed() {
	a.browse()
	sub := a.subscription()
	a.buy(a.order("billing_reason", "subscription_create", "subscription_id", a.id(4)),
		a.tell("subscription.created", sub), a.tell("subscription.active", sub), a.tell("subscription.updated", sub))
}

func (a *author) canceled() {
	a.subscribed()
	canceled := with(a.subscription(), "cancel_at_period_end", true, "canceled_at", a.stamp(), "ends_at", a.stamp(),
		"customer_cancellation_reason", "too_expensive")
	a.stage(a.tell("subscription.updated", canceled), a.tell("subscription.canceled", canceled))
	if a.sale.n%2 == 0 {
		back := a.subscription()
		a.stage(a.tell("subscription.updated", back), a.tell("subscription.uncanceled", back))
	}
}

func (a *author) left() {
	a.browse()
	a.stage(a.tell("checkout.expired", a.checkout("expired")))
}

func (a *author) declined() {
	a.browse()
	a.stage(a.tell("checkout.updated", a.checkout("confirmed")))
	a.stage(a.tell("checkout.updated", a.checkout("open")))
	a.buy(a.order("billing_reason", "purchase", "subscription_id", nil, "subscription", nil))
}

// renewed is a payment that fails at first, of a subscription that began long
// before.
func (a *author) renewed() {
	order := a.order("billing_reason", "subscription_cycle", "subscription_id", a.id(4), "checkout_id", nil, "subscription", nil)
	sub := with(a.subscription(), "created_at", "2025-03-12T10:02:44Z", "started_at", "2025-03-12T10:02:44Z")
	a.stage(a.tell("order.created", with(order, "status", "pending")))
	due := with(sub, "status", "past_due", "past_due_at", a.stamp())
	a.stage(a.tell("subscription.updated", due), a.tell("subscription.past_due", due))
	a.stage(a.tell("order.updated", order), a.tell("order.paid", order),
		a.tell("subscription.updated", sub), a.tell("subscription.active", sub))
}

// browse opens the checkout; without a customer's e-mail at first.
func (a *author) browse() {
	a.stage(a.tell("checkout.created", with(a.checkout("open"), "customer_name", nil, "customer_email", nil)))
	a.stage(a.tell("checkout.updated", a.checkout("open")))
}

func (a *author) buy(order map[string]any, more ...delivery) {
	pending := with(order, "status", "pending")
	a.stage(append([]delivery{
		a.tell("checkout.updated", a.checkout("confirmed")), a.tell("order.created", pending),
		a.tell("order.updated", order), a.tell("order.paid", order),
		a.tell("checkout.updated", a.checkout("succeeded")),
	}, more...)...)
}

func (a *author) stage(ds ...delivery) { a.sale.stages = append(a.sale.stages, ds) }

// tell is a delivery of an object's state, changed now.
func (a *author) tell(eventType string, o map[string]any) delivery {
	a.at = a.at.Add(time.Second)
	body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": a.stamp(), "data": with(o, "modified_at", a.stamp())})
	if err != nil {
		panic(err)
	}
	return delivery{fmt.Sprintf("%s-%d-%d", eventType, a.sale.n, a.at.Unix()), body}
}

func (a *author) stamp() string { return a.at.Format(time.RFC3339) }

func (a *author) id(kind int) string {
	return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, a.sale.n)
}

func (a *author) checkout(status string) map[string]any {
	return a.object("checkout.updated", 2, "status", status, "product.name", a.sale.product(),
		"customer_name", fmt.Sprint("Buyer ", a.sale.n))
}

func (a *author) order(pairs ...any) map[string]any {
	return with(a.object("order.paid", 1, "checkout_id", a.id(2), "description", a.sale.product(),
		"product.name", a.sale.product(), "customer.name", fmt.Sprint("Buyer ", a.sale.n), "items", []any{}), pairs...)
}

func (a *author) subscription() map[string]any {
	return a.object("subscription.active", 4, "checkout_id", a.id(2), "product.name", a.sale.product(),
		"customer.name", fmt.Sprint("Buyer ", a.sale.n))
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
	made := a.at.Add(-time.Hour)
	if kind == 1 || kind == 3 {
		made = a.at
	}
	return with(with(event.Data, "id", a.id(kind), "created_at", made.Format(time.RFC3339)), pairs...)
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
