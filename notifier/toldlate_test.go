package notifier_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
)

// lost is a delivery that Polar made some time ago: what catching up stores.
func lost(body []byte, ago time.Duration) []byte {
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil {
		panic(err)
	}
	event["timestamp"] = time.Now().Add(-ago).UTC().Format(time.RFC3339)
	body, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return body
}

func lostSale(n int, ago time.Duration, changes ...map[string]any) []byte {
	return lost(paid(n, ago, changes...), ago)
}

func lostRenewal(n int, ago time.Duration) []byte {
	return lost(renewed(n, time.Now().Add(-ago)), ago)
}

func lostRefund(n int, ago time.Duration) []byte {
	at := time.Now().Add(-ago).UTC().Format(time.RFC3339)
	return lost(refund(n, map[string]any{"created_at": at, "modified_at": at}), ago)
}

func leftCheckout(n int, ago time.Duration) []byte {
	at := time.Now().Add(-ago).UTC().Format(time.RFC3339)
	return lost(sample("checkout.expired", map[string]any{
		"id": uuid(2, n), "status": "expired", "customer_name": fmt.Sprintf("Customer %d", n), "currency": "usd", "total_amount": 4900,
		"modified_at": at, "expires_at": at,
	}), ago)
}

func failedRenewal(n int, ago time.Duration) []byte {
	at := time.Now().Add(-ago).UTC().Format(time.RFC3339)
	return lost(sample("subscription.past_due", map[string]any{
		"id": uuid(7, n), "checkout_id": nil, "status": "past_due", "past_due_at": at, "modified_at": at, "customer": map[string]any{"name": "Customer 9"},
	}), ago)
}

// afterADay has a Slack channel, an incoming webhook and a Discord webhook, on 4
// January.
func afterADay(t *testing.T, f func(w *world)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		for i := range w.to {
			w.to[i].Routes = compose.MustRoute("news")
		}
		w.pass(3*24*time.Hour + 10*time.Hour)
		w.start()
		f(w)
	})
}

// lostSales delivers sales of yesterday, at once.
func (w *world) lostSales(from, to int) {
	for n := from; n <= to; n++ {
		w.deliver(lostSale(n, 26*time.Hour))
	}
}

