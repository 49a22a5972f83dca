package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// both opens a test's journal a second time, as another process would.
func both(t *testing.T, f func(t *testing.T, a, b *Journal)) {
	t.Run("sqlite", func(t *testing.T) {
		a := openFile(t)
		f(t, a, open(t, a.file))
	})
	t.Run("postgres", func(t *testing.T) {
		at := databaseURL(t)
		f(t, open(t, at), open(t, at))
	})
}

func lead(t *testing.T, j *Journal) *Lease {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l, err := j.Lead(ctx)
	if err != nil {
		t.Fatalf("Lead: %v", err)
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
	both(t, func(t *testing.T, a, b *Journal) {
		must(t, a.Join(t.Context(), "sales"))
		add(t, a, entry("0", "s", "o"))
		settle(t, a, Settlement{Destination: "sales", Cursor: 1})
		must(t, a.Park(t.Context(), "sales", "gone", "no channel", day, hour(1)))
		ctx, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { a.Watch(ctx, 5*time.Millisecond) })
		defer wait.Wait()
		defer cancel()
		for n, seen := 0, a.Changed(); seen != nil; n++ { // until it has looked once
			add(t, b, entry(fmt.Sprint("early_", n), "s", "o"))
			select {
			case <-seen:
				seen = nil
			case <-time.After(20 * time.Millisecond):
			}
		}
		for _, c := range []struct {
			name string
			act  func() error
		}{
			{"append", func() error { _, _, err := b.Append(t.Context(), entry("1", "s", "o")); return err }},
			{"replay", func() error { _, err := b.Replay(t.Context(), Selection{}); return err }},
			{"release", func() error { return b.Release(t.Context(), "sales", hour(2)) }},
		} {
			changed := a.Changed()
			must(t, c.act())
			select {
			case <-changed:
			case <-time.After(10 * time.Second):
				t.Errorf("%s by another process woke nobody", c.name)
			}
		}
	})
}

func TestOneLeads(t *testing.T) {
	both(t, func(t *testing.T, a, b *Journal) {
		must(t, a.Join(t.Context(), "sales"))
		first := lead(t, a)
		if !first.Valid(8 * time.Second) {
			t.Error("a fresh lease is not valid for 8 s")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := b.Lead(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("two lead: %v", err)
		}
		settle(t, a, Settlement{Destination: "sales", Cursor: 1})
		must(t, a.Close())
		second := lead(t, b)
		settle(t, b, Settlement{Destination: "sales", Cursor: 2})
		if first.Valid(0) || !second.Valid(0) {
			t.Errorf("valid: first %v, second %v; want the second alone", first.Valid(0), second.Valid(0))
		}
		<-first.Done()
	})
}

func TestReleasedLeaseSettlesNothing(t *testing.T) {
	both(t, func(t *testing.T, a, b *Journal) {
		must(t, a.Join(t.Context(), "sales"))
		lead(t, a).Release()
		lead(t, b)
		for name, err := range map[string]error{
			"Settle":  a.Settle(t.Context(), Settlement{Destination: "sales", Cursor: 1}),
			"Trouble": a.Trouble(t.Context(), "sales", "x", day),
			"Park":    a.Park(t.Context(), "sales", "x", "x", day, day),
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
	must(t, a.Join(t.Context(), "sales"))
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
	if p, err := b.Place(t.Context(), "sales"); err != nil || p.Cursor != 5 {
		t.Errorf("cursor %d, %v; want 5", p.Cursor, err)
	}
	<-frozen.Done()
}

func TestLeaseRunsOutByTheClock(t *testing.T) {
	l := &Lease{renewed: time.Now().Add(-5 * time.Second), done: make(chan struct{})}
	for d, want := range map[time.Duration]bool{0: true, 6 * time.Second: true, 8 * time.Second: false} {
		if got := l.Valid(d); got != want {
			t.Errorf("renewed 5 s ago, valid for %v: %v, want %v", d, got, want)
		}
	}
}
