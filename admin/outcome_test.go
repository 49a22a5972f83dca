package admin_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/polar"
	"polarbell/standin"
)

var outcomeOf = regexp.MustCompile(`(?s)<li><span class="result [a-z-]+">([^<]+)</span> ([^<]*?)(?:<small>([^<]*)</small>)?</li>`)

// outcomes reads a delivery's outcomes from the page, as "Shown: sales, hook".
func (w *world) outcomes(seq journal.Seq) []string {
	w.t.Helper()
	status, page := w.get("/")
	if status != http.StatusOK {
		w.t.Fatalf("the page answers %d: %s", status, page)
	}
	_, row, found := strings.Cut(page, `<tr id="delivery-`+itoa(seq)+`">`)
	if !found {
		w.t.Fatalf("the page has no delivery %d", seq)
	}
	row, _, _ = strings.Cut(row, "</tr>")
	var all []string
	for _, m := range outcomeOf.FindAllStringSubmatch(row, -1) {
		line := m[1] + ": " + m[2]
		if m[3] != "" {
			line += " (" + m[3] + ")"
		}
		all = append(all, line)
	}
	return all
}

// expectOutcomes waits until the page shows a delivery as wanted.
func (w *world) expectOutcomes(seq journal.Seq, want ...string) {
	w.t.Helper()
	var got []string
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = w.outcomes(seq); slices.Equal(got, want) {
			return
		}
	}
	w.t.Errorf("delivery %d: the page shows\n  %s\nwant\n  %s", seq, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
}

// refusal is a platform's answer to a message that it never takes.
var refusal = standin.Outcome{Status: http.StatusOK, Body: `{"ok":false,"error":"invalid_blocks"}`}

