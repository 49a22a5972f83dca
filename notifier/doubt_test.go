package notifier_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
)

// silences are what leaves open whether the platform took a request. It took
// each of them.
var silences = []struct {
	name string
	of   string // "" for all platforms
	standin.Outcome
}{
	{"the answer never comes", "", standin.Outcome{Applied: true, Delay: 10 * time.Hour}},
	{"the connection breaks", "", standin.Outcome{Applied: true, Reset: true}},
	{"a gateway in HTML", "", standin.Outcome{Applied: true, Status: 504, Body: "<html>timeout</html>"}},
	{"a bad gateway", "", standin.Outcome{Applied: true, Status: 502}},
	{"internal_error", sales, standin.Outcome{Applied: true, Status: 200, Body: `{"ok":false,"error":"internal_error"}`}},
	{"fatal_error", sales, standin.Outcome{Applied: true, Status: 200, Body: `{"ok":false,"error":"fatal_error"}`}},
	{"a success without a message", "", standin.Outcome{Applied: true, Status: 200, Body: "{}"}},
	{"a stranger's success", "", standin.Outcome{Applied: true, Status: 200, Body: "<html>OK</html>"}},
}

// copies counts the messages that a channel took within a time of the first.
func (w *world) copies(channel string, within time.Duration) (n int) {
	all := w.platforms.Messages(channel)
	for _, m := range all {
		if m.Posted.Sub(all[0].Posted) < within {
			n++
		}
	}
	return n
}

// TestUnknownOutcomesAreNotRepeatedWithoutEnd although the platform answers
// everything else.
func TestUnknownOutcomesAreNotRepeatedWithoutEnd(t *testing.T) {
	for i, tt := range silences {
		if !sampled(i, 3) {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				targets := []string{sales, hooked, disc}
				if tt.of != "" {
					targets = []string{tt.of}
				}
				for _, channel := range targets {
					w.platforms.Fail(channel+" post", -1, tt.Outcome)
				}
				w.deliver(sale(1))
				w.pass(65 * time.Minute)
				for _, channel := range targets {
					if got := w.copies(channel, 5*time.Minute); got != 2 {
						t.Errorf("%s: %d copies in the first five minutes, want 2", channel, got)
					}
					if got := w.copies(channel, time.Hour); got < 2 || got > 4 {
						t.Errorf("%s: %d copies in an hour, want at most 4", channel, got)
					}
				}
			})
		})
	}
}

// TestPatienceHearsALateAnswer: the second try waits for an answer that takes
// longer than the first did.
func TestPatienceHearsALateAnswer(t *testing.T) {
	for _, overWire := range []bool{false, true} {
		t.Run(fmt.Sprint("by TLS and HTTP/2 ", overWire), func(t *testing.T) {
			inWorld(t, func(w *world) {
				if overWire {
					w.overWire()
				}
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				w.platforms.Fail("slack", -1, standin.Outcome{Applied: true, Delay: 9 * time.Second})
				w.platforms.Fail("discord", -1, standin.Outcome{Applied: true, Delay: 9 * time.Second})
				w.deliver(sale(1))
				w.idle(time.Minute)
				for _, channel := range []string{sales, hooked, disc} {
					if got := w.headlines(channel); len(got) != 2 {
						t.Errorf("%s shows %q, want the sale twice", channel, got)
					}
				}
			})
		})
	}
}

// TestRestEndsWithAHarmlessCall: a platform that answers nothing gets no copy,
// and once it answers again, the post comes within a minute.
func TestRestEndsWithAHarmlessCall(t *testing.T) {
	for target, channel := range map[string]string{"slack read": sales, hook: hooked, disc: disc} {
		t.Run(channel, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				for _, platform := range []string{"slack", "discord"} {
					w.platforms.Fail(platform, -1, standin.Outcome{Delay: 10 * time.Hour})
				}
				w.deliver(sale(1))
				w.pass(30 * time.Minute)
				asked := 0
				for _, c := range w.platforms.Calls(target) {
					if c.At.Sub(w.platforms.Calls(target)[0].At) > 5*time.Minute {
						asked++
					}
				}
				if asked < 10 {
					t.Errorf("%d calls to see whether it answers, want one a minute", asked)
				}
				w.platforms.Mend("slack")
				w.platforms.Mend("discord")
				w.idle(2 * time.Minute)
				if got := w.sold(channel); !slices.Equal(got, []string{"1"}) {
					t.Errorf("shows %q, want the sale once", got)
				}
			})
		})
	}
}

