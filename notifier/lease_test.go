package notifier_test

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestLeaseIsAskedRightBeforeTheRequest: a lease that runs out while a message
// is composed lets nothing through.
func TestLeaseIsAskedRightBeforeTheRequest(t *testing.T) {
	inWorld(t, func(w *world) {
		var asked, limit atomic.Int64
		w.options.May = func(time.Duration) bool { return asked.Add(1) <= limit.Load() }
		s := &scripted{}
		w.add("leased", "Slack", s)
		w.open()
		w.deliver(sale(1))
		limit.Store(1) // good at the step's begin
		w.start()
		w.pass(time.Minute)
		if len(s.posts) != 0 {
			t.Errorf("%d requests without a lease, want none", len(s.posts))
		}
		limit.Store(1 << 40)
		w.idle(time.Minute)
		if len(s.posts) != 1 {
			t.Errorf("%d requests once the lease is back, want one", len(s.posts))
		}
	})
}
