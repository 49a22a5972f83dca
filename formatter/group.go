package formatter

import (
	"fmt"
	"slices"
	"strings"
)

const separator = " · "

// groupHeadline stands above a message of several cards:
// "10 sales · $972.00 · latest: Pro Plan, Jane Doe". Sales are summed within
// each currency. A card marked TEST or SAMPLE counts as no sale unless all
// cards bear the same mark, which then leads.
func groupHeadline(cards []Card) string {
	mark, _ := splitMark(cards[0])
	sales := make([]Money, 0, len(cards))
	for _, c := range cards {
		if own, _ := splitMark(c); own != mark {
			mark = ""
		}
	}
	for _, c := range cards {
		if own, _ := splitMark(c); own == mark && c.Sale != nil {
			sales = append(sales, *c.Sale)
		}
	}
	parts := sums(sales)
	if others := len(cards) - len(sales); len(sales) == 0 {
		parts = append(parts, plural(others, "update"))
	} else if others > 0 {
		parts = append(parts, plural(others, "other update"))
	}
	parts = append(parts, "latest: "+latest(cards, mark))
	return fit(mark+strings.Join(parts, separator), maxHeadline, same)
}

// splitMark parts what makes a card worthless as news of money from the rest
// of its headline.
func splitMark(c Card) (mark, rest string) {
	rest = headline(c)
	for _, m := range []string{"TEST" + separator, "SAMPLE" + separator} {
		if after, ok := strings.CutPrefix(rest, m); ok {
			mark, rest = mark+m, after
		}
	}
	return mark, rest
}

// sums are how many sales there were and what they brought, per currency in
// the order of their first sale: money of two currencies is never added.
func sums(sales []Money) []string {
	if len(sales) == 0 {
		return nil
	}
	var totals []Money
	for _, m := range sales {
		alike := func(t Money) bool { return strings.EqualFold(t.Currency, m.Currency) }
		if i := slices.IndexFunc(totals, alike); i >= 0 {
			totals[i].Amount += m.Amount
		} else {
			totals = append(totals, m)
		}
	}
	parts := []string{plural(len(sales), "sale")}
	for _, t := range totals {
		parts = append(parts, clean(t.String()))
	}
	return parts
}

// latest names the newest card; of a sale what was sold and to whom, since the
// amount is in the sum.
func latest(cards []Card, mark string) string {
	newest := cards[0]
	for _, c := range cards[1:] {
		if !c.Time.Before(newest.Time) {
			newest = c
		}
	}
	own, text := splitMark(newest)
	if newest.Sale != nil {
		if _, rest, ok := strings.Cut(text, separator); ok {
			text = rest
		}
	}
	if own != mark {
		text = own + text
	}
	return strings.ReplaceAll(text, separator, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
