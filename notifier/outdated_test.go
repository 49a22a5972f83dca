package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/polar"
	"polarbell/standin"
)

// digest delivers one of a day or of a week to the channel.
func (w *world) digest(period string, n int) {
	w.t.Helper()
	date := time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	w.deliver(polar.OwnBody(polar.Digest, time.Now(), polar.DigestEvent{
		ID: fmt.Sprintf("digest:%s:%s:%s", sales, period, date), Destination: sales, Period: period, Date: date,
	}))
}

// TestParkedForLong: a destination that was parked for over a week gets the newest
// digest of each kind, one that was for less gets all.
func TestParkedForLong(t *testing.T) {
	for _, c := range []struct {
		name string
		days int
		want []string
	}{
		{"three days", 3, []string{"📊 Sun 1 Mar", "📊 Week of 1 Mar", "📊 Mon 2 Mar", "📊 Tue 3 Mar", "📊 Wed 4 Mar"}},
		{"nine days", 9, []string{"📊 Week of 8 Mar", "📊 Mon 9 Mar", "📊 Tue 10 Mar"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slack(ops)
				w.start()
				w.platforms.Revoke(sales, standin.BotRemoved)
				for n := range c.days {
					w.digest(polar.Day, n+1)
					if n%7 == 0 {
						w.digest(polar.Week, n+1)
					}
					w.pass(5 * time.Second)
					w.later(24 * time.Hour)
				}
				w.platforms.Restore(sales)
				w.later(time.Minute) // a restart tries again at once
				w.pass(time.Minute)
				w.digest(polar.Day, c.days+1)
				w.pass(5 * time.Second)
				var got []string
				for _, h := range w.headlines(sales) {
					when, _, _ := strings.Cut(h, " · ")
					got = append(got, when)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}
