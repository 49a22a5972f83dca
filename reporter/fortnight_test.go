package reporter_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/polar"
	"polarbell/reporter"
)

// TestFortnight: the digests of a fortnight, whose last day is an hour short, have
// the numbers that a plain sum over its deliveries gives. There are sales in two
// currencies, refunds, trials, failures, changes of plan, discounts.
func TestFortnight(t *testing.T) {
	takesLong(t)
	inWorld(t, func(w *world) {
		w.asksFor(
			reporter.Digest{Destination: "sales", At: nine},
			reporter.Digest{Destination: "sales", Weekly: true, Weekday: time.Monday, At: nine},
		)
		start := time.Date(2000, 3, 13, 0, 0, 0, 0, w.options.Zone) // summer time begins on the 26th
		sent := fortnight(start)
		told, seen, something := 0, map[string]bool{}, map[string]bool{}
		for day := range 16 {
			look := time.Date(2000, 3, 13+day, 9, 0, 0, 0, w.options.Zone)
			n := told
			for ; n < len(sent) && sent[n].At.Before(look.Add(-time.Minute)); n++ {
				w.pass(time.Until(sent[n].At))
				w.deliver(sent[n].Body)
			}
			told = n
			w.pass(time.Until(look) - time.Minute)
			w.look() // knows again that it is alive
			w.pass(time.Minute)
			w.look()
			for _, e := range w.digestEvents() {
				if name := e.Period + " " + e.Date; !seen[name] {
					seen[name] = true
					w.compare(e, book(w.t, sent[:n]), something)
				}
			}
		}
		if len(seen) != 15+3 { // in the days before the first nothing was paid
			w.t.Errorf("got %d digests, want one for each of 15 days and 3 weeks: %v", len(seen), seen)
		}
		if len(something) != 13 || slices.Contains(slices.Collect(maps.Values(something)), false) {
			w.t.Errorf("want something of everything, got %v", something)
		}
	})
}

// fortnight are the deliveries of many customers, by time.
func fortnight(start time.Time) []polartest.Delivery {
	r := rand.New(rand.NewPCG(7, 11))
	var sent []polartest.Delivery
	for n := range 60 {
		at := start.Add(time.Duration(r.Int64N(int64(15 * 24 * time.Hour))))
		switch {
		case n < 20:
			at = start.Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
		case n < 30: // a month before
			at = at.AddDate(0, -1, 0)
		}
		shop := polartest.NewOn(polartest.Terms{Currency: []string{"usd", "usd", "eur"}[n%3]}, n, at)
		switch {
		case n < 20:
			trial(r, shop)
		case n < 30:
			shop.Subscribe(polartest.Pro).Renew()
		default:
			shop.LiveOn(r)
		}
		sent = append(sent, shop.Sent...)
	}
	slices.SortStableFunc(sent, func(a, b polartest.Delivery) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return sent
}

// trial is a short one that is converted, or fails to be paid.
func trial(r *rand.Rand, shop *polartest.Shop) {
	sub := shop.StartTrial(polartest.Pro, 2+r.IntN(9))
	switch r.IntN(4) {
	case 0:
		sub.FailRenewal()
		shop.Pass(time.Duration(1+r.IntN(48)) * time.Hour)
		sub.Recover()
	case 1:
		sub.FailRenewal()
		shop.Pass(72 * time.Hour)
		sub.Lose()
	case 2:
		sub.Cancel()
		sub.End()
	default:
		sub.Renew()
		shop.Pass(time.Duration(r.IntN(72)) * time.Hour)
		sub.Change(polartest.Team)
		shop.Pass(time.Duration(r.IntN(72)) * time.Hour)
		sub.CancelNow()
	}
}

// compare notes of what there was something to compare.
func (w *world) compare(e polar.DigestEvent, b books, something map[string]bool) {
	w.t.Helper()
	date, err := time.ParseInLocation(time.DateOnly, e.Date, w.options.Zone)
	if err != nil {
		w.t.Fatal(err)
	}
	days := map[string]int{polar.Day: 1, polar.Week: 7}[e.Period]
	want, moves := b.digest(date, date.AddDate(0, 0, days))
	before, _ := b.digest(date.AddDate(0, 0, -7), date.AddDate(0, 0, days-7))
	var recurring, ofProducts polar.Tally
	for _, p := range e.Recurring {
		for _, s := range p.Sums {
			plus(&recurring, 0, s.Amount, s.Currency)
		}
	}
	for _, p := range e.Products {
		ofProducts = sum(ofProducts, p.Tally)
	}
	paid := sum(sum(want.Sales, want.Renewals), want.Changes)
	for _, c := range []struct {
		what      string
		got, want polar.Tally
	}{
		{"sales", e.Sales, want.Sales},
		{"renewals", e.Renewals, want.Renewals},
		{"changes", e.Changes, want.Changes},
		{"kept", e.Kept, want.Kept},
		{"refunds", e.Refunds, want.Refunds},
		{"abandoned", e.Abandoned, want.Abandoned},
		{"unpaid", e.Unpaid, want.Unpaid},
		{"joined", polar.Tally{N: e.Joined}, polar.Tally{N: want.Joined}},
		{"left", polar.Tally{N: e.Left}, polar.Tally{N: want.Left}},
		{"the last bar", e.Days[len(e.Days)-1].Tally, sum(paid, polar.Tally{})},
		{"before", e.Before, sum(sum(before.Sales, before.Renewals), before.Changes)},
		{"recurring", recurring, moves},
		{"products", polar.Tally{N: ofProducts.N}, polar.Tally{N: paid.N}},
	} {
		isOfWeeks := slices.Contains([]string{"recurring", "products"}, c.what)
		switch {
		case c.what == "before" && !e.Compares, isOfWeeks && e.Period == polar.Day, c.what == "the last bar" && e.Period == polar.Week:
			continue
		}
		something[c.what] = something[c.what] || inWords(c.want) != inWords(polar.Tally{})
		if got, want := inWords(c.got), inWords(c.want); got != want {
			w.t.Errorf("%s %s: %s: got %s, want %s", e.Period, e.Date, c.what, got, want)
		}
	}
}

func sum(a, b polar.Tally) polar.Tally {
	t := polar.Tally{N: a.N + b.N}
	for _, s := range slices.Concat(a.Sums, b.Sums) {
		plus(&t, 0, s.Amount, s.Currency)
	}
	return t
}

func inWords(t polar.Tally) string {
	var parts []string
	for _, s := range t.Sums {
		if s.Amount != 0 {
			parts = append(parts, fmt.Sprint(s.Amount, " ", s.Currency))
		}
	}
	slices.Sort(parts)
	return fmt.Sprint(t.N, ": ", strings.Join(parts, ", "))
}
