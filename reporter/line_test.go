package reporter_test

import (
	"testing"
	"time"

	"polarbell/reporter"
)

// TestLine is what the status page and the command status say.
func TestLine(t *testing.T) {
	const (
		began  = "polarbell was off for 3 hours, until 23 Jan 03:00 UTC"
		off    = began + ": sales may be missing. Redeliver in Polar’s webhook settings what failed meanwhile."
		silent = "Nothing has come from Polar for 24 hours, since 23 Jan 03:00 UTC. Look at the endpoint in Polar’s webhook settings: it may be switched off."
	)
	inWorld(t, func(w *world) {
		var caughtUp time.Time
		expect := func(when string, want ...string) {
			t.Helper()
			_, got, err := reporter.Line(w.t.Context(), w.journal, time.Now(), caughtUp)
			if err != nil {
				t.Fatal(err)
			}
			w.expect(when, got, want...)
		}
		w.week()
		expect("at first")
		time.Sleep(3 * time.Hour)
		w.look()
		expect("on again", off)
		caughtUp = time.Now().Add(-time.Hour)
		expect("while it is fetched", began+": sales may be missing. What Polar could not deliver meanwhile is still to be fetched.")
		caughtUp = time.Now()
		expect("fetched", began+". What Polar could not deliver meanwhile has been fetched.")
		caughtUp = time.Time{}
		w.watch(24*time.Hour - time.Minute)
		expect("just before a day has passed", off)
		w.watch(time.Minute)
		expect("a day later", silent)
	})
}
