package notifier_test

import (
	"sync/atomic"
	"testing"
	"time"

	"polarbell/journal"
)

// TestLeaseIsAskedRightBeforeTheRequest: a lease that runs out while a message
// is composed lets nothing through.
func TestLeaseIsAskedRightBeforeTheRequest(t *testing.T) {
	tests := []struct {
		name          string
		before, after []byte
		good          int64 // how often the lease is good: at a step's begin, before a request
		count         func(*scripted) int
	}{
		{"post", nil, sale(1), 1, func(s *scripted) int { return len(s.posts) }},
		{"edit", sale(1), renamed(1, "Renamed"), 1, func(s *scripted) int { return len(s.edits) }},
		{"deletion", sale(1, pending), sale(1), 3, func(s *scripted) int { return len(s.deletions) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				var asked, limit atomic.Int64
				limit.Store(1 << 40)
				w.options.CanDeliver = func(time.Duration) bool { return asked.Add(1) <= limit.Load() }
				s := &scripted{}
				w.add("leased", "Slack", s)
				w.start()
				if tt.before != nil {
					w.deliver(tt.before)
					w.idle(time.Minute)
				}
				w.stop()
				w.deliver(tt.after)
				limit.Store(asked.Load() + tt.good)
				w.start()
				w.pass(time.Minute)
				if got := tt.count(s); got != 0 {
					t.Errorf("%d requests without a lease, want none", got)
				}
				limit.Store(1 << 40)
				w.idle(time.Minute)
				if got := tt.count(s); got != 1 {
					t.Errorf("%d requests once the lease is back, want one", got)
				}
			})
		})
	}
}

// TestAnotherProcessIsHeard: what it stores is posted at once, unless an option
// says how long that may take.
func TestAnotherProcessIsHeard(t *testing.T) {
	for _, tt := range []struct {
		watch time.Duration
		after time.Duration
	}{{0, 2 * time.Second}, {time.Minute, 61 * time.Second}} {
		t.Run(tt.after.String(), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.options.Watch = tt.watch
				w.slack(sales)
				w.start()
				w.pass(time.Second)
				own := w.journal
				other, err := journal.Open(w.t.Context(), w.path)
				if err != nil {
					t.Fatal(err)
				}
				w.journal = other
				w.deliver(sale(1))
				w.journal = own
				if err := other.Close(); err != nil {
					t.Error(err)
				}
				w.pass(tt.after)
				if got := w.headlines(sales); len(got) != 1 {
					t.Errorf("%s after another process stored a sale the channel shows %q, want it", tt.after, got)
				}
			})
		})
	}
}
