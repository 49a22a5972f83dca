package compose_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
)

// TestCases: deliveries that were once told wrong, and their neighbours. Each
// wants its cards in one line each: headline, and the parts of it that matter.
func TestCases(t *testing.T) {
	for _, tc := range []struct {
		file   string
		change func(first, last object) // a neighbour; nil: as it is
		name   string
		want   []string
	}{
		{file: "attribution", want: []string{"💰 Sale · $97.20 · Jane Doe · Pro Plan | Customer: Acme AS, jane@acme.com, Norway | Source: newsletter, spring, partner-7"}},
		{file: "checkout-trial", want: []string{"Checkout completed · trial until 20 Dec · Jane Doe · Pro Plan (over) [completed]"}},
		{file: "checkout-trial", name: "still open", change: func(_, c object) { c["status"] = "open" }, want: []string{"Checkout open · trial until 20 Dec · Jane Doe · Pro Plan"}},
		{file: "credit-order", want: []string{"📉 Credited · $64.80 · Ines Kestrel · Pro Plan"}},
		{file: "credit-order", name: "pending", change: func(_, o object) { o["status"] = "pending" }, want: nil},
		{file: "credit-order", name: "a negative renewal", change: func(_, o object) { o["billing_reason"] = "subscription_cycle" }, want: []string{"📉 Credited · $64.80 · Ines Kestrel · Pro Plan"}},
		{
			file: "credit-order", name: "paid from the balance",
			change: func(_, o object) {
				o["billing_reason"], o["total_amount"], o["tax_amount"], o["applied_balance_amount"], o["due_amount"] = "subscription_cycle", 3000, 0, -3000, 0
			},
			want: []string{"🔁 Renewed from balance · $30.00 · Ines Kestrel · Pro Plan"},
		},
		{
			file: "credit-order", name: "paid in part from the balance",
			change: func(_, o object) {
				o["billing_reason"], o["total_amount"], o["tax_amount"], o["applied_balance_amount"], o["due_amount"] = "subscription_cycle", 3000, 0, -1000, 2000
			},
			want: []string{"🔁 Renewed · $20.00 · Ines Kestrel · Pro Plan"},
		},
		{file: "custom-number", want: []string{"💰 Sale · $30.00 · Ines Kestrel · Pro Plan | Employees: 25000000 | Phone: 4798765432"}},
		{
			file: "custom-number", name: "beyond 2^53, a fraction, a date",
			change: func(_, o object) {
				o["custom_field_data"] = object{"big": json.Number("9007199254740993"), "share": json.Number("0.10"), "start": "2026-12-01"}
			},
			want: []string{"💰 Sale · $30.00 · Ines Kestrel · Pro Plan | Big: 9007199254740993 | Share: 0.10"},
		},
		{file: "discount-currency", want: []string{"💰 Sale · €40.00 · Ines Kestrel · Pro kit | Discount: TENOFF, −€9.00"}},
		{
			file: "discount-currency", name: "in yen", change: func(_, o object) { o["currency"], o["discount_amount"] = "jpy", 1050 },
			want: []string{"💰 Sale · ¥4,000 · Ines Kestrel · Pro kit | Discount: TENOFF, −¥1,050"},
		},
		{file: "discount-over", want: nil},
		{
			file: "discount-over", name: "a coupon put on",
			change: func(first, last object) { first["discount"], last["discount"] = last["discount"], first["discount"] }, want: nil,
		},
		{
			file: "discount-over", name: "all of it off once, and now over",
			change: func(first, _ object) {
				first["amount"], first["discount"] = 0, object{"code": "FREEMONTH", "basis_points": 10000, "duration": "once"}
			}, want: nil,
		},
		{
			file: "discount-over", name: "over, and the renewal fails",
			change: func(_, last object) { last["status"] = "past_due" },
			want:   []string{"⚠️ Renewal failed · $30.00 · Ines Kestrel · Pro Plan"},
		},
		{
			file: "discount-over", name: "from a discounted plan down to a cheaper one",
			change: func(first, last object) {
				first["amount"], first["prices"] = 600, fixed(3000)
				last["amount"], last["prices"], last["product_id"], last["product"] = 1000, fixed(1000), "5d3f7a10-0000-4000-8000-0000000000a9", object{"name": "Hobby"}
			},
			want: []string{"📉 Downgraded · Ines Kestrel · Pro Plan → Hobby, −$20.00 a month"},
		},
		{file: "downgrade-scheduled", want: []string{"Plan change on 16 Dec · Ines Kestrel · Pro Plan"}},
		{
			file: "downgrade-scheduled", name: "fewer seats",
			change: func(first, last object) {
				first["seats"], last["seats"] = 5, 5
				last["pending_update"] = object{"applies_at": "2026-12-16T12:00:00Z", "seats": 3}
			},
			want: []string{"📉 Seats 5 → 3 on 16 Dec · Ines Kestrel · Pro Plan"},
		},
		{file: "grant-failed", want: []string{"⚠️ Benefit not granted · Discord role · Jane Doe | Error: Customer has no connected Discord account"}},
		{
			file: "grant-failed", name: "revoked by an update", change: func(_, g object) { g["is_revoked"], g["error"] = true, nil },
			want: []string{"Benefit revoked · Discord role · Jane Doe"},
		},
		{file: "grant-team-member", want: []string{"Benefit granted · Discord role · Kari Nordmann"}},
		{file: "incomplete-expired", want: []string{"First payment failed · Jane Doe · Pro Plan, not started"}},
		{file: "metered-start", want: []string{"🎉 New subscriber · Ines Kestrel · Scale, billed by usage"}},
		{
			file: "metered-start", name: "past due", change: func(_, s object) { s["status"] = "past_due" },
			want: []string{"⚠️ Renewal failed · billed by usage · Ines Kestrel · Scale"},
		},
		{
			file: "metered-start", name: "on trial", change: func(_, s object) { s["status"], s["trial_end"] = "trialing", "2026-12-10T12:00:00Z" },
			want: []string{"Trial started · Ines Kestrel · Scale, billed by usage from 10 Dec"},
		},
		{
			file: "metered-start", name: "canceled", change: func(_, s object) { s["cancel_at_period_end"] = true },
			want: []string{"🎉 New subscriber · Ines Kestrel · Scale, billed by usage", "👋 Canceled, ends 26 Dec · Ines Kestrel · Scale, billed by usage"},
		},
		{file: "migrated", want: []string{"Moved from Stripe · Ines Kestrel · Pro Plan, $30.00 a month"}},
		{file: "past-due-cancels", want: []string{"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan | Expected retries: 19 26 3", "👋 Canceled, ends 12 Dec · Jane Doe · Pro Plan, $30.00 a month"}},
		{file: "refund-dispute", want: []string{"💸 Refunded to avoid a chargeback · $97.20 [succeeded] | Reason: Dispute prevention, fraudulent"}},
		{file: "refund-of-an-old-order", want: []string{"💸 Refunded in full · $97.20 · Ines Kestrel · Pro Plan [succeeded]"}},
		{file: "reinstated", want: []string{"👋 Canceled immediately · Ines Kestrel · Pro Plan, $30.00 a month [→ active again]", "✅ Active again · Ines Kestrel · Pro Plan, $30.00 a month"}},
		{file: "renewal-incoming-webhook", want: []string{"🔁 Renewed · $30.00 · Ines Kestrel · Pro Plan"}},
		{file: "team-billing-name", want: []string{"💰 Sale · $30.00 · Kestrel Works AS · Pro Plan"}},
		{file: "units", want: []string{"📈 Units 3 → 5 · Ines Kestrel · Pro Plan"}},
		{
			file: "units", name: "by the name that Polar gives them",
			change: func(_, last object) {
				last["prices"] = []any{object{"amount_type": "unit_based", "unit_label": object{"en": object{"=1": "device", "other": "devices"}}}}
			},
			want: []string{"📈 Devices 3 → 5 · Ines Kestrel · Pro Plan"},
		},
		{file: "usage-period", want: []string{"🔁 Usage billed · $97.20 · Jane Doe · API calls | Period: 1 to 28 Feb"}},
	} {
		t.Run(tc.file+" "+tc.name, func(t *testing.T) {
			var got []string
			for _, c := range cardsOf(t, compose.Options{}, caseBodies(t, tc.file, tc.change)...) {
				got = append(got, line(c)+fieldsAmong(c, strings.Join(tc.want, "\n")))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("cards (-want +got):\n%s", diff)
			}
		})
	}
}

