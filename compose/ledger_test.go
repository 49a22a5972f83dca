package compose_test

import (
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
)

// oslo is where days begin and end in these tests.
var oslo = time.FixedZone("Oslo", 3600)

// payments are a customer's orders, the sample's own the last.
func payments(own string, at time.Time, more ...compose.Payment) []compose.Payment {
	return append(more, compose.Payment{ID: own, Customer: "c", At: at, Amount: formatter.Money{Amount: 9720, Currency: "usd"}})
}

func paid(id string, at time.Time, amount int64, currency string) compose.Payment {
	return compose.Payment{ID: id, Customer: "c", At: at, Amount: formatter.Money{Amount: amount, Currency: currency}}
}

func TestLedgerOnASale(t *testing.T) {
	order := sampleObject(t, "order.paid")
	id := order["id"].(string)
	at := time.Date(2026, 3, 3, 9, 26, 53, 589793000, time.UTC)
	older := order.with("customer.created_at", "2025-03-01T10:00:00Z")
	november := time.Date(2025, 11, 3, 0, 0, 0, 0, oslo)
	first := paid("1", at.AddDate(0, -1, 0), 5000, "usd")
	today := time.Date(2026, 3, 3, 0, 0, 0, 0, oslo)
	usd := func(amount int64) formatter.Money { return formatter.Money{Amount: amount, Currency: "usd"} }
	for _, c := range []struct {
		name   string
		order  object
		ledger *compose.Ledger
		want   string
	}{
		{"no ledger, a customer made with the order", order, nil, "NIMB-0042 | New customer"},
		{"no ledger, a customer of long before", older, nil, "NIMB-0042 | customer since March 2025"},
		{"no ledger, of whom it is not known", order.with("customer.created_at", nil), nil, "NIMB-0042"},
		{
			"the only one that is known", older, &compose.Ledger{Since: november, Orders: payments(id, at)},
			"NIMB-0042 | customer since March 2025",
		},
		{
			"the second that is known", older, &compose.Ledger{Since: november, Orders: payments(id, at, first)},
			"NIMB-0042 | $147.20 since 3 Nov 2025",
		},
		{
			"one of before all are known does not count", older, &compose.Ledger{Since: at.AddDate(0, 0, -2), Orders: payments(id, at, first)},
			"NIMB-0042 | customer since March 2025",
		},
		{
			"a second one within the hour is not a new customer's", order, &compose.Ledger{Since: at.AddDate(0, 0, -2), Orders: payments(id, at, paid("1", at.AddDate(0, 0, -1), 0, "usd"))},
			"NIMB-0042 | customer since March 2026",
		},
		{
			"imported", older, &compose.Ledger{Complete: true, Since: at, Orders: payments(id, at, first, paid("2", at.AddDate(0, 0, -9), 16520, "usd"))},
			"NIMB-0042 | 3rd order, $312.40 so far",
		},
		{
			"imported, the first of an older customer", older, &compose.Ledger{Complete: true, Since: at, Orders: payments(id, at)},
			"NIMB-0042 | first order",
		},
		{
			"two currencies", older, &compose.Ledger{Complete: true, Since: at, Orders: payments(id, at, first, paid("2", at.AddDate(0, 0, -9), 4000, "eur"))},
			"NIMB-0042 | 3rd order, $147.20 and €40.00 so far",
		},
		{
			"a refund reduces the sum and not the number, a later one neither", older, &compose.Ledger{
				Complete: true, Since: at, Orders: payments(id, at, first), Refunds: []compose.Payment{
					{ID: "r1", Order: "1", Customer: "c", At: at.AddDate(0, 0, -1), Amount: usd(1000)},
					{ID: "r2", Order: "1", Customer: "c", At: at.AddDate(0, 0, 1), Amount: usd(1000)},
				},
			},
			"NIMB-0042 | 2nd order, $137.20 so far",
		},
		{
			"what another customer bought, and what came later, does not count", older, &compose.Ledger{
				Complete: true, Since: at, Orders: append(payments(id, at, first, compose.Payment{ID: "x", Customer: "d", At: at, Amount: usd(1)}), paid("9", at, 1, "usd")),
			},
			"NIMB-0042 | 2nd order, $147.20 so far",
		},
		{
			"of a day", order, &compose.Ledger{Since: november, Orders: payments(id, at), Days: map[string]compose.SoFar{
				id: {Day: today, Today: true, Sales: 12, Sums: []formatter.Money{usd(120400), {Amount: 9200, Currency: "eur"}}},
			}},
			"NIMB-0042 | New customer | 12th sale today · $1,204.00 · €92.00",
		},
		{
			"the first of a day", order, &compose.Ledger{Since: november, Orders: payments(id, at), Days: map[string]compose.SoFar{
				id: {Day: today, Today: true, Sales: 1, Sums: []formatter.Money{usd(9720)}},
			}},
			"NIMB-0042 | New customer | 1st sale today",
		},
		{
			"heard of on a later day", order, &compose.Ledger{Since: november, Orders: payments(id, at), Days: map[string]compose.SoFar{
				id: {Day: today, Sales: 2, Sums: []formatter.Money{usd(19440)}},
			}},
			"NIMB-0042 | New customer | 2nd sale on 3 Mar · $194.40",
		},
		{
			"with an outcome the day gives way", order.with("status", "partially_refunded", "refunded_amount", 2000, "refunded_tax_amount", 0), &compose.Ledger{
				Since: november, Orders: payments(id, at), Days: map[string]compose.SoFar{id: {Day: today, Today: true, Sales: 2, Sums: []formatter.Money{usd(19440)}}},
			},
			"NIMB-0042 | New customer | refunded $20.00",
		},
		{"a sample", order.with("metadata.polarbell", "sample"), &compose.Ledger{Complete: true, Orders: payments(id, at, first)}, "NIMB-0042"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.ledger != nil {
				c.ledger.Zone = oslo
			}
			cards := withLedger(t, c.ledger, compose.Options{}, c.order.as("order.paid"))
			if got := strings.Join(cards[0].Context, " | "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			for name, o := range map[string]compose.Options{"PUBLIC": {Public: true}, "ANONYMOUS": {Anonymous: true}} {
				cards := withLedger(t, c.ledger, o, c.order.as("order.paid"))
				if got := strings.Join(cards[0].Context, " | "); strings.ContainsAny(strings.Replace(got, "refunded $20.00", "", 1), "0123456789$") || strings.Contains(got, "customer") {
					t.Errorf("%s says %q, want nothing of the customer and the day", name, got)
				}
			}
		})
	}
}

