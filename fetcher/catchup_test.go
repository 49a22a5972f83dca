package fetcher_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/standin"
)

const reads = "webhooks:read"

// TestCatchUp: what was lost while the bridge was off is stored once, the oldest
// first, under its own id and organization.
func TestCatchUp(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.lose("long-ago")
		w.pass(30 * 24 * time.Hour)
		w.deliver("before")
		w.pass(30 * time.Minute)
		w.lose("first")
		w.pass(time.Minute)
		w.lose("second")
		w.polar.PolarAttempt(endpoint, standin.PolarEvent{ID: "late"}, false, time.Now())
		w.polar.PolarAttempt(endpoint, standin.PolarEvent{ID: "late"}, true, time.Now().Add(time.Second))
		w.polar.PolarAttempt(endpoint, standin.PolarEvent{ID: "archived", Archived: true}, false, time.Now())
		w.polar.PolarAttempt(endpoint, standin.PolarEvent{ID: "ready-made", Payload: `{"text":"hi"}`}, false, time.Now())
		w.polar.PolarAttempt("another", standin.PolarEvent{ID: "foreign", Payload: string(sale("foreign"))}, false, time.Now())
		w.pass(3 * time.Hour)
		w.start()
		w.pass(time.Minute)
		w.wantIDs("before first second")
		w.wantLines(1, "stored=2")
		w.wantLines(1, "no longer has the payloads of some deliveries that were missed\" lost=1")
		w.wantLines(1, "1 deliveries that were missed are not Polar events")
		e, _, err := w.journal.Entry(w.t.Context(), 2)
		if err != nil || e.Organization != "nimbus" || e.APIVersion != "2026-10" || !strings.Contains(string(e.Body), `"id":"first"`) {
			t.Errorf("got %+v, %v; want the delivery as Polar would have brought it", e, err)
		}
	})
}

// TestCatchUpAfterAWrongClock: up to when Polar was asked may be a time to come.
func TestCatchUpAfterAWrongClock(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.deliver("before")
		w.pass(time.Minute)
		ahead := time.Now().Add(365 * 24 * time.Hour).UTC().Format(time.RFC3339)
		if err := w.journal.PutNote(w.t.Context(), "caught_up", ahead); err != nil {
			t.Fatal(err)
		}
		w.lose("lost")
		w.pass(3 * time.Hour)
		w.start()
		w.pass(time.Minute)
		w.wantIDs("before lost")
	})
}

// TestCatchUpAfterASmallStepOfTheClock: the overlap of an hour makes up for it. What
// was lost before the bridge is not asked for.
func TestCatchUpAfterASmallStepOfTheClock(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.lose("long-ago")
		w.pass(30 * 24 * time.Hour)
		w.deliver("before")
		w.lose("lost")
		w.pass(40 * time.Minute)
		ahead := time.Now().Add(10 * time.Minute).UTC().Format(time.RFC3339)
		if err := w.journal.PutNote(w.t.Context(), "caught_up", ahead); err != nil {
			t.Fatal(err)
		}
		w.start()
		w.pass(time.Minute)
		w.wantIDs("before lost")
	})
}

// TestCatchUpRepeated: starts, kills and deliveries of Polar's own in between
// change nothing.
func TestCatchUpRepeated(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.deliver("before")
		w.pass(time.Minute)
		var want []string
		for i := range 200 {
			w.lose(fmt.Sprint("lost-", i))
			want = append(want, fmt.Sprint("lost-", i))
			w.pass(time.Second)
		}
		w.pass(3 * time.Hour)
		for range 3 { // killed after some pages
			w.start()
			w.pass(2 * time.Second)
			w.stop()
		}
		w.wantIDs("before") // less than a batch is stored in the end, with the note
		w.deliver("lost-7")
		w.start()
		w.pass(time.Minute)
		w.stop()
		w.start()
		w.pass(3 * time.Hour)
		got := strings.Fields(w.ids())
		if len(got) != 201 || got[1] != "lost-7" || got[2] != "lost-0" || got[200] != "lost-199" {
			t.Errorf("got %d entries: %.200q; want each of %d once", len(got), got, len(want))
		}
		if n := w.polar.Limited("polar"); n > 0 {
			t.Errorf("%d answers were 429, want none", n)
		}
	})
}

// TestCatchUpOfManyEvents is 1,200 events, each lost by ten tries: 120 pages,
// under a limit of 100 requests a minute.
func TestCatchUpOfManyEvents(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.deliver("before")
		w.pass(time.Minute)
		for i := range 1200 {
			w.lose(fmt.Sprint("lost-", i))
			w.pass(time.Second)
		}
		w.pass(time.Hour)
		w.start()
		w.pass(5 * time.Minute)
		if got := strings.Fields(w.ids()); len(got) != 1201 || got[1] != "lost-0" || got[1200] != "lost-1199" {
			t.Errorf("got %d entries, want 1201 in order", len(got))
		}
		if n := w.polar.Limited("polar"); n > 0 {
			t.Errorf("%d answers were 429, want none", n)
		}
	})
}

// TestCatchUpEachHour: what is lost while the bridge runs is found too, since
// Polar may not reach it for a while.
func TestCatchUpEachHour(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.start()
		w.pass(time.Minute)
		w.lose("while-it-ran")
		w.pass(time.Hour)
		w.wantIDs("while-it-ran")
		w.pass(4 * time.Hour)
		w.wantIDs("while-it-ran")
		if calls := len(w.polar.Calls("polar")); calls != 13 {
			t.Errorf("%d calls in five hours, want two at the start and each hour, and one for past orders", calls)
		}
	})
}

// TestNewBridge: it asks for nothing that happened long before it.
func TestNewBridge(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.lose("of-another-time")
		w.pass(3 * time.Hour)
		w.start()
		w.pass(time.Minute)
		w.wantIDs("")
	})
}

// TestPolarInTrouble: one line an hour, and all is caught up once it is over.
func TestPolarInTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		outcome standin.Outcome
		says    string
		lines   int // in 90 minutes
	}{
		"hangs":            {standin.Outcome{Delay: time.Hour}, "deadline exceeded", 2},
		"down":             {standin.Outcome{Status: 503}, "api.polar.sh answered 503", 2},
		"nonsense":         {standin.Outcome{Status: 200, Body: "<html>"}, "not Polar's", 2},
		"limited":          {standin.Outcome{Status: 429}, "too many requests", 2},
		"refuses":          {standin.Outcome{Status: 401}, "POLAR_ACCESS_TOKEN is not valid", 2},
		"lacks the scope":  {standin.Outcome{Status: 403}, "POLAR_ACCESS_TOKEN lacks a scope", 2},
		"is another place": {standin.Outcome{Status: 404}, "is POLAR_API_URL right?", 2},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, reads, func(w *world) {
				w.deliver("before")
				w.pass(time.Minute)
				w.lose("lost")
				w.pass(2 * time.Hour)
				w.polar.Fail("polar", -1, c.outcome)
				w.start()
				w.pass(90 * time.Minute)
				w.wantIDs("before")
				w.wantLines(c.lines, c.says)
				w.polar.Mend("polar")
				w.pass(2 * time.Hour)
				w.wantIDs("before lost")
				w.wantLines(1, "can fetch from Polar again")
			})
		})
	}
}
