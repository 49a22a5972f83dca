package compose_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// usd is a tally of n in dollars, by their cents.
func usd(n, cents int64) polar.Tally { return in("usd", n, cents) }

func in(currency string, n, amount int64) polar.Tally {
	return polar.Tally{N: n, Sums: []polar.Sum{{Amount: amount, Currency: currency}}}
}

func both(a, b polar.Tally) polar.Tally {
	return polar.Tally{N: a.N + b.N, Sums: append(append([]polar.Sum{}, a.Sums...), b.Sums...)}
}

func part(name string, t polar.Tally) polar.Part { return polar.Part{Name: name, Tally: t} }

// aDay is a Thursday with something of everything.
func aDay(t *testing.T) polar.DigestEvent {
	t.Helper()
	return polar.Body(sampleOf(t, polar.Digest)).DigestEvent()
}

func aWeek() polar.DigestEvent {
	return polar.DigestEvent{
		ID: "digest:founders:week:2026-11-23", Destination: "founders", Period: polar.Week, Date: "2026-11-23",
		Sales: usd(71, 620400), Renewals: usd(66, 198000), Changes: usd(1, 2000), Before: usd(120, 760000), Compares: true,
		Days: []polar.Part{
			part("2026-11-23", usd(20, 98000)), part("2026-11-24", usd(34, 210400)), part("2026-11-25", usd(25, 140000)), part("2026-11-26", usd(22, 120400)),
			part("2026-11-27", usd(20, 131600)), part("2026-11-28", usd(9, 80000)), part("2026-11-29", usd(8, 40000)),
		},
		Products: []polar.Part{
			part("Pro Plan", usd(61, 301200)), part("Team Plan", usd(40, 280000)), part("Launch Course", usd(9, 140100)),
			part("Starter", usd(20, 72100)), part("Studio", usd(8, 27000)), part("Sticker", usd(1, 500)),
		},
		Countries: []polar.Part{part("NO", usd(50, 400000)), part("DE", usd(40, 200000)), part("US", usd(30, 150000)), part("SE", usd(18, 70400))},
		Refunds:   usd(2, 11720), Kept: usd(137, 731040), Joined: 9, Left: 4, Unpaid: usd(3, 14700), Abandoned: usd(2, 98000),
		Recurring: []polar.Part{
			part(compose.MovedNew, usd(9, 30000)), part(compose.MovedUp, usd(2, 6000)), part(compose.MovedDown, usd(1, -3000)), part(compose.MovedEnded, usd(4, -12000)),
		},
		Reasons: []polar.Part{part("too_expensive", polar.Tally{N: 2}), part("missing_features", polar.Tally{N: 1}), part("", polar.Tally{N: 1})},
	}
}

func digestCardOf(t *testing.T, e polar.DigestEvent, o compose.Options) formatter.Card {
	t.Helper()
	cards := cardsOf(t, o, polar.OwnBody(polar.Digest, time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC), e))
	if len(cards) != 1 {
		t.Fatalf("got %d cards, want one", len(cards))
	}
	return cards[0]
}

