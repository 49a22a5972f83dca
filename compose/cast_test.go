package compose_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// object is a payload's object; with changes it by paths such as "customer.name".
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
type ledger struct{ entries []compose.Entry }

func (l *ledger) add(t *testing.T, body []byte) {
	t.Helper()
	if err := l.file(body); err != nil {
		t.Fatalf("parse %s: %v", body, err)
	}
}

func (l *ledger) file(body []byte) error {
	d, err := polar.Parse(body)
	if err != nil {
		return err
	}
	l.entries = append(l.entries, compose.Entry{
		Seq: int64(len(l.entries) + 1), Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body,
	})
	return nil
}

// cards are those of all the ledger's deliveries, which are one history; bodies
// are there only where the history needs them.
func (l *ledger) cards(o compose.Options) []formatter.Card {
	entries := slices.Clone(l.entries)
	bodies := map[int64][]byte{}
	for i := range entries {
		bodies[entries[i].Seq], entries[i].Body = entries[i].Body, nil
	}
	h := compose.NewHistory(entries)
	needed := map[int64][]byte{}
	for _, seq := range h.Needs() {
		needed[seq] = bodies[seq]
	}
	h.Fill(needed)
	return compose.Cards(h, o)
}

func cardsOf(t *testing.T, o compose.Options, bodies ...[]byte) []formatter.Card {
	t.Helper()
	var l ledger
	for _, body := range bodies {
		l.add(t, body)
	}
	return l.cards(o)
}

// tell shows what each delivery makes of the cards, and in the end all of them
// in full.
func tell(t *testing.T, o compose.Options, bodies ...[]byte) string {
	t.Helper()
	var l ledger
	var b strings.Builder
	before := map[string]string{}
	for _, body := range bodies {
		l.add(t, body)
		fmt.Fprintf(&b, "%s\n", l.entries[len(l.entries)-1].Type)
		now := map[string]string{}
		for _, c := range l.cards(o) {
			now[c.Key] = dump(c)
			switch old, had := before[c.Key]; {
			case !had:
				fmt.Fprintf(&b, "  + %s\n", line(c))
			case old != now[c.Key]:
				fmt.Fprintf(&b, "  ~ %s\n", line(c))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(before)) {
			if _, has := now[key]; !has {
				fmt.Fprintf(&b, "  - %s\n", key)
			}
		}
		before = now
	}
	for _, c := range l.cards(o) {
		b.WriteString(dump(c))
	}
	return b.String()
}

// line is a card in one line.
func line(c formatter.Card) string {
	text := formatter.Headline(c)
	for name, is := range map[string]bool{"over": c.Over, "open": c.Open} {
		if is {
			text += " (" + name + ")"
		}
	}
	if c.Outcome != "" {
		text += " [" + c.Outcome + "]"
	}
	return text
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
