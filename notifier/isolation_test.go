package notifier_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestHangingDestinationDelaysNoOther(t *testing.T) {
	inWorld(t, func(w *world) {
		hanging, quick := &scripted{hang: true}, &scripted{}
		w.add("hanging", "Slack", hanging)
		w.add("quick", "Discord", quick)
		w.start()
		for n := range 20 {
			sent := time.Now()
			w.deliver(sale(n))
			w.pass(time.Second)
			if got := quick.customers(); len(got) != n+1 {
				w.t.Fatalf("after a second %d sales shown, want %d", len(got), n+1)
			}
			if late := quick.posts[len(quick.posts)-1].at.Sub(sent); late != 0 {
				t.Errorf("sale %d came %s late", n, late)
			}
		}
	})
}

func TestFiftyDestinations(t *testing.T) {
	inWorld(t, func(w *world) {
		var all []*scripted
		for n := range 50 {
			s := &scripted{}
			all = append(all, s)
			w.add(fmt.Sprint("d", n), "Slack", s)
		}
		w.start()
		for n := range 20 {
			w.deliver(sale(n))
		}
		w.idle(time.Minute)
		for n, s := range all {
			if got := len(s.customers()); got != 20 {
				t.Errorf("destination %d shows %d sales, want 20", n, got)
			}
		}
	})
}

func TestDestinationsAddedRemovedAndBackAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		first, second := &scripted{}, &scripted{}
		w.add("first", "Slack", first)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.add("second", "Slack", second)
		w.restart()
		w.deliver(sale(2))
		w.idle(time.Minute)
		both := w.to
		w.to = both[:1]
		w.restart()
		w.deliver(sale(3))
		w.idle(time.Minute)
		w.to = both
		w.restart()
		w.idle(time.Minute)
		if got := first.customers(); !slices.Equal(got, []string{"1", "2", "3"}) {
			t.Errorf("the first shows %q", got)
		}
		if got := second.customers(); !slices.Equal(got, []string{"2", "3"}) {
			t.Errorf("the second shows %q, want what came since it was first seen, also while it was away", got)
		}
	})
}

func TestGapOfPrunedEntriesIsSteppedOver(t *testing.T) {
	inWorld(t, func(w *world) {
		gone := &scripted{}
		w.add("gone", "Slack", gone)
		w.start()
		w.deliver(sale(0))
		w.idle(time.Minute)
		w.end()
		away := w.to
		w.to = nil
		w.open()
		for range 300 {
			w.deliver(sample("customer.updated", nil))
		}
		w.pass(50 * 24 * time.Hour)
		for pruned := 1; pruned > 0; {
			var err error
			if pruned, err = w.journal.Prune(w.t.Context(), time.Now().Add(-w.options.Retention), nil, 5000, nil); err != nil {
				w.t.Fatal(err)
			}
		}
		w.to = away
		w.end()
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		if got := gone.customers(); !slices.Equal(got, []string{"0", "1"}) {
			t.Errorf("shown %q, want what is new", got)
		}
	})
}
