package compose_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
)

func TestRecurring(t *testing.T) {
	c, all := castOf(t), stories(t)
	annual := c.sub.with("amount", 30000, "discount", nil, "discount_id", nil, "prices", fixed(30000), "recurring_interval", "year")
	half := c.sub.with("amount", 3000, "prices", fixed(3000), "discount", nil, "discount_id", nil)
	free := c.sub.with("amount", 0, "prices", fixed(0), "discount", nil, "discount_id", nil)
	later := func(o object, at string, pairs ...any) object {
		return o.with(append(pairs, "modified_at", at)...)
	}
	failed := all["renewal failed, lost"]
	for _, row := range []struct {
		name string
		sent [][]byte
		want string
	}{
		{"a start", [][]byte{half.as("subscription.created")}, "new $30.00 12 Mar"},
		{"a start that is paid late", [][]byte{
			half.with("status", "incomplete").as("subscription.created"), later(half, "2026-03-12T11:00:00Z").as("subscription.active"),
		}, "new $30.00 12 Mar"},
		{"a start that is never paid", [][]byte{
			half.with("status", "incomplete").as("subscription.created"), later(half, "2026-03-13T11:00:00Z", "status", "incomplete_expired").as("subscription.updated"),
		}, ""},
		{"of a year", [][]byte{annual.as("subscription.created")}, "new $25.00 12 Mar"},
		{"of three months", [][]byte{half.with("recurring_interval_count", 3).as("subscription.created")}, "new $10.00 12 Mar"},
		{"of a week", [][]byte{half.with("recurring_interval", "week").as("subscription.created")}, "new $130.00 12 Mar"},
		{"a free plan", [][]byte{free.as("subscription.created"), later(free, "2026-04-01T10:00:00Z", "status", "canceled", "ended_at", "2026-04-01T10:00:00Z").as("subscription.revoked")}, ""},
		{"a trial that is paid for", all["trial, converted"], "new $30.00 26 Mar"},
		{"a trial alone", all["trial, converted"][:4], ""},
		{"a trial that ends", append(all["trial, converted"][:2:2], later(c.sub, "2026-03-26T10:05:00Z", "status", "canceled", "trial_end", "2026-03-26T10:02:44Z",
			"ended_at", "2026-03-26T10:02:44Z").as("subscription.revoked")), ""},
		{"a trial whose first charge is not paid yet", all["trial, converted"][:7], ""},
		{"a renewal", all["renewal"], "new $30.00 12 Mar"},
		{"a renewal of before the journal", all["renewal of what began before the journal"], ""},
		{"an upgrade and a downgrade", all["upgraded, downgraded"], "new $30.00 12 Mar, upgrade $40.00 25 Apr, downgrade -$40.00 1 May"},
		{"seats", all["seats"], "new $50.00 12 Apr, upgrade $30.00 25 Apr, downgrade -$50.00 26 Apr"},
		{"from monthly to yearly and back", all["from monthly to yearly and back"], "new $30.00 12 Mar, downgrade -$5.00 25 Apr, upgrade $5.00 1 May"},
		{"a discount that ends", [][]byte{
			half.with("amount", 1500).as("subscription.created"), later(half, "2026-04-12T10:05:00Z").as("subscription.updated"),
		}, "new $15.00 12 Mar, discount $15.00 12 Apr"},
		{"a cancellation counts when it ends", all["cancels, ends, last charge"], "new $30.00 12 Mar, ended -$30.00 12 May; canceled 20 Apr too_expensive"},
		{"a cancellation that is called off", all["cancels, stays"], "new $30.00 12 Mar"},
		{"canceled at once", all["canceled at once"], "new $30.00 12 Mar, ended -$30.00 20 Apr; canceled 20 Apr too_expensive"},
		{"a pause", all["paused, resumed"], "new $30.00 12 Mar"},
		{"a failed payment", failed[:len(failed)-4], "new $30.00 12 Mar"},
		{"a failed payment that is recovered", all["renewal failed, recovered"], "new $30.00 12 Mar"},
		{"a failed payment that is lost", failed, "new $30.00 12 Mar, ended -$30.00 3 May"},
		{
			"back after its end", append(all["canceled at once"], later(c.sub, "2026-05-01T10:00:00Z").as("subscription.active")),
			"new $30.00 12 Mar, ended -$30.00 20 Apr, new $30.00 1 May; canceled 20 Apr ",
		},
		{"the end of one of before the journal", [][]byte{sampleOf(t, "subscription.revoked")}, "ended -€56.00 12 Dec; canceled 14 Nov switched_service"},
		{"a sample", [][]byte{half.with("metadata", object{"polarbell": "sample"}).as("subscription.created")}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			var l ledger
			for _, body := range row.sent {
				l.add(t, body)
			}
			if got := inRecurringWords(compose.RecurringOf(compose.NewHistory(l.entries))); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func inRecurringWords(r compose.Recurring) string {
	day := func(at time.Time) string { return at.UTC().Format("2 Jan") }
	var parts, moves []string
	for _, m := range r.Movements {
		moves = append(moves, fmt.Sprintf("%s %v %s", m.What, m.Month, day(m.At)))
	}
	if len(moves) > 0 {
		parts = append(parts, strings.Join(moves, ", "))
	}
	for _, c := range r.Cancellations {
		parts = append(parts, "canceled "+day(c.At)+" "+c.Reason)
	}
	return strings.Join(parts, "; ")
}
