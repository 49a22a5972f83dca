package compose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"polarbell/polar"
)

// lines are what a digest says besides its fields, the most important ones first:
// a platform that lacks room cuts the last one.
func (d digest) lines() []string {
	lines := []string{with("Organizations: ", ranked(d.Organizations, 10)), d.parts(), d.before(), d.missed(), d.bars()}
	if d.isWeek() {
		lines = append(lines, d.recurring(), with("Products: ", ranked(d.Products, 5)), with("Countries: ", ranked(countriesOf(d.Countries), 3)), d.reasons())
	}
	return lines
}

// parts say what of the headline's sum is what, if it is of more than one kind.
func (d digest) parts() string {
	var parts []string
	for _, p := range []polar.Part{{Name: "sales", Tally: d.Sales}, {Name: "renewals", Tally: d.Renewals}, {Name: "plan changes", Tally: d.Changes}} {
		if sums := sumsOf(p.Tally); sums != "" {
			parts = append(parts, p.Name+" "+sums)
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return capital(strings.Join(parts, ", "))
}

// before is what was paid in the period that the headline compares with.
func (d digest) before() string {
	if !d.Compares {
		return ""
	}
	name := "The " + d.first.Weekday().String() + " before"
	if d.isWeek() {
		name = "The week before"
	}
	if d.SoFar {
		name += ", until this time"
	}
	return name + ": " + cmp.Or(sumsOf(d.Before), "no sales")
}

// missed are the days of which no digest told, since the bridge was off.
func (d digest) missed() string {
	var days []string
	for _, p := range d.Missed {
		days = append(days, joined(" ", dateOf(p.Name).Format("Mon 2 Jan"), sumsOf(p.Tally)))
	}
	return with("Not told before: ", strings.Join(days, ", "))
}

// bars are low and high for little and much; of nothing there is the lowest.
var bars = []rune("▁▂▃▄▅▆▇")

// bars show what was paid on each of the last days, and say in words what they
// are.
func (d digest) bars() string {
	currency := largest(d.Days)
	if currency == "" || len(d.Days) < 2 {
		return ""
	}
	amount := func(p polar.Part) int64 { return max(0, amountIn(p.Tally, currency)) }
	weekday := func(p polar.Part) string { return dateOf(p.Name).Format("Mon") }
	most := slices.MaxFunc(d.Days, func(a, b polar.Part) int { return cmp.Compare(amount(a), amount(b)) })
	var drawn strings.Builder
	for _, p := range d.Days {
		drawn.WriteRune(bar(amount(p), max(1, amount(most))))
	}
	return fmt.Sprintf("%s %s to %s, most on %s: %s", drawn.String(), weekday(d.Days[0]), weekday(d.Days[len(d.Days)-1]),
		weekday(most), moneyOf(amount(most), currency))
}

// bar is one of the others for anything but nothing.
func bar(amount, most int64) rune {
	if amount == 0 {
		return bars[0]
	}
	steps := int64(len(bars) - 1)
	return bars[(amount*steps+most-1)/most]
}

// largest is the currency of the largest sum of all parts.
func largest(parts []polar.Part) string {
	var all polar.Tally
	for _, p := range parts {
		all = total(all, p.Tally)
	}
	if len(all.Sums) == 0 {
		return ""
	}
	return all.Sums[0].Currency
}

// movementWords are in the order in which the movements are told.
var movementWords = []struct{ name, words string }{
	{MovedNew, "new"}, {MovedUp, "upgrades"}, {MovedDown, "downgrades"}, {MovedDiscount, "discounts"}, {MovedEnded, "ended"},
}

// recurring says how much more or less comes in each month from now on, and why.
func (d digest) recurring() string {
	var all polar.Tally
	for _, p := range d.Recurring {
		all = total(all, p.Tally)
	}
	var texts []string
	for _, currency := range currenciesOf(d.Recurring) {
		var parts []string
		for _, m := range movementWords {
			if i := slices.IndexFunc(d.Recurring, func(p polar.Part) bool { return p.Name == m.name }); i >= 0 {
				if amount := amountIn(d.Recurring[i].Tally, currency); amount != 0 {
					parts = append(parts, m.words+" "+signed(amount, currency))
				}
			}
		}
		texts = append(texts, fmt.Sprintf("%s a month (%s)", signed(amountIn(all, currency), currency), strings.Join(parts, ", ")))
	}
	return with("Recurring revenue: ", strings.Join(texts, "; "))
}

// ranked are the first parts: "Pro Plan 34, $1,020.00".
func ranked(parts []polar.Part, most int) string {
	var texts []string
	for _, p := range parts[:min(most, len(parts))] {
		texts = append(texts, joined(" ", short(p.Name), sumsOf(p.Tally), fmt.Sprintf("(%d)", p.N)))
	}
	return strings.Join(texts, ", ")
}

func countriesOf(parts []polar.Part) []polar.Part {
	named := slices.Clone(parts)
	for i := range named {
		named[i].Name = country(&polar.Address{Country: named[i].Name})
	}
	return named
}

// currenciesOf are those of the parts, each once.
func currenciesOf(parts []polar.Part) (all []string) {
	for _, p := range parts {
		for _, s := range p.Sums {
			if !slices.Contains(all, s.Currency) {
				all = append(all, s.Currency)
			}
		}
	}
	return all
}

// reasons are why customers canceled, in Polar's words.
func (d digest) reasons() string {
	var n int64
	var texts []string
	for _, p := range d.Reasons {
		n += p.N
		texts = append(texts, fmt.Sprintf("%s %d", cmp.Or(lowercase(polar.InWords(p.Name)), "no reason given"), p.N))
	}
	return with(fmt.Sprintf("Canceled by %d: ", n), strings.Join(texts, ", "))
}