// fieldsAmong are those of a card's fields whose names the expectation has.
func fieldsAmong(c formatter.Card, want string) string {
	text := ""
	for _, f := range c.Fields {
		if strings.Contains(want, "| "+f.Name+": ") {
			text += " | " + f.Name + ": " + f.Text + days(f.Times)
		}
	}
	return text
}

// days are the days of the month.
func days(times []time.Time) string {
	var all []string
	for _, at := range times {
		all = append(all, strconv.Itoa(at.Day()))
	}
	return strings.Join(all, " ")
}

// caseBodies are a file's deliveries, the first and the last of them changed.
func caseBodies(t *testing.T, name string, change func(first, last object)) [][]byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cases", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var events []map[string]any
	if err := json.Unmarshal(text, &events); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(events[0]["data"].(map[string]any), events[len(events)-1]["data"].(map[string]any))
	}
	var bodies [][]byte
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// TestEveryTypeIsShown: a delivery of any type makes a card that tells of it,
// also one of a type that the table does not have, whatever is known of its
// object.
func TestEveryTypeIsShown(t *testing.T) {
	known := [][]byte{sampleOf(t, "order.paid"), sampleOf(t, "refund.created"), sampleOf(t, "subscription.active"), sampleOf(t, "checkout.created")}
	for _, tc := range []struct{ eventType, of, want string }{
		{"order.disputed", "order.paid", "Order disputed · $97.20 · Jane Doe · Pro Plan"},
		{"refund.requires_action", "refund.created", "Refund requires action · succeeded · $20.00 of $97.20 · Jane Doe · Pro Plan"},
		{"subscription.trial_ending", "subscription.active", "Subscription trial ending · Jane Doe · Pro Plan, $30.00 a month"},
		{"checkout.reminded", "checkout.created", "Checkout reminded · open · $112.50 · Pro Plan"},
		{"dispute.opened", "refund.created", "Dispute opened"},
	} {
		body := sampleObject(t, tc.of).as(tc.eventType)
		for name, before := range map[string][][]byte{"alone": nil, "its object known": known} {
			found := false
			for _, c := range cardsOf(t, compose.Options{}, append(before[:len(before):len(before)], body)...) {
				for _, e := range c.Events {
					found = found || e.Type == tc.eventType && c.Kind == formatter.Record && (before == nil || formatter.Headline(c) == tc.want)
				}
			}
			if !found {
				t.Errorf("%s, %s: no card of its own that reads %q", tc.eventType, name, tc.want)
			}
		}
	}
}
