package notifier_test

import (
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/standin"
)

// TestVanishedConnections: once the packets of all connections vanish, as after
// a router forgot them, one request waits in vain and the next takes a new
// connection.
func TestVanishedConnections(t *testing.T) {
	for _, tt := range []struct {
		name   string
		unused time.Duration // between the cut and the next sale
		within time.Duration
	}{
		{"in use", 0, 12 * time.Second},
		{"unused for a while", 30 * time.Second, 2 * time.Second}, // pings have found them dead
		{"unused for long", 10 * time.Minute, 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				n := w.overWire()
				w.slack(sales)
				w.slack(ops)
				w.slackHook()
				w.discord()
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				n.cut()
				w.pass(tt.unused)
				w.deliver(sale(2))
				w.pass(tt.within)
				for _, channel := range []string{sales, ops, hooked, disc} {
					if got := w.headlines(channel); len(got) != 2 || customer(got[1]) != "2" {
						t.Errorf("%s after the cut, %s: %q, want the second sale", channel, tt.within, got)
					}
				}
			})
		})
	}
}

// TestConnectionsAreReused: while all answer, there is at most the connection
// that each destination made at its first request.
func TestConnectionsAreReused(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.overWire()
		w.slack(sales)
		w.slack(ops)
		w.discord()
		w.start()
		for i := range 20 {
			w.deliver(sale(i))
			w.pass(2 * time.Second)
		}
		if w.idle(time.Minute); n.dials > len(w.to) {
			t.Errorf("%d connections for %d destinations, want no more", n.dials, len(w.to))
		}
	})
}

// TestSlowAnswerDisturbsNobody: a request that gets no answer in time leaves the
// connection, on which another destination's request is still in flight.
func TestSlowAnswerDisturbsNobody(t *testing.T) {
	inWorld(t, func(w *world) {
		w.overWire()
		w.slack(sales)
		w.slack(ops)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.to[0].Routes, w.to[1].Routes = compose.MustRoute("order.paid"), compose.MustRoute("customer.created")
		w.restart()
		w.platforms.Fail(sales, 1, standin.Outcome{Delay: time.Hour})
		w.platforms.Fail(ops, 1, standin.Outcome{Applied: true, Delay: 7 * time.Second})
		w.deliver(sale(2)) // given up after 8 s
		w.pass(5 * time.Second)
		w.deliver(sample("customer.created", nil)) // answered after 12 s
		w.pass(time.Minute)
		if got := w.headlines(ops); len(got) != 2 {
			t.Errorf("the other channel shows %q, want its news once", got)
		}
		if got := w.headlines(sales); len(got) != 2 {
			t.Errorf("the channel shows %q, want the second sale", got)
		}
	})
}