// TestPostInDoubtIsTriedAgainAsItWas: what comes in meanwhile is not repeated.
func TestPostInDoubtIsTriedAgainAsItWas(t *testing.T) {
	for _, restarts := range []bool{false, true} {
		t.Run(fmt.Sprint("restarts ", restarts), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.platforms.Fail(sales+" post", 2, standin.Outcome{Applied: true, Status: 504})
				w.deliver(sale(1))
				w.pass(10 * time.Second)
				w.deliver(sale(2))
				w.deliver(refund(1)) // of a sale that is in doubt
				w.ask(notifier.Selection{Since: time.Now().Add(-time.Hour)})
				if restarts {
					w.restart()
				}
				w.idle(10 * time.Minute)
				var got []string
				for _, h := range w.headlines(sales)[:3] {
					got = append(got, customer(h))
				}
				if want := []string{"1", "1", "1"}; !slices.Equal(got, want) {
					t.Errorf("shows %q first, want the first sale's message alone three times", got)
				}
				var first []string
				for _, m := range w.platforms.Messages(sales)[:3] {
					first = append(first, string(append(m.History, m.Body)[0]))
				}
				if first[1] != first[0] || first[2] != first[0] {
					t.Errorf("tried again as %s, then as %s; want it as it was: %s", first[1], first[2], first[0])
				}
			})
		})
	}
}

// TestRestartGoesOnCounting: tries before a restart count, also one that was in
// flight when the process died.
func TestRestartGoesOnCounting(t *testing.T) {
	for _, tt := range []struct {
		name    string
		parks   bool // before: a restart tries the destination at once, but no post that has to rest
		outcome standin.Outcome
	}{
		{"504", false, standin.Outcome{Applied: true, Status: 504}},
		{"504 where it was parked", true, standin.Outcome{Applied: true, Status: 504}},
		{"never", false, standin.Outcome{Applied: true, Delay: 10 * time.Hour}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				if tt.parks {
					w.platforms.Fail(sales+" post", 1, standin.Outcome{Status: 200, Body: `{"ok":false,"error":"not_in_channel"}`})
				}
				w.platforms.Fail(sales, -1, tt.outcome)
				w.deliver(sale(1))
				for range 10 {
					w.pass(12 * time.Second)
					w.restart()
				}
				w.pass(time.Hour)
				if got := w.copies(sales, 5*time.Minute); got != 2 {
					t.Errorf("%d copies in five minutes with ten restarts, want 2", got)
				}
				if got := w.copies(sales, time.Hour); got > 4 {
					t.Errorf("%d copies in an hour with ten restarts, want at most 4", got)
				}
			})
		})
	}
}

// TestStopWhileATryIsCounted: the journal counts a try, and the stop comes before it
// answers. Either the try is made or it does not count: nothing rests for it.
func TestStopWhileATryIsCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Fail(sales+" post", 1, standin.Outcome{Status: 504})
		w.deliver(sale(1))
		w.pass(100 * time.Millisecond)
		unlock := journaltest.Lock(w.t, w.path)
		w.pass(2 * time.Second) // the second try is due, and waits for the journal
		time.AfterFunc(time.Second, unlock)
		w.restart()
		w.pass(time.Minute)
		if got := w.headlines(sales); len(got) != 1 {
			t.Errorf("a minute after the restart %q is shown, want the sale once", got)
		}
	})
}

// TestNotTakenDoesNotCount: after an unknown outcome a try that surely was not
// taken is made again as always, also after a restart.
func TestNotTakenDoesNotCount(t *testing.T) {
	refused := standin.Outcome{Status: http.StatusOK, Body: `{"ok":false,"error":"invalid_blocks"}`}
	for name, outcome := range map[string]standin.Outcome{"503": {Status: 503}, "refused": refused} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.platforms.Fail(sales+" post", 1, standin.Outcome{Status: 504})
				w.platforms.Fail(sales+" post", 1, outcome)
				w.deliver(sale(1))
				for len(w.platforms.Calls(sales+" post")) < 2 {
					w.pass(50 * time.Millisecond)
				}
				w.restart()
				w.idle(2 * time.Minute)
				if got := w.headlines(sales); len(got) != 1 {
					t.Errorf("shows %q, want the sale once", got)
				}
			})
		})
	}
}

