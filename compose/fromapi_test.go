package compose_test

import (
	"slices"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// TestDeclined: what Polar's API says of a failed payment is part of the card
// that tells of it, whatever comes first, and no card of its own.
func TestDeclined(t *testing.T) {
	c := castOf(t)
	due := c.sub.with("current_period_start", "2026-04-12T10:05:12Z", "current_period_end", "2026-05-12T10:05:12Z",
		"status", "past_due", "past_due_at", "2026-04-12T10:05:20Z", "modified_at", "2026-04-12T10:05:20Z")
	bill := c.renewal("1", "2026-04-12T10:05:13Z")
	at := time.Date(2026, 4, 12, 10, 5, 19, 0, time.UTC)
	decline := func(order string) compose.Entry {
		d := polar.Decline{ID: "p1", OrderID: order, Reason: "Your card has insufficient funds.", At: polar.Time{Time: at}}
		return compose.Entry{Type: polar.Declined, Object: "payment:p1", At: at, Body: d.Body()}
	}
	for name, tc := range map[string]struct {
		decline compose.Entry
		options compose.Options
		want    string
	}{
		"in Polar's words": {decline(bill["id"].(string)), compose.Options{}, "Your card has insufficient funds."},
		"anonymous":        {decline(bill["id"].(string)), compose.Options{Anonymous: true}, "Your card has insufficient funds."},
		"another order's":  {decline("another"), compose.Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger
			for _, body := range append(c.begun(), bill.as("order.created"), due.as("subscription.past_due")) {
				l.add(t, body)
			}
			before := len(l.cards(tc.options))
			for _, i := range []int{0, 2, len(l.entries)} { // also before what it explains
				told := ledger{entries: slices.Insert(slices.Clone(l.entries), i, tc.decline)}
				for n := range told.entries {
					told.entries[n].Seq = int64(n + 1)
				}
				cards := told.cards(tc.options)
				if len(cards) != before {
					t.Errorf("at %d: %d cards, want %d", i, len(cards), before)
				}
				failed := cards[slices.IndexFunc(cards, func(c formatter.Card) bool { return c.Kind == formatter.Unpaid })]
				got := ""
				for _, f := range failed.Fields {
					if f.Name == "Declined" {
						got = f.Text
					}
				}
				if got != tc.want {
					t.Errorf("at %d: declined %q, want %q", i, got, tc.want)
				}
			}
			alone := ledger{entries: []compose.Entry{tc.decline}}
			if cards := alone.cards(compose.Options{PerEvent: true}); len(cards) != 0 {
				t.Errorf("one message per event: %d cards of the decline alone, want none", len(cards))
			}
		})
	}
}

func TestEndpointCards(t *testing.T) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	since := polar.Time{Time: at.Add(-6 * time.Hour)}
	entry := func(seq int64, eventType string, e polar.EndpointEvent) compose.Entry {
		e.ID, e.Since = "alerts.example.com/webhook", since
		when := at.Add(time.Duration(seq) * time.Hour)
		return compose.Entry{Seq: seq, Type: eventType, Object: "polarbell:" + e.ID, At: when, Body: e.Body(eventType, when)}
	}
	for name, tc := range map[string]struct {
		entries []compose.Entry
		want    []string // headline | what to do
	}{
		"off": {[]compose.Entry{entry(1, polar.EndpointOff, polar.EndpointEvent{})}, []string{
			"⚠️ The endpoint at Polar is switched off · nothing comes any more" +
				" | In Polar, under Settings > Webhooks, switch alerts.example.com/webhook on. With the scope webhooks:write the bridge does so itself.",
		}},
		"off again": {[]compose.Entry{entry(1, polar.EndpointOff, polar.EndpointEvent{Again: true})}, []string{
			"⚠️ The endpoint at Polar is switched off · nothing comes any more" +
				" | The bridge has switched it on before: see at Polar how alerts.example.com/webhook answers, then switch it on.",
		}},
		"switched on": {[]compose.Entry{entry(1, polar.EndpointOn, polar.EndpointEvent{ByUs: true})}, []string{
			"✅ Polar’s endpoint is on again · sales since 26 Nov 02:00 UTC may be missing" +
				" | The bridge has switched it on. Polar switches one off after ten events in a row that were lost, and a person may. " +
				"What happened while it was off is not delivered: look at the sales in Polar.",
		}},
		"off, then on by hand": {[]compose.Entry{entry(1, polar.EndpointOff, polar.EndpointEvent{}), entry(2, polar.EndpointOn, polar.EndpointEvent{})}, []string{
			"⚠️ The endpoint at Polar is switched off · nothing comes any more → on again" +
				" | In Polar, under Settings > Webhooks, switch alerts.example.com/webhook on. With the scope webhooks:write the bridge does so itself.",
			"✅ Polar’s endpoint is on again · sales since 26 Nov 02:00 UTC may be missing" +
				" | What happened while it was off is not delivered: look at the sales in Polar.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := ledger{entries: tc.entries}
			var got []string
			for _, c := range l.cards(compose.Options{}) {
				text := formatter.Headline(c)
				if c.Outcome != "" {
					text += " " + c.Outcome
				}
				got = append(got, text+" | "+c.Fields[0].Text)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q,\nwant %q", got, tc.want)
			}
		})
	}
}
