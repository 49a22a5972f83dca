package compose_test

import (
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// TestSmallPrint: what a card says only where there is something to say.
func TestSmallPrint(t *testing.T) {
	c := castOf(t)
	discount := func(pairs ...any) []byte {
		return c.order.with(append([]any{"discount.duration", "repeating", "discount.duration_in_months", 3}, pairs...)...).as("order.paid")
	}
	tried := func(times int) [][]byte {
		visit := c.checkout.with("customer_email", "jane@example.com")
		all := [][]byte{visit.with("status", "open").as("checkout.created")}
		for i := range times {
			at := time.Date(2026, 3, 12, 10, 3+i, 0, 0, time.UTC)
			all = append(all,
				visit.with("status", "confirmed", "modified_at", at.Format(time.RFC3339)).as("checkout.updated"),
				visit.with("status", "open", "modified_at", at.Add(30*time.Second).Format(time.RFC3339)).as("checkout.updated"))
		}
		return all
	}
	of := func(eventType string, at time.Time, waiting int64) []byte {
		return polar.DestinationEvent{
			ID: "sales", Platform: "Slack", Code: "channel_not_found", Cause: "no answer", Cure: "Mend it.",
			Since: polar.Time{Time: at.Add(-15 * time.Minute)}, Events: waiting,
		}.Body(eventType, at)
	}
	noon := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	called := func(name string) [][]byte { return [][]byte{c.order.with("customer.name", name).as("order.paid")} }

	for _, tt := range []struct {
		name     string
		sent     [][]byte
		has, not string
	}{
		{"a discount of three months", [][]byte{discount()}, "−20% for 3 months", ""},
		{"a discount of one payment", [][]byte{discount("discount.duration", "once")}, "−20%", " for "},
		{"a discount of unknown length", [][]byte{discount("discount.duration_in_months", nil)}, "−20%", " for "},
		{"a discount that takes nothing off", [][]byte{discount("discount.basis_points", nil, "discount.type", "fixed", "discount_amount", 0)}, "Discount: LAUNCH20\n", " for "},
		{"a payment that failed once", tried(1), "Payment not completed", "attempt"},
		{"a payment that failed twice", tried(2), "2 attempts", ""},
		{"stopped while nothing waits", [][]byte{of(polar.Parked, noon, 0)}, "No messages in Slack “sales”: ", "waiting"},
		{"stopped while two wait", [][]byte{of(polar.Parked, noon, 2)}, "2 waiting", ""},
		{"works again, and nothing follows", [][]byte{of(polar.Recovered, noon, 0)}, "Slack “sales” works again\n", ""},
		{"unreachable, then stopped", [][]byte{of(polar.Unreachable, noon, 2), of(polar.Parked, noon.Add(time.Minute), 2)}, "outcome  → stopped\n", ""},
		{"a name of 28 characters", called(strings.Repeat("n", 28)), "$97.20 · " + strings.Repeat("n", 28) + " ·", "…"},
		{"a name of 29 characters", called(strings.Repeat("n", 29)), "$97.20 · " + strings.Repeat("n", 27) + "… ·", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, card := range cardsOf(t, compose.Options{}, tt.sent...) {
				got += dump(card)
			}
			if !strings.Contains(got, tt.has) {
				t.Errorf("got\n%s\nwant it to say %q", got, tt.has)
			}
			if tt.not != "" && strings.Contains(got, tt.not) {
				t.Errorf("got\n%s\nwant it not to say %q", got, tt.not)
			}
		})
	}
}

// TestNobodyIsCalledForATest, nor for a sample.
func TestNobodyIsCalledForATest(t *testing.T) {
	calls := []compose.Call{{Who: formatter.Mention{Crowds: []string{"here"}}, For: compose.MustRoute("*")}}
	card := cardsOf(t, compose.Options{}, castOf(t).order.as("order.paid"))[0]
	for prefix, want := range map[string]bool{"": true, "TEST": false, "SAMPLE": false} {
		card.Prefix = prefix
		if got := !compose.Called(calls, card).IsZero(); got != want {
			t.Errorf("a card with the prefix %q calls: %v, want %v", prefix, got, want)
		}
	}
}
