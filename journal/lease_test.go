package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

func lead(t *testing.T, j *Journal) *Lease {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l, err := j.AcquireLease(ctx, func() {})
	if err != nil {
		t.Fatalf("AcquireLease: %v", err)
	}
	return l
}

func TestTwoProcessesAppend(t *testing.T) {
	both(t, func(t *testing.T, a, b *Journal) {
		const n = 200
		var wait sync.WaitGroup
		for i := range n {
			for _, j := range []*Journal{a, b} { // each id at both
				wait.Go(func() {
					if _, _, err := j.Append(t.Context(), entry(fmt.Sprint("msg_", i), "s", "o")); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wait.Wait()
		entries, err := a.After(t.Context(), 0, 2*n)
		if err != nil || len(entries) != n || entries[n-1].Seq != n {
			t.Errorf("%d entries, %v; want %d without a gap", len(entries), err, n)
		}
	})
}

func TestWatchSeesOtherProcesses(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, a, b *Journal) {
		must(t, a.Register(t.Context(), "sales"))
		add(t, a, entry("0", "s", "o"))
		must(t, a.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "no channel", At: day, Parked: true, Retry: hour(1)}))
		expect := func(name string, changed <-chan struct{}) {
			t.Helper()
			select {
			case <-changed:
			case <-time.After(10 * time.Second):
				t.Errorf("%s by another process woke nobody", name)
			}
		}
		changed := a.Changed()
		add(t, b, entry("early", "s", "o"))
		ctx, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { a.Watch(ctx, 5*time.Millisecond) })
		defer wait.Wait()
		defer cancel()
		expect("what was stored before the first look", changed)
		for _, c := range []struct {
			name string
			act  func() error
		}{
			{"append", func() error { _, _, err := b.Append(t.Context(), entry("1", "s", "o")); return err }},
			{"replay", func() error {
				return b.RequestReplays(t.Context(), []Replay{{Destination: "sales", Subject: "s", Seq: 1}}, false)
			}},
			{"unpark", func() error { return b.Unpark(t.Context(), "sales", hour(2)) }},
		} {
			changed := a.Changed()
			must(t, c.act())
			expect(c.name, changed)
		}
	})
}

func TestOneLeads(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, a, b *Journal) {
		must(t, a.Register(t.Context(), "sales"))
		isDelivering := func(when string, want bool) {
			t.Helper()
			if got, err := b.IsDelivering(t.Context()); err != nil || got != want {
				t.Errorf("IsDelivering %s: %t, %v; want %t", when, got, err, want)
			}
		}
		isDelivering("at first", false)
		first := lead(t, a)
		isDelivering("beside a holder", true)
		if !first.Valid(8 * time.Second) {
			t.Error("a fresh lease is not valid for 8 s")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := b.AcquireLease(ctx, func() {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("two lead: %v", err)
		}
		settle(t, a, Settlement{Destination: "sales", Cursor: 1})
		must(t, a.Close())
		isDelivering("after its end", false)
		second := lead(t, b)
		settle(t, b, Settlement{Destination: "sales", Cursor: 2})
		if first.Valid(0) || !second.Valid(0) {
			t.Errorf("valid: first %v, second %v; want the second alone", first.Valid(0), second.Valid(0))
		}
		<-first.Done()
	})
}

func TestStandByIsSaidOnce(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, a, b *Journal) {
		said := 0
		lead(t, a)
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		if _, err := b.AcquireLease(ctx, func() { said++ }); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("two lead: %v", err)
		}
		if said != 1 {
			t.Errorf("it is said %d times that another process delivers, want once", said)
		}
	})
}

func TestReleasedLeaseSettlesNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, a, b *Journal) {
		must(t, a.Register(t.Context(), "sales"))
		lead(t, a).Release()
		lead(t, b)
		for name, err := range map[string]error{
			"Settle":        a.Settle(t.Context(), Settlement{Destination: "sales", Cursor: 1}),
			"RecordFailure": a.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "x", At: day}),
			"parking":       a.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "x", At: day, Parked: true, Retry: day}),
		} {
			if !errors.Is(err, ErrLost) {
				t.Errorf("%s: %v, want ErrLost", name, err)
			}
		}
		add(t, a, entry("1", "s", "o")) // it still takes deliveries
	})
}

// TestFrozenHolderIsFenced takes the lease over as its end would allow, while
// the holder believes that it leads.
func TestFrozenHolderIsFenced(t *testing.T) {
	at := databaseURL(t)
	a, b := open(t, at), open(t, at)
	must(t, a.Register(t.Context(), "sales"))
	frozen := lead(t, a)
	frozen.stop() // it renews no more
	<-frozen.stopped
	_, err := a.db.Exec(`UPDATE polarbell.lease SET until = 0`)
	must(t, err)
	lead(t, b)
	settle(t, b, Settlement{Destination: "sales", Cursor: 5})
	if err := a.Settle(t.Context(), Settlement{Destination: "sales", Cursor: 9}); !errors.Is(err, ErrLost) {
		t.Errorf("the frozen holder settles: %v, want ErrLost", err)
	}
	if d, err := b.Destination(t.Context(), "sales"); err != nil || d.Cursor != 5 {
		t.Errorf("cursor %d, %v; want 5", d.Cursor, err)
	}
	<-frozen.Done()
}

// TestLeaseRunsOutByTheClocks: the monotonic clock stops while the machine
// sleeps, and the wall clock can be set back; the lease has the age of the older.
func TestLeaseRunsOutByTheClocks(t *testing.T) {
	for _, c := range []struct {
		name            string
		monotonic, wall time.Duration // since it was renewed
		d               time.Duration
		want            bool
	}{
		{"just now", 5 * time.Second, 5 * time.Second, 0, true},
		{"for a request", 5 * time.Second, 5 * time.Second, 6 * time.Second, true},
		{"not for as long", 5 * time.Second, 5 * time.Second, 8 * time.Second, false},
		{"the machine slept", time.Second, time.Hour, 0, false},
		{"the clock was set back", 13 * time.Second, -time.Hour, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := readClocks()
			l := &Lease{done: make(chan struct{})}
			l.renewed.Store(&reading{now.monotonic.Add(-c.monotonic), now.wall.Add(-c.wall)})
			if got := l.Valid(c.d); got != c.want {
				t.Errorf("valid for %v: %v, want %v", c.d, got, c.want)
			}
		})
	}
}