// withLedger composes deliveries with what a ledger knows.
func withLedger(t *testing.T, known *compose.Ledger, o compose.Options, bodies ...[]byte) []formatter.Card {
	t.Helper()
	var l ledger
	for _, body := range bodies {
		l.add(t, body)
	}
	h := compose.NewHistory(l.entries)
	h.Ledger = known
	cards := compose.Cards(h, o)
	if len(cards) == 0 {
		t.Fatal("no card")
	}
	return cards
}

func TestLedgerOnOtherCards(t *testing.T) {
	at := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	sub := sampleObject(t, "subscription.canceled").with("started_at", "2025-03-01T12:00:00Z", "modified_at", at.Format(time.RFC3339))
	renewal := sampleObject(t, "order.paid").with("billing_reason", "subscription_cycle", "subscription_id", sub["id"], "checkout_id", nil,
		"created_at", at.Format(time.RFC3339), "modified_at", at.Format(time.RFC3339))
	refund := sampleObject(t, "refund.created").with("created_at", at.Format(time.RFC3339))
	period := func(id string, n int) compose.Payment {
		p := paid(id, at.AddDate(0, n, 0), 3000, "usd")
		p.Subscription = sub["id"].(string)
		return p
	}
	other := paid("other", at.AddDate(0, -1, 0), 3000, "usd")
	orders := []compose.Payment{period("1", -2), other, period("2", -1), period(renewal["id"].(string), 0)}
	back := func(id string, days int) compose.Payment {
		return compose.Payment{ID: id, Order: refund["order_id"].(string), Customer: "c", At: at.AddDate(0, 0, -days), Amount: formatter.Money{Amount: 1, Currency: "usd"}}
	}
	for _, c := range []struct {
		name   string
		body   []byte
		ledger compose.Ledger
		want   string
	}{
		{"a renewal", renewal.as("order.paid"), compose.Ledger{Complete: true, Since: at, Orders: orders}, "3rd payment, $90.00 so far"},
		{"a renewal, not imported", renewal.as("order.paid"), compose.Ledger{Since: at.AddDate(0, -1, -1), Orders: orders}, "$60.00 since 31 Jul"},
		{"a renewal, the first that is known", renewal.as("order.paid"), compose.Ledger{Since: at, Orders: orders}, ""},
		{"a cancellation", sub.as("subscription.canceled"), compose.Ledger{Complete: true, Since: at, Orders: orders}, "18 months, $90.00"},
		{"a cancellation, not imported", sub.as("subscription.canceled"), compose.Ledger{Since: at.AddDate(-1, 0, 0), Orders: orders}, "since March 2025"},
		{"a refund", refund.as("refund.created"), compose.Ledger{Since: at.AddDate(0, -2, 0), Refunds: []compose.Payment{back("a", 31), back("b", 29), back("c", 0), back("d", -1)}}, "amounts include tax | 2nd refund in 30 days"},
		{"the only refund", refund.as("refund.created"), compose.Ledger{Since: at.AddDate(0, -2, 0), Refunds: []compose.Payment{back("a", 31), back("c", 0)}}, "amounts include tax"},
		{"a refund, of whose 30 days not all is known", refund.as("refund.created"), compose.Ledger{Complete: true, Since: at.AddDate(0, 0, -29), Refunds: []compose.Payment{back("b", 29), back("c", 0)}}, "amounts include tax"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.ledger.Zone = oslo
			cards := withLedger(t, &c.ledger, compose.Options{}, c.body)
			if got := strings.Join(cards[0].Context, " | "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestTogether: a message of several cards does not say who each customer is.
func TestTogether(t *testing.T) {
	cards := cardsOf(t, compose.Options{}, sampleOf(t, "order.paid"))
	if alone := compose.Together(cards); strings.Join(alone[0].Context, " | ") != "NIMB-0042 | New customer" {
		t.Errorf("alone: got %q", alone[0].Context)
	}
	for _, c := range compose.Together(append(cards, cards...)) {
		if got := strings.Join(c.Context, " | "); got != "NIMB-0042" {
			t.Errorf("of several: got %q, want the invoice alone", got)
		}
	}
	if got := strings.Join(cards[0].Context, " | "); got != "NIMB-0042 | New customer" {
		t.Errorf("the card itself: got %q, want it unchanged", got)
	}
}
