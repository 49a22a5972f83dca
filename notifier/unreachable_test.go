package notifier_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
)

// own are the headlines in a channel about destinations.
func (w *world) own(channel string) []string {
	return slices.DeleteFunc(w.headlines(channel), func(h string) bool { return !strings.Contains(h, "Slack “") })
}

func (w *world) expectOwn(when string, want ...string) {
	w.t.Helper()
	if got := w.own(disc); !slices.Equal(got, want) {
		w.t.Errorf("%s: Discord shows %q, want %q", when, got, want)
	}
}

const (
	isUnreachable = "⚠️ Slack “C0SALES” unreachable since 00:00 UTC · 2 waiting"
	worksAgain    = "✅ Slack “C0SALES” works again"
)

// TestUnreachableIsTold to the other destinations, once, also across a restart.
func TestUnreachableIsTold(t *testing.T) {
	for i, tt := range []struct {
		name    string
		outcome standin.Outcome
		cause   string
	}{
		{"not taken", standin.Outcome{Status: 503, Body: "<title>Maintenance</title>"}, "503: Maintenance"},
		{"a stranger", standin.Outcome{Status: 403, Body: "blocked by policy"}, "blocked by policy"},
		{"unknown", standin.Outcome{Reset: true}, "closed the connection before it answered"},
		{"limited", standin.Outcome{Status: 429, Header: after("7200")}, "429"},
	} {
		if !sampled(i, 3) {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.discord()
				w.start()
				w.platforms.Fail(sales, -1, tt.outcome)
				w.platforms.Fail("slack read", -1, tt.outcome)
				w.deliver(sale(1))
				w.pass(14 * time.Minute)
				w.deliver(sale(2))
				w.expectOwn("after 14 minutes")
				w.pass(70 * time.Second)
				w.expectOwn("after 15 minutes", isUnreachable)
				all := w.shown(disc)
				if body := string(all[len(all)-1].Body); !strings.Contains(body, tt.cause) {
					t.Errorf("the message is %s, want the cause %q in it", body, tt.cause)
				}
				if s := w.status(sales); !s.Unreachable() {
					t.Errorf("status %+v, want unreachable", s)
				}
				w.restart()
				w.pass(time.Hour)
				w.expectOwn("after a restart and an hour", isUnreachable)
				w.platforms.Mend("slack")
				w.platforms.Mend(sales)
				w.idle(3 * time.Hour)
				if got := w.own(disc); len(got) != 2 || !strings.HasPrefix(got[1], worksAgain) {
					t.Errorf("Discord shows %q, want that it works again", got)
				}
				if s := w.status(sales); s.Unreachable() || s.State() != "ok" {
					t.Errorf("status %+v, want ok", s)
				}
			})
		})
	}
}

// TestReachableIsNotTold: what fails and succeeds by turns is no outage, and
// neither is a short one.
func TestReachableIsNotTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		for n := range 6 {
			w.platforms.Fail(sales, -1, standin.Outcome{Status: 503})
			w.deliver(sale(n))
			w.pass(13 * time.Minute)
			w.platforms.Mend(sales)
			w.pass(2 * time.Minute)
		}
		w.expectOwn("after an hour and a half")
	})
}

// TestUnreachableThenStopped: the cause is found, and it needs a person.
func TestUnreachableThenStopped(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		w.platforms.Fail(sales, -1, standin.Outcome{Status: 503})
		w.deliver(sale(1))
		w.pass(20 * time.Minute)
		w.platforms.Mend(sales)
		w.platforms.Revoke(sales, standin.BotRemoved)
		w.pass(20 * time.Minute)
		w.expectOwn("stopped", strings.Replace(isUnreachable, "2", "1", 1), "⚠️ No messages in Slack “C0SALES”: not in channel · 1 waiting")
		w.platforms.Restore(sales)
		w.idle(2 * time.Hour)
		if got := w.own(disc); len(got) != 3 || !strings.HasPrefix(got[2], worksAgain) {
			t.Errorf("Discord shows %q, want that it works again, once", got)
		}
	})
}

