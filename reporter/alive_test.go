package reporter_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
	"polarbell/reporter"
)

const wasOff = "⚠️ polarbell was off for 8 hours · sales may be missing"

// TestOffIsTold to all destinations, once.
func TestOffIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.pass(time.Hour)
		w.expect("at first", w.posted(sales))
		w.end()
		time.Sleep(8*time.Hour + 10*time.Minute)
		w.start()
		w.pass(2 * time.Minute)
		for _, channel := range []string{sales, disc} {
			w.expect("on again", w.posted(channel), wasOff)
		}
		if body := string(w.shown(sales)[0].Body); !strings.Contains(body, "https://polar.sh/to/dashboard/settings/webhooks") {
			t.Errorf("the message is %s, want the link to Polar's deliveries", body)
		}
		w.end()
		w.start()
		w.pass(time.Hour)
		w.expect("after a restart", w.posted(sales), wasOff)
	})
}

// TestWhatIsOff: the bridge is off while no process can take deliveries.
func TestWhatIsOff(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *world)
		want int // how often it is told
	}{
		{"the first start ever", func(w *world) { w.look() }, 0},
		{"a restart", func(w *world) {
			w.watch(time.Hour)
			w.end()
			time.Sleep(29 * time.Minute)
			w.look()
		}, 0},
		{"half an hour and more", func(w *world) {
			w.look()
			time.Sleep(31 * time.Minute)
			w.look()
		}, 1},
		{"started twice", func(w *world) {
			w.look()
			time.Sleep(3 * time.Hour)
			for range 3 {
				w.end()
				w.look()
			}
		}, 1},
		{"two replicas", func(w *world) {
			a, b := w.replica(), w.replica()
			w.watch(time.Hour, a, b)
			time.Sleep(3 * time.Hour)
			w.look(a, b)
		}, 1},
		{"one replica of two goes on", func(w *world) {
			a, b := w.replica(), w.replica()
			w.watch(time.Hour, a, b)
			w.watch(3*time.Hour, b)
			w.look(a, b)
		}, 0},
		{"a process that takes deliveries and may not deliver", func(w *world) {
			w.look()
			r := w.replica()
			for range 9 {
				w.run(r.StayAlive)
				w.stop()
				time.Sleep(20 * time.Minute)
			}
			w.look()
		}, 0},
		{"twice", func(w *world) {
			w.look()
			for range 2 {
				time.Sleep(3 * time.Hour)
				w.look()
			}
		}, 2},
		{"a note of a later release", func(w *world) {
			w.open()
			if err := w.journal.PutNote(w.t.Context(), "alive", "[not ours]"); err != nil {
				w.t.Fatal(err)
			}
			w.look()
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tt.do(w)
				if got := len(w.own(polar.Off)); got != tt.want {
					t.Errorf("told %d times, want %d", got, tt.want)
				}
			})
		})
	}
}

func (w *world) replica() *reporter.Reporter {
	w.open()
	return w.reporter()
}

// TestKilledWhileItIsTold: the event and the note are one transaction.
func TestKilledWhileItIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.look()
		before, _, err := w.journal.Note(w.t.Context(), "alive")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Hour)
		w.look()
		// As if the note of the second look had not been kept.
		if err := w.journal.PutNote(w.t.Context(), "alive", before); err != nil {
			t.Fatal(err)
		}
		w.end()
		time.Sleep(time.Hour)
		w.look()
		if got := w.own(polar.Off); len(got) != 1 {
			t.Errorf("told %d times, want once", len(got))
		}
		want := journal.Seq(1)
		if head, err := w.journal.Head(w.t.Context()); head != want || err != nil {
			t.Errorf("head %d, %v; want %d", head, err, want)
		}
	})
}

// TestLastOutage is what page and status show.
func TestLastOutage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.look()
		if got, err := reporter.LastOutage(w.t.Context(), w.journal); got != (reporter.Outage{}) || err != nil {
			t.Errorf("at first: got %v, %v; want none", got, err)
		}
		off := time.Now()
		time.Sleep(3 * time.Hour)
		w.look()
		on := time.Now()
		w.watch(10 * time.Hour)
		got, err := reporter.LastOutage(w.t.Context(), w.journal)
		if got.Since.Sub(off).Abs() > time.Second || got.Until.Sub(on).Abs() > time.Second || err != nil {
			t.Errorf("got %v, %v; want from %v to %v", got, err, off, on)
		}
	})
}

// TestLedgerDoubtsAnOutage: after an outage that nothing makes up for, the
// ledger claims to know all only from its end on.
func TestLedgerDoubtsAnOutage(t *testing.T) {
	for _, fetches := range []bool{false, true} {
		t.Run(fmt.Sprint("fetches ", fetches), func(t *testing.T) {
			inWorld(t, func(w *world) {
				if fetches {
					w.options.CaughtUp = func(context.Context) (time.Time, error) { return time.Now(), nil }
				}
				w.start()
				s := polartest.New(1, time.Now())
				s.Purchase(polartest.Book)
				w.arrive(s)
				w.pass(time.Minute)
				before := w.since()
				w.end()
				time.Sleep(8 * time.Hour)
				w.start()
				w.pass(2 * time.Minute)
				if doubts := w.since().After(before.Add(7 * time.Hour)); doubts == fetches {
					t.Errorf("all is known since %s, before the outage since %s", w.since(), before)
				}
			})
		})
	}
}

// TestOutageIsDoubtedOnce: past orders that were imported since are known, also
// after a restart.
func TestOutageIsDoubtedOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		s := polartest.New(1, time.Now())
		s.Purchase(polartest.Book)
		w.arrive(s)
		w.pass(time.Minute)
		w.end()
		time.Sleep(8 * time.Hour)
		w.start()
		w.pass(2 * time.Minute)
		if err := ledger.New(w.journal, ledger.Options{}).Imported(w.t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		w.end()
		w.start()
		w.pass(2 * time.Minute)
		if c := w.coverage(); !c.Imported {
			t.Errorf("covered: %+v, want all imported", c)
		}
	})
}

// since is from when on the ledger knows all.
func (w *world) since() time.Time { w.t.Helper(); return w.coverage().Since }

func (w *world) coverage() journal.Coverage {
	w.t.Helper()
	all, err := w.journal.Coverages(w.t.Context())
	if err != nil || len(all) != 1 {
		w.t.Fatalf("coverages: %v, %v", all, err)
	}
	return all[0]
}

// TestWasOn: Polar tries for half an hour to deliver what happened.
func TestWasOn(t *testing.T) {
	inWorld(t, func(w *world) {
		began := time.Now()
		w.look()
		w.watch(5 * time.Hour)
		off := time.Now()
		time.Sleep(8 * time.Hour)
		w.look()
		on := time.Now()
		w.watch(time.Hour)
		for _, c := range []struct {
			name string
			at   time.Time
			want bool
		}{
			{"before it was there", began.Add(-time.Hour), false},
			{"before it was off", off.Add(-time.Hour), true},
			{"just before it was off", off.Add(-10 * time.Minute), false},
			{"while it was off", off.Add(time.Hour), false},
			{"since it is on again", on.Add(time.Minute), true},
		} {
			if got, err := reporter.WasOn(w.t.Context(), w.journal, c.at); got != c.want || err != nil {
				t.Errorf("%s: got %t, %v; want %t", c.name, got, err, c.want)
			}
		}
	})
}
