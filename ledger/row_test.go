package ledger_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/ledger"
	"polarbell/polar"
)

// changed is a delivery with some of its object's fields changed.
func changed(body []byte, fields map[string]any) []byte {
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil {
		panic(err)
	}
	maps.Copy(event["data"].(map[string]any), fields)
	body, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return body
}

// TestWhatCounts: tests and samples never do, nor what is not paid.
func TestWhatCounts(t *testing.T) {
	const counts, nothing = "[{ usd 1 9720 9000 720 0 0 0}]", "[]"
	for _, c := range []struct {
		name         string
		organization string
		sandbox      bool
		fields       map[string]any
		checkout     string // its page, if one was delivered
		want         string
	}{
		{name: "a purchase", want: counts},
		{name: "of an organization", organization: "nimbus", want: counts},
		{name: "of an organization's sandbox", organization: "nimbus@sandbox", want: nothing},
		{name: "with POLAR_SERVER=sandbox", sandbox: true, want: nothing},
		{name: "a sample", fields: map[string]any{"metadata": map[string]any{"polarbell": "sample"}}, want: nothing},
		{name: "whose checkout is in the sandbox", checkout: "https://sandbox.polar.sh/checkout/x", want: nothing},
		{name: "whose checkout is not", checkout: "https://polar.sh/checkout/x", want: counts},
		{name: "pending", fields: map[string]any{"status": "pending"}, want: nothing},
		{name: "void", fields: map[string]any{"status": "void"}, want: nothing},
		{name: "in a state that is new to us", fields: map[string]any{"status": "frozen"}, want: nothing},
		{name: "refunded", fields: map[string]any{"status": "refunded"}, want: counts},
		{name: "of nothing", fields: map[string]any{"total_amount": 0, "net_amount": 0, "tax_amount": 0}, want: nothing},
		{name: "below zero", fields: map[string]any{"total_amount": -972, "net_amount": -900, "tax_amount": -72}, want: "[{ usd 0 -972 -900 -72 0 0 0}]"},
		{name: "not to be believed", fields: map[string]any{"total_amount": int64(1) << 62}, want: nothing},
		{name: "with its fee", fields: map[string]any{"platform_fee_amount": 539, "platform_fee_currency": "usd"}, want: "[{ usd 1 9720 9000 720 1 539 8461}]"},
		{name: "with a fee in another currency", fields: map[string]any{"platform_fee_amount": 490, "platform_fee_currency": "eur"}, want: counts},
		{name: "without a customer", fields: map[string]any{"customer_id": nil, "customer": nil, "user": nil, "user_id": nil}, want: counts},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFile(t, func(w *world) {
				w.ledger = ledger.New(w.journal, ledger.Options{Sandbox: c.sandbox})
				body, _ := polar.Sample("order.paid")
				if c.checkout != "" {
					var order struct {
						Data struct {
							Checkout string `json:"checkout_id"`
						}
					}
					w.must(json.Unmarshal(body, &order))
					checkout, _ := polar.Sample("checkout.created")
					w.deliverOf("", start, changed(checkout, map[string]any{"id": order.Data.Checkout, "url": c.checkout}))
				}
				w.deliverOf(c.organization, start, changed(body, c.fields))
				w.follow()
				if got := w.sums(always, ""); got != c.want {
					w.t.Errorf("got %s, want %s", got, c.want)
				}
			})
		})
	}
}

// TestForgotten: the orders stay in the sums, and nobody can tell any more that
// they were one customer's; what comes next is the customer's first.
func TestForgotten(t *testing.T) {
	each(t, func(w *world) {
		s := polartest.New(1, start)
		s.Purchase(polartest.Book).Refund(1000)
		sub := s.Subscribe(polartest.Pro)
		w.deliver(s.Sent...)
		w.follow()
		before := w.sums(always, "") + w.refunds(always)
		customer := customerOf(s.Sent)
		w.must(w.ledger.Forget(w.t.Context(), []string{customer}))
		if got := w.sums(always, "") + w.refunds(always); got != before {
			w.t.Errorf("got  %s\nwant %s", got, before)
		}
		for _, d := range s.Sent { // the same orders again, and the next
			w.deliver(d)
		}
		sent := len(s.Sent)
		s.Pass(30 * 24 * time.Hour)
		sub.Renew()
		w.deliver(s.Sent[sent:]...)
		w.follow()
		standing, err := w.ledger.Standing(w.t.Context(), []string{customerOf(s.Sent)}, nil)
		if err != nil || len(standing.Orders) != 1 || standing.Orders[0].Kind != ledger.Renewal {
			w.t.Errorf("got the orders %v, %v; want the renewal alone", standing.Orders, err)
		}
	})
}

func customerOf(sent []polartest.Delivery) string {
	for _, o := range plainly(sent).orders {
		return o.newest.Customer
	}
	return ""
}

// TestImport: the past as Polar's API has it today adds what was not known and
// leaves what was.
func TestImport(t *testing.T) {
	each(t, func(w *world) {
		s := polartest.New(1, start)
		s.Purchase(polartest.Book)
		past := len(s.Sent)
		s.Pass(24 * time.Hour)
		s.Purchase(polartest.Book).Refund(1000)
		w.deliver(s.Sent[past:]...)
		w.follow()
		var bodies []polar.Body
		newest := map[string]polartest.Delivery{}
		for _, d := range s.Sent {
			if p, err := polar.Parse(d.Body); err == nil && p.Object[:6] == "order:" {
				newest[p.Object] = d
			}
		}
		for _, d := range newest {
			bodies = append(bodies, d.Body)
		}
		for range 2 {
			w.must(w.ledger.Import(w.t.Context(), "", bodies))
		}
		want := plainly(s.Sent)
		if got, want := w.sums(always, ""), want.sums(always.From, always.To); got != want {
			w.t.Errorf("got  %s\nwant %s", got, want)
		}
		if got, want := w.refunds(always), want.refundSums(always.From, always.To); got != want {
			w.t.Errorf("got refunds %s, want %s", got, want)
		}
	})
}