// TestOutageEndsWithWhatWaits: the message that could not be edited was deleted
// from the journal's view, so nothing waits any longer.
func TestOutageEndsWithWhatWaits(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("sales", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		for range 5 {
			s.faults = append(s.faults, &notifier.Fault{Verdict: notifier.Later, Code: "503"})
		}
		w.deliver(renamed(1, "Renamed"))
		w.pass(5 * time.Second)
		w.deliver(renamed(1, "Customer 1"))
		w.pass(2 * time.Minute)
		if s := w.status("sales"); !s.FailingSince.IsZero() {
			t.Errorf("failing since %s, want not: nothing waits", s.FailingSince)
		}
	})
}

// TestLogSaysAnOutageAgain when the cause changes, and each hour.
func TestLogSaysAnOutageAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		var log sharedLog
		w.options.Log = slog.New(slog.NewTextHandler(&log, nil))
		w.slack(sales)
		w.start()
		said := func(when, code string, want int) {
			t.Helper()
			text := log.take()
			if got := strings.Count(text, "trying again\" destination=C0SALES attempt="); got != want || !strings.Contains(text, "err=\""+code) {
				t.Errorf("%s: said %d times, want %d, with %s:\n%s", when, got, want, code, text)
			}
		}
		w.platforms.Fail(sales, -1, standin.Outcome{Status: 503})
		w.deliver(sale(1))
		w.pass(50 * time.Minute)
		said("in 50 minutes", "503", 1)
		w.platforms.Mend(sales)
		w.platforms.Fail(sales, -1, standin.Outcome{Status: 500})
		w.pass(5 * time.Minute)
		said("another cause", "500", 1)
		w.pass(3*time.Hour + time.Minute)
		said("in three hours", "500", 3)
	})
}

// TestNameThatDoesNotResolve for twenty minutes: the other channel is told why,
// and since nothing was sent, all comes once and soon after.
func TestNameThatDoesNotResolve(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.overWire()
		w.slack(sales)
		w.discord()
		w.start()
		n.isLost.Store(true)
		w.deliver(sale(1))
		w.pass(20 * time.Minute)
		w.expectOwn("after 20 minutes", strings.Replace(isUnreachable, "2", "1", 1))
		all := w.shown(disc)
		if body, cause := string(all[len(all)-1].Body), "the name slack.com does not resolve"; !strings.Contains(body, cause) {
			t.Errorf("the message is %s, want the cause %q in it", body, cause)
		}
		n.isLost.Store(false)
		w.idle(2 * time.Minute)
		if got := w.headlines(sales); len(got) != 1 || customer(got[0]) != "1" {
			t.Errorf("shows %q, want the sale once", got)
		}
	})
}

// TestUnreachableSinceAWrongClock: the others are told all the same.
func TestUnreachableSinceAWrongClock(t *testing.T) {
	inWorld(t, func(w *world) {
		down := &notifier.Fault{Verdict: notifier.Later, Code: "down"}
		s, other := &scripted{faults: slices.Repeat([]*notifier.Fault{down}, 1000)}, &scripted{}
		w.add("sales", "Slack", s)
		w.add("ops", "Slack", other)
		w.to[1].Routes = compose.MustRoute("alerts")
		w.open()
		w.deliver(sale(1))
		f := journal.Failure{Destination: "sales", Text: "down", At: time.Now().Add(9000 * time.Hour)}
		if err := w.journal.RecordFailure(w.t.Context(), f); err != nil {
			t.Fatal(err)
		}
		w.start()
		w.pass(20 * time.Minute)
		if got := other.headlines(); len(got) != 1 || !strings.Contains(got[0], "unreachable since") {
			t.Errorf("ops was told %q, want that sales is unreachable", got)
		}
	})
}
