package notifier_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/notifier"
	"polarbell/standin"
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

// TestLeaseIsAskedAfterATryIsCounted: the journal may take longer for that than
// the lease lasts.
func TestLeaseIsAskedAfterATryIsCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		var isLost atomic.Bool
		w.options.CanDeliver = func(time.Duration) bool { return !isLost.Load() }
		w.slack(sales)
		w.start()
		w.platforms.Fail(sales+" post", 1, standin.Outcome{Status: 504})
		w.deliver(sale(1))
		w.pass(100 * time.Millisecond)
		unlock := journaltest.Lock(w.t, w.path)
		w.pass(2 * time.Second) // the second try is due, and waits for the journal
		isLost.Store(true)
		unlock()
		w.pass(20 * time.Second)
		if got := w.headlines(sales); len(got) != 0 {
			t.Errorf("shown %q without the lease, want nothing", got)
		}
		isLost.Store(false)
		w.pass(10 * time.Second)
		if got := w.headlines(sales); len(got) != 1 {
			t.Errorf("shown %q once the lease is back, want the sale once, without a rest", got)
		}
	})
}

// TestLeaseThatComesBack: what the other process has delivered meanwhile says
// nothing of the next card.
func TestLeaseThatComesBack(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{takes: time.Second, faults: []*notifier.Fault{{Verdict: notifier.Refused, Code: "50035"}}}
		w.add("sales", "Slack", s)
		w.start()
		first := w.notifier
		w.deliver(sale(1))
		w.pass(time.Second / 2)
		w.stop() // the card is refused
		w.start()
		w.idle(time.Minute)
		w.stop()
		ctx, cancel := context.WithCancel(w.t.Context())
		var done sync.WaitGroup
		done.Go(func() { first.Run(ctx) })
		w.deliver(sale(2))
		w.pass(10 * time.Second)
		endQueries()
		cancel()
		done.Wait()
		last := s.posts[len(s.posts)-1].cards
		if len(last) != 1 || last[0].HeadlineOnly {
			t.Errorf("the second sale reads %+v, want all of its card", last)
		}
	})
}
