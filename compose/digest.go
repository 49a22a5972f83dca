package compose

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// digest tells how a day or a week went, with the figures of its event and
// nothing else.
type digest struct {
	polar.DigestEvent
	first time.Time // the period's first day, at midnight UTC: only its date counts
}

// digestCard names the destination that it is for.
func digestCard(e *Entry) formatter.Card {
	d := digest{DigestEvent: polar.Body(e.Body).DigestEvent()}
	d.first = dateOf(d.Date)
	return formatter.Card{
		Key: "digest:" + d.Date, Kind: formatter.Digest, To: d.Destination,
		Events: []formatter.Event{{Seq: e.Seq, Type: e.Type}}, Time: e.At,
		Mark: "📊", Tone: formatter.Blue, Headline: d.headline(),
		Fields: []formatter.Field{
			{Name: "Subscribers", Text: d.subscribers()},
			{Name: "Refunds", Text: countAndSums(d.Refunds)},
			{Name: "You keep", Text: d.kept()},
			{Name: "To do", Text: d.toDo()},
		},
		Note: joined("\n", d.lines()...), Context: d.reservations(), Link: open("analytics/", "metrics"),
	}
}

// dateOf is the zero time for what is not a date.
func dateOf(date string) time.Time {
	t, _ := time.Parse(time.DateOnly, date)
	return t
}

func (d digest) isWeek() bool { return d.Period == polar.Week }

func (d digest) headline() string {
	when := d.first.Format("Mon 2 Jan")
	if d.isWeek() {
		when = "Week of " + d.first.Format("2 Jan")
	}
	if d.SoFar {
		when += " so far"
	}
	if d.paid().N == 0 {
		return headline(when, "no sales", with("the last one on ", d.last()))
	}
	return headline(when, sumsOf(d.paid()), listed(d.counts(), d.change()))
}

// last is the day of the last sale, by its weekday while that is clear.
func (d digest) last() string {
	last := dateOf(d.Last)
	switch {
	case last.IsZero():
		return ""
	case d.first.Sub(last) < 7*24*time.Hour:
		return last.Weekday().String()
	}
	return day(last, d.first, d.first.Location())
}

// paid is all that was paid.
func (d digest) paid() polar.Tally { return total(d.Sales, d.Renewals, d.Changes) }

// counts are "12 sales, 14 renewals". A plan change is rare enough to be named
// only where there is nothing else.
func (d digest) counts() string {
	return cmp.Or(listed(some(d.Sales.N, "sale"), some(d.Renewals.N, "renewal")), some(d.Changes.N, "plan change"))
}

// change compares what was paid with the period before: "up 18%". It is of the
// largest currency alone, and names that where there are others.
func (d digest) change() string {
	sums := d.paid().Sums
	if !d.Compares || len(sums) == 0 {
		return ""
	}
	words := changeWords(amountIn(d.Before, sums[0].Currency), sums[0].Amount)
	if words != "" && len(total(d.paid(), d.Before).Sums) > 1 {
		words += " in " + strings.ToUpper(sums[0].Currency)
	}
	return words
}

// changeWords are "" where a percentage says nothing: from nothing, of nothing,
// or far beyond what was.
func changeWords(before, now int64) string {
	const most = 999
	if before <= 0 {
		return ""
	}
	percent := int64(math.Round(100 * float64(now-before) / float64(before)))
	switch {
	case percent == 0 || percent > most:
		return ""
	case percent > 0:
		return fmt.Sprintf("up %d%%", percent)
	}
	return fmt.Sprintf("down %d%%", -percent)
}

func (d digest) subscribers() string {
	return listed(numbered(d.Joined, "new"), numbered(d.Left, "left"))
}

// kept is what is left after tax and Polar's fee, of the payments whose fee is
// known.
func (d digest) kept() string {
	if d.Kept.N == 0 {
		return ""
	}
	text := sumsOf(d.Kept) + " after tax and Polar's fee"
	if d.Kept.N < d.paid().N {
		text = fmt.Sprintf("%s, for %d of %s", text, d.Kept.N, plural(int(d.paid().N), "payment"))
	}
	return text
}

// toDo names no person: whoever may see them finds them in their own messages.
func (d digest) toDo() string {
	rescue, risk := numbered(d.Unpaid.N, either(d.Unpaid.N == 1, "payment", "payments")+" to rescue"), sumsOf(d.Unpaid)
	if risk != "" {
		risk += " a month at risk"
	}
	left := numbered(d.Abandoned.N, either(d.Abandoned.N == 1, "abandoned checkout", "abandoned checkouts")+" with an address")
	return joined("; ", listed(rescue, risk), listed(left, sumsOf(d.Abandoned)))
}

// reservations say what the figures lack.
func (d digest) reservations() []string {
	var all []string
	if !d.Known.IsZero() {
		all = append(all, "counted since "+d.Known.Format("Mon 2 Jan, 15:04"))
	}
	if d.Silent {
		all = append(all, "no daily digest until the next sale")
	}
	return all
}

// total adds tallies up, currency by currency, the largest sum first. Of two
// currencies the larger one is that with more of its smallest unit, which are of
// a similar worth in most.
func total(all ...polar.Tally) polar.Tally {
	var t polar.Tally
	for _, one := range all {
		t.N += one.N
		for _, s := range one.Sums {
			i := slices.IndexFunc(t.Sums, func(o polar.Sum) bool { return strings.EqualFold(o.Currency, s.Currency) })
			if i < 0 {
				t.Sums = append(t.Sums, polar.Sum{Currency: s.Currency})
				i = len(t.Sums) - 1
			}
			t.Sums[i].Amount += s.Amount
		}
	}
	t.Sums = slices.DeleteFunc(t.Sums, func(s polar.Sum) bool { return s.Amount == 0 })
	slices.SortFunc(t.Sums, func(a, b polar.Sum) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Currency, b.Currency))
	})
	return t
}

func amountIn(t polar.Tally, currency string) (amount int64) {
	for _, s := range t.Sums {
		if strings.EqualFold(s.Currency, currency) {
			amount += s.Amount
		}
	}
	return amount
}

// sumsOf are "$1,204.00 and €92.00", "" of nothing.
func sumsOf(t polar.Tally) string {
	var texts []string
	for _, s := range total(t).Sums {
		texts = append(texts, moneyOf(s.Amount, s.Currency))
	}
	return sentence(texts)
}

// sentence lists texts as people say them: "a, b and c".
func sentence(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}

// countAndSums is "2 · $117.20".
func countAndSums(t polar.Tally) string {
	if t.N == 0 {
		return ""
	}
	return headline(fmt.Sprint(t.N), sumsOf(t))
}

// numbered is "4 new", "" for none.
func numbered(n int64, words string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, words)
}

// some is plural, "" for none.
func some(n int64, noun string) string {
	if n == 0 {
		return ""
	}
	return plural(int(n), noun)
}
