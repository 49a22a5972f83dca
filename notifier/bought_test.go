package notifier_test

import (
	"fmt"
	"testing"
	"time"

	"polarbell/compose"
)

// leftBy is a checkout that a visitor left behind, begun a day ago.
func leftBy(n int, email string) []byte {
	now := time.Now().UTC()
	return sample("checkout.expired", map[string]any{
		"id": uuid(2, n), "status": "expired", "customer_name": fmt.Sprintf("Customer %d", n), "customer_email": email,
		"currency": "usd", "total_amount": 4900, "product_id": uuid(8, 1), "product": map[string]any{"id": uuid(8, 1), "name": "Pro Plan"},
		"created_at": now.Add(-24 * time.Hour).Format(time.RFC3339), "expires_at": now.Format(time.RFC3339), "modified_at": now.Format(time.RFC3339),
	})
}

// boughtBy is an order of another checkout, paid some time ago.
func boughtBy(n int, email string, ago time.Duration, changes ...map[string]any) []byte {
	return paid(n, ago, append([]map[string]any{{
		"customer": map[string]any{"name": fmt.Sprintf("Customer %d", n), "email": email}, "product_id": uuid(8, 1),
	}}, changes...)...)
}

// TestWhoBoughtByAnotherCheckout: a checkout left behind is not told if its
// visitor bought the same product since it began, by whatever order.
func TestWhoBoughtByAnotherCheckout(t *testing.T) {
	const email = "c1@example.com"
	abandoned := "🛒 Abandoned checkout · $49.00 · Customer 1 · Pro Plan"
	bought := "💰 Sale · $97.20 · Customer 9 · Pro Plan"
	for _, tt := range []struct {
		name  string
		order func() []byte
		want  []string
	}{
		{"the same product since", func() []byte { return boughtBy(9, " C1@example.com", time.Hour) }, []string{bought}},
		{"the same product before", func() []byte { return boughtBy(9, email, 25*time.Hour) }, []string{bought, abandoned}},
		{"another product", func() []byte { return boughtBy(9, email, time.Hour, map[string]any{"product_id": uuid(8, 2)}) }, []string{bought, abandoned}},
		{"somebody else", func() []byte { return boughtBy(9, "c2@example.com", time.Hour) }, []string{bought, abandoned}},
		{"not paid", func() []byte { return boughtBy(9, email, time.Hour, pending) }, []string{abandoned}},
		{"a renewal", func() []byte {
			return boughtBy(9, email, time.Hour, map[string]any{"billing_reason": "subscription_cycle", "subscription_id": uuid(7, 9)})
		}, []string{"🔁 Renewed · $97.20 · Customer 9 · Pro Plan", abandoned}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				for i := range w.to {
					w.to[i].Routes = compose.MustRoute("news")
				}
				w.start()
				w.pass(time.Hour)
				w.deliver(tt.order())
				w.idle(time.Minute)
				w.deliver(leftBy(1, email))
				w.idle(time.Minute)
				for _, channel := range []string{sales, hooked, disc} {
					w.shows(channel, tt.want...)
				}
			})
		})
	}
}

// TestDayLeavesOutWhoBoughtLater: the day's message no longer counts them once it
// is edited, or as the day ends.
func TestDayLeavesOutWhoBoughtLater(t *testing.T) {
	inDays(t, func(w *world) {
		w.clock(3, 8, 0)
		for n := 1; n <= 3; n++ {
			w.deliver(leftBy(n, fmt.Sprintf("c%d@example.com", n)))
			w.pass(time.Second)
		}
		w.pass(10 * time.Minute)
		w.shows(sales, "🛒 3 abandoned checkouts today · $147.00 · latest: Customer 3")
		w.deliver(boughtBy(12, "c2@example.com", 0))
		w.pass(time.Minute)
		w.deliver(leftBy(4, "c4@example.com"))
		w.pass(10 * time.Minute)
		w.shows(sales, "🛒 3 abandoned checkouts today · $147.00 · latest: Customer 4", "💰 Sale · $97.20 · Customer 12 · Pro Plan")
		w.deliver(boughtBy(11, "c1@example.com", 0))
		w.clock(4, 9, 1)
		yesterday := "🛒 2 abandoned checkouts on Mon 3 Jan · $98.00 · latest: Customer 4"
		w.shows(sales, yesterday, "💰 Sale · $97.20 · Customer 12 · Pro Plan", "💰 Sale · $97.20 · Customer 11 · Pro Plan")
		w.shows(hooked, "💰 Sale · $97.20 · Customer 12 · Pro Plan", "💰 Sale · $97.20 · Customer 11 · Pro Plan", yesterday)
	})
}