func TestHeadlineOfADigest(t *testing.T) {
	euros := in("eur", 2, 9200)
	for _, c := range []struct {
		name   string
		change func(*polar.DigestEvent)
		want   string
	}{
		{"a day", func(*polar.DigestEvent) {}, "📊 Thu 19 Mar · $1,204.00 · 12 sales, up 18%"},
		{"so far", func(d *polar.DigestEvent) { d.SoFar = true }, "📊 Thu 19 Mar so far · $1,204.00 · 12 sales, up 18%"},
		{"less than before", func(d *polar.DigestEvent) { d.Before = usd(10, 150000) }, "📊 Thu 19 Mar · $1,204.00 · 12 sales, down 20%"},
		{"about as before", func(d *polar.DigestEvent) { d.Before = usd(10, 120000) }, "📊 Thu 19 Mar · $1,204.00 · 12 sales"},
		{"nothing before", func(d *polar.DigestEvent) { d.Before = polar.Tally{} }, "📊 Thu 19 Mar · $1,204.00 · 12 sales"},
		{"next to nothing before", func(d *polar.DigestEvent) { d.Before = usd(1, 1000) }, "📊 Thu 19 Mar · $1,204.00 · 12 sales"},
		{"before is not known", func(d *polar.DigestEvent) { d.Compares = false }, "📊 Thu 19 Mar · $1,204.00 · 12 sales"},
		{"one sale", func(d *polar.DigestEvent) { d.Sales = usd(1, 4900) }, "📊 Thu 19 Mar · $49.00 · 1 sale, down 95%"},
		{"renewals too", func(d *polar.DigestEvent) { d.Renewals = usd(14, 42000) }, "📊 Thu 19 Mar · $1,624.00 · 12 sales, 14 renewals, up 59%"},
		{"renewals alone", func(d *polar.DigestEvent) { d.Sales, d.Renewals = polar.Tally{}, usd(1, 3000) }, "📊 Thu 19 Mar · $30.00 · 1 renewal, down 97%"},
		{"a plan change too", func(d *polar.DigestEvent) { d.Changes = usd(1, 2267) }, "📊 Thu 19 Mar · $1,226.67 · 12 sales, up 20%"},
		{"a plan change alone", func(d *polar.DigestEvent) { d.Sales, d.Changes = polar.Tally{}, usd(1, 2267) }, "📊 Thu 19 Mar · $22.67 · 1 plan change, down 98%"},
		{"two currencies", func(d *polar.DigestEvent) { d.Sales = both(euros, d.Sales) }, "📊 Thu 19 Mar · $1,204.00 and €92.00 · 14 sales, up 18% in USD"},
		{"another currency before", func(d *polar.DigestEvent) { d.Before = both(euros, d.Before) }, "📊 Thu 19 Mar · $1,204.00 · 12 sales, up 18% in USD"},
		{"only another currency before", func(d *polar.DigestEvent) { d.Before = euros }, "📊 Thu 19 Mar · $1,204.00 · 12 sales"},
		{"none", func(d *polar.DigestEvent) { d.Sales, d.Last = polar.Tally{}, "2026-03-17" }, "📊 Thu 19 Mar · no sales · the last one on Tuesday"},
		{"none for a week", func(d *polar.DigestEvent) { d.Sales, d.Last = polar.Tally{}, "2026-03-12" }, "📊 Thu 19 Mar · no sales · the last one on 12 Mar"},
		{"none for long", func(d *polar.DigestEvent) { d.Sales, d.Last = polar.Tally{}, "2025-12-31" }, "📊 Thu 19 Mar · no sales · the last one on 31 Dec 2025"},
		{"none ever", func(d *polar.DigestEvent) { d.Sales = polar.Tally{} }, "📊 Thu 19 Mar · no sales"},
		{"a week", func(d *polar.DigestEvent) {
			*d = aWeek()
			d.Renewals, d.Changes, d.Sales, d.Compares = polar.Tally{}, polar.Tally{}, usd(71, 820400), false
		}, "📊 Week of 23 Nov · $8,204.00 · 71 sales"},
		{"a week, compared", func(d *polar.DigestEvent) { *d = aWeek() }, "📊 Week of 23 Nov · $8,204.00 · 71 sales, 66 renewals, up 8%"},
		{"a week without a sale", func(d *polar.DigestEvent) {
			*d = polar.DigestEvent{Period: polar.Week, Date: "2026-11-23", Last: "2026-11-20", ID: "digest:x"}
		}, "📊 Week of 23 Nov · no sales · the last one on Friday"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := aDay(t)
			c.change(&e)
			if got := formatter.Headline(digestCardOf(t, e, compose.Options{})); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestDigestFitsAPhone: a notification shows some 60 characters.
func TestDigestFitsAPhone(t *testing.T) {
	e := aDay(t)
	e.Sales, e.Renewals = usd(112, 1120400), usd(214, 642000)
	for _, e := range []polar.DigestEvent{aDay(t), e, aWeek()} {
		if got := formatter.Headline(digestCardOf(t, e, compose.Options{})); utf8.RuneCountInString(got) > 60 {
			t.Errorf("%s: %d characters, want at most 60", got, utf8.RuneCountInString(got))
		}
	}
}

// TestWordsOfADigest: each is a line below the headline.
func TestWordsOfADigest(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*polar.DigestEvent)
		want   string // one of the lines
	}{
		{"subscribers", func(*polar.DigestEvent) {}, "Subscribers: 4 new, 1 left"},
		{"nobody left", func(d *polar.DigestEvent) { d.Left = 0 }, "Subscribers: 4 new"},
		{"nobody new", func(d *polar.DigestEvent) { d.Joined = 0 }, "Subscribers: 1 left"},
		{"refunds", func(*polar.DigestEvent) {}, "Refunds: 1 · $20.00"},
		{"fees of some", func(*polar.DigestEvent) {}, "You keep: $1,043.20 after tax and Polar's fee, for 11 of 12 payments"},
		{"fees of all", func(d *polar.DigestEvent) { d.Kept.N = 12 }, "You keep: $1,043.20 after tax and Polar's fee"},
		{"to do", func(*polar.DigestEvent) {}, "To do: 3 payments to rescue, $147.00 a month at risk; 2 abandoned checkouts with an address, $980.00"},
		{"one to rescue", func(d *polar.DigestEvent) { d.Unpaid, d.Abandoned = usd(1, 3000), polar.Tally{} }, "To do: 1 payment to rescue, $30.00 a month at risk"},
		{"usage to rescue", func(d *polar.DigestEvent) { d.Unpaid, d.Abandoned = polar.Tally{N: 2}, polar.Tally{} }, "To do: 2 payments to rescue"},
		{"one abandoned", func(d *polar.DigestEvent) { d.Unpaid, d.Abandoned = polar.Tally{}, polar.Tally{N: 1} }, "To do: 1 abandoned checkout with an address"},
		{"the day before", func(*polar.DigestEvent) {}, "The Thursday before: $1,020.00"},
		{"nothing the day before", func(d *polar.DigestEvent) { d.Before = polar.Tally{} }, "The Thursday before: no sales"},
		{"so far", func(d *polar.DigestEvent) { d.SoFar = true }, "The Thursday before, until this time: $1,020.00"},
		{"of what kind", func(d *polar.DigestEvent) { d.Renewals, d.Changes = usd(14, 42000), usd(0, -6480) }, "Sales $1,204.00, renewals $420.00, plan changes -$64.80"},
		{"bars", func(*polar.DigestEvent) {}, "▃▄▂▅▇▆▇ Fri to Thu, most on Tue: $1,412.00"},
		{"bars, a day of nothing and one of little", func(d *polar.DigestEvent) { d.Days[1].Tally, d.Days[2].Tally = polar.Tally{}, usd(1, 1) }, "▃▁▂▅▇▆▇ Fri to Thu, most on Tue: $1,412.00"},
		{"bars of two days", func(d *polar.DigestEvent) { d.Days = d.Days[5:] }, "▆▇ Wed to Thu, most on Thu: $1,204.00"},
		{"days that were missed", func(d *polar.DigestEvent) {
			d.Missed = []polar.Part{part("2026-03-17", usd(14, 141200)), part("2026-03-18", usd(10, 97000))}
		}, "Not told before: Tue 17 Mar $1,412.00, Wed 18 Mar $970.00"},
		{"in the middle of a day", func(d *polar.DigestEvent) {
			d.Known = polar.Time{Time: time.Date(2026, 3, 19, 14, 5, 0, 0, time.FixedZone("", 3600))}
		}, "counted since Thu 19 Mar, 14:05"},
		{"of several organizations", func(d *polar.DigestEvent) {
			d.Organizations = []polar.Part{part("acme", polar.Tally{}), part("nimbus", usd(12, 120400))}
		}, "Organizations: acme (0), nimbus $1,204.00 (12)"},
		{"the last for a while", func(d *polar.DigestEvent) { d.Silent = true }, "no daily digest until the next sale"},
		{"products", func(d *polar.DigestEvent) { *d = aWeek() }, "Products: Pro Plan $3,012.00 (61), Team Plan $2,800.00 (40), Launch Course $1,401.00 (9), Starter $721.00 (20), Studio $270.00 (8)"},
		{"countries", func(d *polar.DigestEvent) { *d = aWeek() }, "Countries: Norway $4,000.00 (50), Germany $2,000.00 (40), United States $1,500.00 (30)"},
		{"recurring", func(d *polar.DigestEvent) { *d = aWeek() }, "Recurring revenue: +$210.00 a month (new +$300.00, upgrades +$60.00, downgrades −$30.00, ended −$120.00)"},
		{"recurring in two currencies", func(d *polar.DigestEvent) {
			*d = aWeek()
			d.Recurring = []polar.Part{part(compose.MovedNew, both(usd(2, 3000), in("eur", 1, 2000))), part(compose.MovedDiscount, in("eur", 1, -500))}
		}, "Recurring revenue: +$30.00 a month (new +$30.00); +€15.00 a month (new +€20.00, discounts −€5.00)"},
		{"reasons", func(d *polar.DigestEvent) { *d = aWeek() }, "Canceled by 4: too expensive 2, missing features 1, no reason given 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := aDay(t)
			c.change(&e)
			card := digestCardOf(t, e, compose.Options{})
			lines := strings.Split(card.Note, "\n")
			for _, f := range card.Fields {
				lines = append(lines, f.Name+": "+f.Text)
			}
			lines = append(lines, card.Context...)
			if !strings.Contains("\n"+strings.Join(lines, "\n")+"\n", "\n"+c.want+"\n") {
				t.Errorf("got\n%s\nwant a line %q", strings.Join(lines, "\n"), c.want)
			}
		})
	}
}