// TestEditInDoubtIsMadeAgainFromWhatIsKnown.
func TestEditInDoubtIsMadeAgainFromWhatIsKnown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.platforms.Fail(sales+" edit", 2, standin.Outcome{Applied: true, Status: 504})
		w.deliver(renamed(1, "Renamed"))
		w.pass(30 * time.Second)
		w.deliver(renamed(1, "Renamed again"))
		w.idle(10 * time.Minute)
		if got := len(w.platforms.Calls(sales + " edit")); got != 3 {
			t.Errorf("%d edits, want two in doubt and one after a rest", got)
		}
		if got := w.headlines(sales); len(got) != 1 || !strings.Contains(got[0], "Renamed again") {
			t.Errorf("shows %q, want the newest name", got)
		}
	})
}

// TestPatienceEndsWithTheLease: what is in flight may not go on beside another
// process.
func TestPatienceEndsWithTheLease(t *testing.T) {
	inWorld(t, func(w *world) {
		var lease atomic.Pointer[time.Time] // its end
		w.options.CanDeliver = func(d time.Duration) bool {
			end := lease.Load()
			return end == nil || time.Now().Add(d).Before(*end)
		}
		s := &scripted{hang: true}
		w.add("leased", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(12 * time.Second) // the second try is in flight
		until := time.Now().Add(6 * time.Second)
		lease.Store(&until)
		w.pass(time.Minute)
		if len(s.ended) != 2 || !s.ended[1].Before(until) {
			t.Errorf("requests ended at %v, want the second before %v", s.ended, until)
		}
	})
}

// TestStopEndsPatience after eight seconds.
func TestStopEndsPatience(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{hang: true}
		w.add("sales", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(12 * time.Second)
		began := time.Now()
		w.stop()
		if took := time.Since(began); took < 7*time.Second || took >= 10*time.Second {
			t.Errorf("the stop took %s, want the eight seconds that a request gets", took)
		}
	})
}

// TestDoubtIsInTheStatus: since when, how often, and until it is over.
func TestDoubtIsInTheStatus(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Fail(sales+" post", 2, standin.Outcome{Applied: true, Status: http.StatusBadGateway})
		began := time.Now()
		w.deliver(sale(1))
		w.pass(10 * time.Second)
		if s := w.status(sales); s.Doubt.Since != began.UTC() || s.Doubt.Tries != 2 || !s.InDoubt() {
			t.Errorf("in doubt since %s, %d tries; want since %s, 2 tries", s.Doubt.Since, s.Doubt.Tries, began)
		}
		w.deliver(sale(2))
		for seq, want := range map[journal.Seq]string{1: "not known whether it arrived: the answer is missing", 2: ""} {
			if got := w.outcome(seq); got.Result != notifier.ResultWaiting || got.Why != want {
				t.Errorf("delivery %d: %s, %q; want it waiting, %q", seq, got.Result, got.Why, want)
			}
		}
		w.idle(10 * time.Minute)
		if s := w.status(sales); s.InDoubt() || s.State() != "ok" {
			t.Errorf("%s, %+v; want no doubt any more", s.State(), s.Doubt)
		}
	})
}

// sold are the customers' numbers of the sales in a channel.
func (w *world) sold(channel string) []string {
	var all []string
	for _, h := range w.headlines(channel) {
		if number := customer(h); number != "" {
			all = append(all, number)
		}
	}
	return all
}

// outcome is what became of a delivery at the first destination.
func (w *world) outcome(seq journal.Seq) notifier.Outcome {
	w.t.Helper()
	e, _, err := w.journal.Entry(w.t.Context(), seq)
	if err != nil {
		w.t.Fatal(err)
	}
	statuses := []notifier.Status{w.status(w.to[0].Name)}
	all, err := notifier.NewViewer(w.journal, w.options).Outcomes(w.t.Context(), e, statuses)
	if err != nil {
		w.t.Fatal(err)
	}
	return all[0]
}

func (w *world) status(name string) notifier.Status {
	w.t.Helper()
	all, err := notifier.Statuses(w.t.Context(), w.journal, w.to, w.notifier.Stats())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	w.t.Fatalf("no destination %s", name)
	return notifier.Status{}
}