func TestPageShowsTheOutcomeOfADelivery(t *testing.T) {
	t.Parallel()
	down := standin.Outcome{Status: http.StatusInternalServerError}
	for name, tc := range map[string]struct {
		change func(*settings)
		play   func(w *world) journal.Seq
		want   []string
	}{
		"shown, and not routed": {
			play: func(w *world) journal.Seq { return w.store(sale(1)) },
			want: []string{"Shown: sales, hook, discord, community", "Not routed: ops"},
		},
		"waiting for a platform that is down": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail("slack", -1, down)
				return w.store(sale(1))
			},
			want: []string{"Waiting: sales, hook", "Shown: discord, community", "Not routed: ops"},
		},
		"waiting for a person": {
			play: func(w *world) journal.Seq {
				w.platforms.Revoke(sales, standin.Archived)
				return w.store(sale(1))
			},
			want: []string{
				"Waiting: sales (until sales works again)", "Shown: hook, discord, community", "Not routed: ops",
			},
		},
		"the news that a destination is stopped": {
			play: func(w *world) journal.Seq {
				w.platforms.Revoke(sales, standin.Archived)
				w.store(sale(1))
				w.eventually("sales to be parked", func() bool { return w.parked("sales") })
				return 2
			},
			want: []string{
				"Shown: ops, hook, discord", "Not routed: sales (it is about this destination itself)", "Not routed: community",
			},
		},
		"refused": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales+" post", 2, refusal) // the card, and its headline alone
				return w.store(sale(1))
			},
			want: []string{"Refused: sales (invalid_blocks)", "Shown: hook, discord, community", "Not routed: ops"},
		},
		"news of its own beside a card that was refused": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales+" post", 2, refusal)
				w.store(sale(1))
				w.idle()
				return w.store(refund(1, "succeeded"))
			},
			want: []string{"Shown: sales, ops, hook, discord", "No news: community (it is not for public destinations)"},
		},
		"an edit to come": {
			play: func(w *world) journal.Seq {
				w.store(customer("Acme"))
				w.idle()
				w.platforms.Fail(sales+" edit", -1, down)
				return w.store(customer("Acme Ltd"))
			},
			want: []string{
				"Waiting: sales (its message is edited next)", "Not edited: hook (an incoming webhook cannot edit)", "Shown: discord",
				"No news: community (it is not for public destinations)", "Not routed: ops",
			},
		},
		"more than a day later": {
			play: func(w *world) journal.Seq {
				d, err := polar.Parse(customer("Acme"))
				if err != nil {
					w.t.Fatal(err)
				}
				w.settle(journal.Settlement{Destination: "sales", Posted: []journal.Message{{
					Subject: d.Subject, Key: d.Object + ":" + d.At.Format(time.DateOnly), Ref: "1.1", Fingerprint: "other",
					Posted: time.Now().Add(-25 * time.Hour),
				}}})
				return w.store(customer("Acme"))
			},
			want: []string{
				"Not edited: sales (its message was a day old by then)", "Shown: hook, discord",
				"No news: community (it is not for public destinations)", "Not routed: ops",
			},
		},
		"not final yet": {
			play: func(w *world) journal.Seq { return w.store(refund(1, "pending")) },
			want: []string{
				"Waiting: hook (an incoming webhook cannot edit, so it gets the message once it is final)",
				"Shown: sales, ops, discord", "No news: community (it is not for public destinations)",
			},
		},
		"taken back": {
			play: func(w *world) journal.Seq {
				seq := w.store(checkout(1))
				w.idle()
				w.store(sale(1))
				return seq
			},
			want: []string{
				"Shown: sales, discord (its message was deleted since)",
				"No news: hook (it was over before it was posted)",
				"No news: community (it is not for public destinations)",
				"Not routed: ops",
			},
		},
		"over before it was posted": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				w.idle()
				return w.store(checkout(1))
			},
			want: []string{
				"No news: sales, hook, discord (it was over before it was posted)",
				"No news: community (it is not for public destinations)",
				"Not routed: ops",
			},
		},
		"nothing new": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				w.idle()
				return w.store(saleUpdated(1))
			},
			want: []string{"No news: sales, hook, discord, community (it says nothing new)", "Not routed: ops"},
		},
		"routes that were widened since": {
			change: func(s *settings) { s.Destinations[1].Routes = nil },
			play:   func(w *world) journal.Seq { return w.store(sale(1)) },
			want: []string{
				"Shown: sales, hook, discord, community",
				"No news: ops (it came before this destination, or before its routes asked for it)",
			},
		},
		"one message per event": {
			change: func(s *settings) { s.perEvent = true },
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales+" post", 2, refusal)
				return w.store(sale(1))
			},
			want: []string{"Refused: sales (invalid_blocks)", "Shown: hook, discord, community", "Not routed: ops"},
		},
		"one message per event, of what is under way too": {
			change: func(s *settings) { s.perEvent = true },
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				seq := w.store(checkout(1))
				w.store(sale(1))
				return seq
			},
			want: []string{
				"Shown: sales, hook, discord", "No news: community (it is not for public destinations)", "Not routed: ops",
			},
		},
		"given up after too long a time": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales, -1, down)
				seq := w.store(sale(1))
				w.expectOutcomes(seq, "Waiting: sales", "Shown: hook, discord, community", "Not routed: ops")
				w.settle(journal.Settlement{Destination: "sales", Cursor: seq, DeadLetters: []journal.DeadLetter{{
					Subject: "checkout:" + uuid(2, 1), Key: "sale:" + uuid(1, 1), Seq: seq, Reason: "not delivered in time", At: time.Now(),
				}}})
				return seq
			},
			want: []string{"Refused: sales (not delivered in time)", "Shown: hook, discord, community", "Not routed: ops"},
		},
		"messages of another release, and of before CARDS was changed": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail("slack", -1, down)
				w.platforms.Fail("discord", -1, down)
				seq := w.store(sale(1))
				for name, m := range map[string]journal.Message{
					"hook":    {Key: "", Newest: seq + 7},
					"discord": {Key: "event:1", Newest: seq, Ref: "2"},
				} {
					m.Subject, m.Posted = "checkout:"+uuid(2, 1), time.Now()
					w.settle(journal.Settlement{Destination: name, Cursor: seq, Posted: []journal.Message{m}})
				}
				return seq
			},
			want: []string{"Waiting: sales, community", "Shown: hook, discord", "Not routed: ops"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tc.change)
			w.expectOutcomes(tc.play(w), tc.want...)
		})
	}
}