// TestDigestGoesWhereItIsSent: no route asks for it, and its card names the
// destination.
func TestDigestGoesWhereItIsSent(t *testing.T) {
	c := digestCardOf(t, aDay(t), compose.Options{})
	if c.To != "sales" || c.Silent {
		t.Errorf("to %q, silent %t; want to sales, not silent", c.To, c.Silent)
	}
	for _, route := range []string{"*", "news", "alerts", "bridge", "polarbell.*", "polarbell.digest", "-abandoned"} {
		if compose.MustRoute(route).Wants(c) {
			t.Errorf("the route %s asks for it", route)
		}
	}
	if compose.Route(nil).Wants(c) {
		t.Error("a destination without a route gets it")
	}
	if cards := cardsOf(t, compose.Options{Public: true}, sampleOf(t, polar.Digest)); len(cards) > 0 {
		t.Errorf("strangers get %+v", cards)
	}
}

// TestDigestOnBothPlatforms shows whole messages, also where no person is named.
func TestDigestOnBothPlatforms(t *testing.T) {
	for name, e := range map[string]polar.DigestEvent{"day": aDay(t), "week": aWeek()} {
		for who, o := range map[string]compose.Options{"": {}, "_anonymous": {Anonymous: true}} {
			m := formatter.Message{Cards: []formatter.Card{digestCardOf(t, e, o)}}
			golden(t, filepath.Join("digest", name+who+".slack.json"), pretty(t, formatter.Slack(m)))
			golden(t, filepath.Join("digest", name+who+".discord.json"), pretty(t, formatter.Discord(m)))
			golden(t, filepath.Join("digest", name+who+".txt"), formatter.Text(m))
		}
	}
}

func pretty(t *testing.T, message any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(message); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
