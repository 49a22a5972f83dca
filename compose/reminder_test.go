package compose_test

import (
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/polar"
)

// TestStillUnpaid: until when Polar tries, and what is at risk.
func TestStillUnpaid(t *testing.T) {
	c := castOf(t)
	due := c.sub.with("status", "past_due", "past_due_at", "2026-04-12T10:05:20Z", "modified_at", "2026-04-12T10:05:21Z")
	bill := c.renewal("2", "2026-04-12T10:05:02Z")
	for _, tt := range []struct {
		name    string
		sent    [][]byte
		ends    string // "": nothing to do any more
		monthly int64
	}{
		{"21 days", [][]byte{due.as("subscription.updated")}, "2026-05-03T10:05:20Z", 3000},
		{"heard of later", [][]byte{due.with("modified_at", "2026-04-20T08:00:00Z").as("subscription.updated")}, "2026-05-03T10:05:20Z", 3000},
		{"since when is not said", [][]byte{due.with("past_due_at", nil).as("subscription.updated")}, "2026-05-03T10:05:21Z", 3000},
		{"the next try is one of them", [][]byte{due.as("subscription.updated"), bill.with("next_payment_attempt_at", "2026-04-14T10:05:20Z").as("order.updated")}, "2026-05-03T10:05:20Z", 3000},
		{"the next try is later", [][]byte{due.as("subscription.updated"), bill.with("next_payment_attempt_at", "2026-05-10T10:05:20Z").as("order.updated")}, "2026-05-10T10:05:20Z", 3000},
		{"by the year", [][]byte{due.with("recurring_interval", "year", "amount", 30000).as("subscription.updated")}, "2026-05-03T10:05:20Z", 2500},
		{"every three months", [][]byte{due.with("recurring_interval_count", 3, "amount", 10000).as("subscription.updated")}, "2026-05-03T10:05:20Z", 3333},
		{"by the week", [][]byte{due.with("recurring_interval", "week", "amount", 1000).as("subscription.updated")}, "2026-05-03T10:05:20Z", 4333},
		{"paid", [][]byte{due.as("subscription.updated"), c.sub.with("modified_at", "2026-04-14T10:05:20Z").as("subscription.updated")}, "", 0},
		{"never failed", c.subscribe(), "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l ledger
			for _, body := range tt.sent {
				l.add(t, body)
			}
			got := compose.StillUnpaid(compose.NewHistory(l.entries))
			if tt.ends == "" {
				if len(got) > 0 {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if len(got) != 1 || got[0].Ends.Format(time.RFC3339) != tt.ends || got[0].Monthly.Amount != tt.monthly || got[0].Monthly.Currency != "usd" {
				t.Errorf("got %+v, want one that ends at %s with %d a month", got, tt.ends, tt.monthly)
			}
		})
	}
}

// TestRemindersAreRoutedAsWhatTheyRepeat: what counts a destination's backlog
// asks before there is a card.
func TestRemindersAreRoutedAsWhatTheyRepeat(t *testing.T) {
	for route, want := range map[string]bool{
		"unpaid": true, "alerts": true, "news": true, "subscription.past_due": true, "bridge": false, "polarbell.*": false, "sale": false,
	} {
		if got := compose.MustRoute(route).MayShow(polar.Reminder, false); got != want {
			t.Errorf("%s: may show a reminder: got %v, want %v", route, got, want)
		}
	}
}
