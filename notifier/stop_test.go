package notifier_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/journaltest"
	"polarbell/notifier"
	"polarbell/standin"
)

func TestStoppingFinishesTheRequestInFlight(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Fail(sales, 1, standin.Outcome{Applied: true, Delay: 5 * time.Second})
		w.deliver(sale(1))
		w.pass(time.Second)
		w.restart()
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 1 {
			t.Errorf("shown %q, want the sale once", got)
		}
	})
}

// TestStopTakesLessThanTenSeconds although the platform, the journal or both
// hang. What could not be written down is done again.
func TestStopTakesLessThanTenSeconds(t *testing.T) {
	broken := []*notifier.Fault{{Verdict: notifier.Broken, Code: "token_revoked"}}
	tests := []struct {
		name   string
		sender scripted
		routes compose.Route
		locked bool
		before time.Duration // the stop, the request is in flight
		want   []string      // the sales that were posted in the end
	}{
		{"the platform hangs", scripted{hang: true}, nil, false, 0, []string{"1"}},
		{"both hang", scripted{hang: true}, nil, true, 0, []string{"1"}},
		{"both hang for a while already", scripted{hang: true}, nil, true, 7 * time.Second, []string{"1"}},
		{"the platform is slow and the journal hangs", scripted{takes: 7 * time.Second}, nil, true, 0, []string{"1"}},
		{"the platform refuses us and the journal hangs", scripted{takes: 7 * time.Second, faults: broken}, nil, true, 0, []string{"1"}},
		{"the journal hangs", scripted{takes: time.Second}, nil, true, 20 * time.Second, []string{"1"}},
		{"the journal hangs where there is no news", scripted{}, compose.MustRoute("refund.created"), true, 4 * time.Second, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := &tt.sender
				w.add("sales", "Slack", s)
				w.to[0].Routes = tt.routes
				w.start()
				w.pass(time.Second)
				w.deliver(sale(1))
				unlock := func() {}
				if tt.locked {
					unlock = journaltest.Lock(w.t, w.path)
				}
				w.pass(tt.before)
				began := time.Now()
				w.stop()
				if took := time.Since(began); took >= 10*time.Second {
					t.Errorf("the stop took %s, want less than ten seconds", took)
				}
				unlock()
				s.hang, s.takes = false, 0
				w.restart()
				w.idle(time.Minute)
				if got := s.customers(); !slices.Equal(got, tt.want) {
					t.Errorf("shown %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// TestStopWhileItRecovers: what was posted as the bridge stopped is settled, also
// where the others are to be told that the destination works again.
func TestStopWhileItRecovers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault *notifier.Fault
		told  string
	}{
		{"parked", &notifier.Fault{Verdict: notifier.Broken, Code: "not_in_channel"}, "No messages in"},
		{"unreachable", &notifier.Fault{Verdict: notifier.Later, Code: "down", Wait: 20 * time.Minute}, "unreachable since"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s, other := &scripted{faults: slices.Repeat([]*notifier.Fault{tt.fault}, 10)}, &scripted{}
				w.add("sales", "Slack", s)
				w.add("ops", "Slack", other)
				w.start()
				w.deliver(sale(1))
				w.pass(16 * time.Minute)
				if !slices.ContainsFunc(other.headlines(), func(h string) bool { return strings.Contains(h, tt.told) }) {
					t.Fatalf("ops was told %q, want %q", other.headlines(), tt.told)
				}
				s.faults, s.takes = nil, time.Second
				w.restart() // it tries at once, and is stopped amid that
				w.pass(time.Second / 2)
				w.restart()
				w.idle(time.Hour)
				if got := s.customers(); !slices.Equal(got, []string{"1"}) {
					t.Errorf("shown %q, want the sale once", got)
				}
				if all := other.headlines(); !strings.Contains(all[len(all)-1], "works again") {
					t.Errorf("ops was told %q, want that sales works again", all)
				}
			})
		})
	}
}

// TestCommitWhoseAnswerWasLost: the journal takes the outcome after the loop has
// given up waiting for it. Tried again, it is the same outcome.
func TestCommitWhoseAnswerWasLost(t *testing.T) {
	for _, tt := range []struct {
		name  string
		final bool
	}{{"can edit", false}, {"cannot edit", true}} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := &scripted{final: tt.final, takes: time.Second}
				w.add("sales", "Slack", s)
				w.start()
				w.pass(time.Second)
				w.deliver(sale(1))
				unlock := journaltest.Lock(w.t, w.path)
				w.pass(s.takes + notifier.RequestTimeout + time.Second/2)
				unlock()
				w.idle(time.Minute)
				rows, err := w.journal.Messages(w.t.Context(), "sales", []string{"checkout:" + uuid(2, 1)})
				if err != nil || len(rows) != 1 {
					t.Errorf("the journal has %+v, %v; want one message", rows, err)
				}
				if len(s.posts) != 1 {
					t.Errorf("%d posts, want one", len(s.posts))
				}
			})
		})
	}
}

// TestParkingWhoseAnswerWasLost: the journal takes it after the loop has given up
// waiting. The others hear of it once.
func TestParkingWhoseAnswerWasLost(t *testing.T) {
	inWorld(t, func(w *world) {
		broken := &notifier.Fault{Verdict: notifier.Broken, Code: "not_in_channel"}
		s, other := &scripted{takes: time.Second, faults: slices.Repeat([]*notifier.Fault{broken}, 10)}, &scripted{}
		w.add("sales", "Slack", s)
		w.add("ops", "Slack", other)
		w.to[1].Routes = compose.MustRoute("alerts")
		w.start()
		w.pass(time.Second)
		w.deliver(sale(1))
		w.pass(time.Second / 2)
		unlock := journaltest.Lock(w.t, w.path)
		w.pass(s.takes + notifier.RequestTimeout)
		unlock()
		w.pass(5 * time.Minute)
		if got := other.headlines(); len(got) != 1 || !strings.Contains(got[0], "No messages in") {
			t.Errorf("ops was told %q, want once that sales is stopped", got)
		}
		if len(s.posts) < 2 {
			t.Errorf("tried %d times within five minutes, want again after one", len(s.posts))
		}
	})
}
