package formatter

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"polarbell/polar"
)

// object is a payload's object; set changes it by paths such as "customer.name".
type object map[string]any

func (o object) with(pairs ...any) object {
	data, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	clone := object{}
	if err := json.Unmarshal(data, &clone); err != nil {
		panic(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		at := map[string]any(clone)
		path := strings.Split(pairs[i].(string), ".")
		for _, key := range path[:len(path)-1] {
			at = at[key].(map[string]any)
		}
		at[path[len(path)-1]] = pairs[i+1]
	}
	return clone
}

func (o object) as(eventType string) []byte {
	body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": o["modified_at"], "data": o})
	if err != nil {
		panic(err)
	}
	return body
}

func sampleObject(t *testing.T, eventType string) object {
	t.Helper()
	var e struct{ Data object }
	if err := json.Unmarshal(sampleOf(t, eventType), &e); err != nil {
		t.Fatal(err)
	}
	return e.Data
}

// ledger files deliveries as the journal does.
type ledger struct {
	subjects []string
	entries  []Entry
}

func (l *ledger) add(t *testing.T, body []byte) (subject string) {
	t.Helper()
	d, err := polar.Parse(body)
	if err != nil {
		t.Fatalf("parse %s: %v", body, err)
	}
	for i, e := range l.entries {
		if d.Follows != "" && e.Object == d.Follows {
			d.Subject = l.subjects[i]
		}
	}
	l.subjects = append(l.subjects, d.Subject)
	l.entries = append(l.entries, Entry{Type: d.Type, Object: d.Object, At: d.At, Received: d.At, Brief: d.Brief, Body: body})
	return d.Subject
}

// known is what the ledger holds of a subject; bodies only of each object's
// newest delivery.
func (l *ledger) known(subject string) Known {
	k := Known{Subject: subject}
	newest, before, started := map[string]int{}, map[string]Entry{}, map[string]bool{}
	for i, e := range l.entries {
		if l.subjects[i] != subject {
			if !started[e.Object] {
				e.Body = nil
				before[e.Object] = e
			}
			continue
		}
		started[e.Object] = true
		k.Entries = append(k.Entries, e)
		n := len(k.Entries) - 1
		if old, ok := newest[e.Object]; !ok || !e.At.Before(k.Entries[old].At) {
			newest[e.Object] = n
		}
	}
	for i := range k.Entries {
		if newest[k.Entries[i].Object] != i {
			k.Entries[i].Body = nil
		}
	}
	for object := range maps.Keys(started) {
		if e, ok := before[object]; ok {
			k.Before = append(k.Before, e)
		}
	}
	return k
}

// tell shows what each delivery makes of its subject's card, and in full the
// cards that it changes.
func tell(t *testing.T, o Options, bodies ...[]byte) string {
	t.Helper()
	var l ledger
	var b strings.Builder
	cards := map[string]string{}
	for _, body := range bodies {
		subject := l.add(t, body)
		c, ok := Compose(l.known(subject), o)
		got := dump(c, ok)
		eventType := l.entries[len(l.entries)-1].Type
		if cards[subject] == got {
			fmt.Fprintf(&b, "%s: no change\n", eventType)
			continue
		}
		cards[subject] = got
		family, _, _ := strings.Cut(subject, ":")
		fmt.Fprintf(&b, "%s (%s): %s", eventType, family, got)
	}
	return b.String()
}

// cast are the objects that the stories are made of.
type cast struct{ checkout, order, sub, subOrder, refund object }

func castOf(t *testing.T) cast {
	c := cast{
		checkout: sampleObject(t, "checkout.updated"), order: sampleObject(t, "order.paid"),
		sub: sampleObject(t, "subscription.active"), refund: sampleObject(t, "refund.created"),
	}
	c.checkout = c.checkout.with("status", "open", "customer_name", nil, "customer_email", nil, "modified_at", "2026-03-03T09:21:07Z")
	inside := c.sub.with("modified_at", "2026-03-12T10:02:44Z")
	for _, key := range []string{"customer", "product", "discount", "prices", "user", "price"} {
		delete(inside, key)
	}
	c.subOrder = c.order.with(
		"id", "0a8c5d1e-3b7f-4926-8e4d-c1f9a2b60573", "billing_reason", "subscription_create", "invoice_number", "NIMB-0051",
		"created_at", "2026-03-12T10:02:45Z", "modified_at", "2026-03-12T10:02:46Z", "checkout_id", c.sub["checkout_id"],
		"subscription_id", c.sub["id"], "product", c.sub["product"], "product_id", c.sub["product_id"], "description", "Pro Plan",
		"subtotal_amount", 3000, "discount_amount", 600, "net_amount", 2400, "amount", 2400, "tax_amount", 0, "total_amount", 2400, "due_amount", 2400,
		"custom_field_data", object{})
	c.subOrder["subscription"] = inside
	return c
}

// renewal is a later order of the subscription, pending, made at a time.
func (c cast) renewal(id, created string) object {
	return c.subOrder.with("id", "5f0c2a9b-0000-4000-8000-00000000000"+id, "billing_reason", "subscription_cycle", "status", "pending",
		"invoice_number", "NIMB-010"+id, "created_at", created, "modified_at", created, "checkout_id", nil, "discount", nil,
		"subtotal_amount", 3000, "discount_amount", 0, "net_amount", 3000, "amount", 3000, "total_amount", 3000, "due_amount", 3000)
}

// purchase is all that Polar sends of one.
func (c cast) purchase() [][]byte {
	filled := c.checkout.with("customer_name", "Jane Doe", "customer_email", "jane@acme.com", "modified_at", "2026-03-03T09:24:00Z")
	confirmed := filled.with("status", "confirmed", "modified_at", "2026-03-03T09:26:50Z")
	return [][]byte{
		c.checkout.as("checkout.created"),
		filled.as("checkout.updated"),
		filled.with("modified_at", "2026-03-03T09:25:10Z").as("checkout.updated"),
		confirmed.as("checkout.updated"),
		c.order.as("order.created"),
		c.order.as("order.updated"),
		c.order.as("order.paid"),
		confirmed.with("status", "succeeded", "modified_at", "2026-03-03T09:26:55Z").as("checkout.updated"),
		c.order.with("platform_fee_amount", 428, "platform_fee_currency", "usd", "modified_at", "2026-03-03T09:27:30Z").as("order.updated"),
		c.order.with("platform_fee_amount", 428, "is_invoice_generated", true, "modified_at", "2026-03-03T09:28:02Z").as("order.updated"),
	}
}

// subscribe is all that Polar sends of a subscription's start.
func (c cast) subscribe() [][]byte {
	return [][]byte{
		c.sub.as("subscription.created"), c.sub.as("subscription.active"), c.sub.as("subscription.updated"),
		c.subOrder.as("order.created"), c.subOrder.as("order.updated"), c.subOrder.as("order.paid"),
		c.subOrder.with("modified_at", "2026-03-12T10:03:30Z", "platform_fee_amount", 120).as("order.updated"),
	}
}

// begun is the start in short.
func (c cast) begun() [][]byte {
	return [][]byte{c.sub.as("subscription.created"), c.subOrder.as("order.paid")}
}
