package notifier_test

import (
	"sync/atomic"
	"testing"
	"time"
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