func TestToldLate(t *testing.T) {
	day := 26 * time.Hour
	for _, tt := range []struct {
		name  string
		setup func(w *world)
		play  func(w *world)
		want  []string
		hook  []string // where it differs
	}{
		{
			name: "of yesterday", play: func(w *world) { w.deliver(lostSale(1, day)) },
			want: []string{"💰 Sale on 3 Jan · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			name: "of this morning", play: func(w *world) { w.deliver(lostSale(1, 2*time.Hour)) },
			want: []string{"💰 Sale at 08:00 UTC · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			name: "of yesterday in Oslo", setup: func(w *world) { w.options.Zone = oslo },
			play: func(w *world) { w.deliver(lostSale(1, 10*time.Hour+30*time.Minute)) },
			want: []string{"💰 Sale at 00:30 · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			name: "by Polar's last retry", play: func(w *world) { w.deliver(lostSale(1, 34*time.Minute)) },
			want: []string{"💰 Sale · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			name: "an old object that is news now", play: func(w *world) { w.deliver(lost(paid(1, day), 0)) },
			want: []string{"💰 Sale · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			name: "a delivery of what stands in the channel", play: func(w *world) {
				at := time.Now()
				w.deliver(sale(1, map[string]any{"created_at": at.UTC().Format(time.RFC3339), "modified_at": at.UTC().Format(time.RFC3339)}))
				w.pass(3 * time.Hour)
				w.deliver(lostSale(1, 3*time.Hour, map[string]any{"customer": map[string]any{"name": "Renamed 1"}}))
			},
			want: []string{"💰 Sale · $97.20 · Renamed 1 · Pro Plan"},
			hook: []string{"💰 Sale · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			name: "five of them", play: func(w *world) { w.lostSales(1, 5) },
			want: []string{
				"💰 Sale on 3 Jan · $97.20 · Customer 1 · Pro Plan", "💰 Sale on 3 Jan · $97.20 · Customer 2 · Pro Plan",
				"💰 Sale on 3 Jan · $97.20 · Customer 3 · Pro Plan", "💰 Sale on 3 Jan · $97.20 · Customer 4 · Pro Plan",
				"💰 Sale on 3 Jan · $97.20 · Customer 5 · Pro Plan",
			},
		},
		{
			name: "six of them", play: func(w *world) { w.lostSales(1, 6) },
			want: []string{"📊 While polarbell was off: 6 sales · $583.20"},
		},
		{
			name: "counted by kind, the rest singly", play: func(w *world) {
				w.lostSales(1, 3)
				w.deliver(failedRenewal(9, day))
				w.deliver(lostRefund(1, day-time.Hour))
				for n := 4; n <= 6; n++ {
					w.deliver(lostRenewal(n, day))
				}
				w.deliver(leftCheckout(7, day))
				w.deliver(fresh(8))
			},
			want: []string{
				"📊 While polarbell was off: 3 sales · $291.60 · 3 renewals · $90.00 · 1 abandoned checkout · $49.00",
				"💸 Refunded on 3 Jan · $10.00 of $97.20 · Customer 1 · Pro Plan", "⚠️ Renewal failed on 3 Jan · $30.00 · Customer 9 · Pro Plan",
				"💰 Sale · $97.20 · Customer 8 · Pro Plan",
			},
		},
		{
			name: "renewals of today, of yesterday and of long ago", setup: func(w *world) {
				for i := range w.to {
					w.to[i].Daily = compose.MustRoute("renewal|free|abandoned")
				}
			},
			play: func(w *world) {
				for n := 1; n <= 4; n++ {
					w.deliver(lostRenewal(n, time.Duration(1+n)*time.Hour))
				}
				for n := 5; n <= 12; n++ {
					w.deliver(lostRenewal(n, 60*time.Hour))
				}
			},
			want: []string{"📊 While polarbell was off: 8 renewals · $240.00", "🔁 4 renewals today · $120.00 · latest: Customer 1"},
			hook: []string{"📊 While polarbell was off: 8 renewals · $240.00"},
		},
		{
			name: "strangers read along", setup: func(w *world) {
				for i := range w.to {
					w.to[i].Public = true
				}
			},
			play: func(w *world) {
				w.lostSales(1, 6)
				w.deliver(lostRefund(1, time.Hour*2))
			},
			want: []string{"🎉 6 people bought Pro Plan since 3 Jan"},
		},
		{
			name: "one message per event", setup: func(w *world) { w.options.PerEvent = true },
			play: func(w *world) { w.lostSales(1, 6) },
			want: []string{
				"💰 Order paid on 3 Jan · $97.20 · Customer 1 · Pro Plan", "💰 Order paid on 3 Jan · $97.20 · Customer 2 · Pro Plan",
				"💰 Order paid on 3 Jan · $97.20 · Customer 3 · Pro Plan", "💰 Order paid on 3 Jan · $97.20 · Customer 4 · Pro Plan",
				"💰 Order paid on 3 Jan · $97.20 · Customer 5 · Pro Plan", "💰 Order paid on 3 Jan · $97.20 · Customer 6 · Pro Plan",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			afterADay(t, func(w *world) {
				if tt.setup != nil {
					w.stop()
					tt.setup(w)
					w.start()
				}
				tt.play(w)
				w.pass(10 * time.Minute)
				for _, channel := range []string{sales, hooked, disc} {
					want := tt.want
					if channel == hooked && tt.hook != nil {
						want = tt.hook
					}
					w.shows(channel, want...)
				}
			})
		})
	}
}

// TestSummaryRingsOnce: what catching up appends one after the other is one
// message; what comes soon after is an edit, what comes later a message of its
// own. An incoming webhook gets those in between by themselves.
func TestSummaryRingsOnce(t *testing.T) {
	afterADay(t, func(w *world) {
		for n := 1; n <= 20; n++ {
			w.deliver(lostSale(n, 26*time.Hour))
			w.pass(500 * time.Millisecond)
		}
		w.pass(time.Minute)
		twenty := "📊 While polarbell was off: 20 sales · $1,944.00"
		for _, channel := range []string{sales, hooked, disc} {
			w.shows(channel, twenty)
		}
		w.lostSales(21, 21)
		w.restart()
		w.lostSales(22, 23)
		w.pass(9 * time.Minute)
		all := "📊 While polarbell was off: 23 sales · $2,235.60"
		w.shows(sales, all)
		w.shows(disc, all)
		if got, want := w.cost(sales), (cost{posts: 1, edits: 1}); got != want {
			t.Errorf("took %+v, want %+v", got, want)
		}
		if _, got := w.rings(disc); got != 1 {
			t.Errorf("rang %d times, want once", got)
		}
		w.pass(10 * time.Minute)
		w.lostSales(24, 30)
		w.pass(time.Minute)
		seven := "📊 While polarbell was off: 7 sales · $680.40"
		w.shows(sales, all, seven)
		w.shows(hooked, twenty, "💰 Sale on 3 Jan · $97.20 · Customer 21 · Pro Plan", "💰 Sale on 3 Jan · $97.20 · Customer 22 · Pro Plan",
			"💰 Sale on 3 Jan · $97.20 · Customer 23 · Pro Plan", seven)
	})
}

// TestLateDeliveriesHoldUpNothingForLong: a sale that comes among them waits for
// seconds, be they without end.
func TestLateDeliveriesHoldUpNothingForLong(t *testing.T) {
	afterADay(t, func(w *world) {
		w.lostSales(1, 1)
		w.deliver(fresh(100))
		for n := 2; n <= 40; n++ {
			w.pass(time.Second)
			w.lostSales(n, n)
		}
		if got := w.headlines(sales); !slices.ContainsFunc(got, func(h string) bool { return customer(h) == "100" }) {
			t.Errorf("shows %q after 40 s, want the new sale", got)
		}
	})
}

// TestSummaryAcrossRestartsAndKills: each sale is told once.
func TestSummaryAcrossRestartsAndKills(t *testing.T) {
	for name, interrupt := range map[string]func(w *world){
		"a restart after each delivery": func(w *world) { w.restart() },
		"deliveries that come twice":    func(w *world) { w.lostSales(1, 3) },
		"a platform that fails":         func(w *world) { w.platforms.Fail(sales, 1, standin.Outcome{Status: 500}) },
		"a platform that takes without an answer": func(w *world) {
			w.platforms.Fail(sales, 1, standin.Outcome{Applied: true, Status: 502})
		},
	} {
		t.Run(name, func(t *testing.T) {
			afterADay(t, func(w *world) {
				for n := 1; n <= 8; n++ {
					w.lostSales(n, n)
					w.pass(300 * time.Millisecond)
					if n%3 == 1 {
						interrupt(w)
					}
				}
				w.pass(30 * time.Minute)
				got := slices.Compact(w.headlines(sales)) // taken twice where the answer was missing
				if want := []string{"📊 While polarbell was off: 8 sales · $777.60"}; !slices.Equal(got, want) {
					t.Errorf("shows %q, want %q", got, want)
				}
				calls := len(w.platforms.Calls("slack"))
				w.restart()
				w.pass(10 * time.Minute)
				if got := len(w.platforms.Calls("slack")); got != calls {
					t.Errorf("made %d requests after a restart, want none", got-calls)
				}
			})
		})
	}
}

// TestSummaryThatIsRefused is told by its headline alone. Refused even so, its
// cards are told by themselves.
func TestSummaryThatIsRefused(t *testing.T) {
	const summary = "📊 While polarbell was off: 7 sales · $680.40"
	for _, c := range []struct {
		name    string
		refused int // times
		want    int // messages
	}{{"once", 1, 1}, {"twice", 2, 7}} {
		t.Run(c.name, func(t *testing.T) {
			afterADay(t, func(w *world) {
				w.platforms.Fail(sales, c.refused, standin.Outcome{Status: 200, Body: `{"ok":false,"error":"invalid_blocks"}`})
				w.lostSales(1, 7)
				w.pass(10 * time.Minute)
				got := w.headlines(sales)
				if isSummary := slices.Equal(got, []string{summary}); len(got) != c.want || isSummary != (c.want == 1) {
					t.Errorf("shows %q, want %d messages", got, c.want)
				}
				if c.want == 1 && strings.Contains(string(w.shown(sales)[0].Body), "Customer") {
					t.Errorf("got %s, want the headline alone", w.shown(sales)[0].Body)
				}
				w.shows(disc, summary)
			})
		})
	}
}

// TestReplayOfWhatWasToldLate: each card is posted by itself, in the same words.
func TestReplayOfWhatWasToldLate(t *testing.T) {
	afterADay(t, func(w *world) {
		w.lostSales(1, 6)
		w.pass(10 * time.Minute)
		w.stop() // each second of it would cost a look at the journal
		w.pass(48 * time.Hour)
		w.start()
		w.replay(notifier.Selection{Seqs: []journal.Seq{2}})
		w.shows(sales, "📊 While polarbell was off: 6 sales · $583.20", "💰 Sale on 3 Jan · $97.20 · Customer 2 · Pro Plan")
	})
}

// TestNobodyIsCalledForWhatIsLate, though it would be within the hour.
func TestNobodyIsCalledForWhatIsLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.callers()
		w.start()
		w.lostSales(1, 7)
		w.deliver(lostRefund(1, 2*time.Hour))
		w.pass(10 * time.Minute)
		for channel := range calling {
			for i, called := range w.calls(channel) {
				if len(called) > 0 {
					t.Errorf("%s: message %d calls %q, want nobody: %q", channel, i, called, w.headlines(channel))
				}
			}
		}
	})
}

// TestKilledWhileItSumsUp: killed at the summary's post the bridge tells each
// sale once, or the whole summary again where the post had arrived.
func TestKilledWhileItSumsUp(t *testing.T) {
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprint("arrives ", after), func(t *testing.T) {
			inWorld(t, func(w *world) {
				tr := &trial{world: w, extra: map[string]int{}}
				patterns := compose.MustRoute("news")
				tr.connect(patterns)
				tr.start()
				tr.line.killSoon(0, after)
				w.lostSales(1, 8)
				tr.pass(time.Minute)
				tr.settleAll(patterns)
				w.lostSales(1, 8)
				tr.pass(6 * time.Minute) // the summary is edited every five
				tr.settleAll(patterns)
				newOracle(w, tr.extra).check()
				for _, d := range tr.to {
					got := w.headlines(d.Name)
					copies := len(got) - 1
					if got = slices.Compact(got); len(got) != 1 || got[0] != "📊 While polarbell was off: 8 sales · $777.60" || copies > 1 || copies == 1 && !after {
						t.Errorf("%s shows %q and %d copies", d.Name, got, copies)
					}
				}
			})
		})
	}
}

// TestLateThoughItWasOn: what the bridge refused, by a wrong secret for example, is
// not said to have come while it was off.
func TestLateThoughItWasOn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.pass(3 * 24 * time.Hour)
		w.options.WasOn = func(context.Context, time.Time) (bool, error) { return true, nil }
		w.start()
		w.lostSales(1, 7)
		w.pass(time.Minute)
		w.lostSales(8, 8) // joins it
		w.pass(10 * time.Minute)
		w.shows(sales, "📊 Caught up with Polar: 8 sales · $777.60")
	})
}
