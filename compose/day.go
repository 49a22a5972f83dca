package compose

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"polarbell/formatter"
)

// Day names a day's news of one kind that comes as one message. Cards with
// different prefixes, such as TEST, never share one.
type Day struct {
	Date   time.Time // midnight, in the zone whose day it is
	Kind   formatter.Kind
	Prefix string
}

// DayOf is the day of a card, as of the date that it counts for.
func DayOf(c formatter.Card, date time.Time) Day { return Day{Midnight(date), c.Kind, c.Prefix} }

// ParseDay reads what String wrote.
func ParseDay(name string, zone *time.Location) Day {
	date, rest, _ := strings.Cut(name, " ")
	kind, prefix, _ := strings.Cut(rest, " ")
	at, _ := time.ParseInLocation(time.DateOnly, date, zone) // zero for what String did not write
	return Day{at, formatter.Kind(kind), prefix}
}

// String is the day's name in the journal: "2026-11-26 renewal".
func (d Day) String() string {
	return strings.TrimSpace(d.Date.Format(time.DateOnly) + " " + string(d.Kind) + " " + d.Prefix)
}

// End is the next midnight, 23 to 25 hours later.
func (d Day) End() time.Time { return d.Date.AddDate(0, 0, 1) }

// Midnight is the start of a time's day, in its zone.
func Midnight(at time.Time) time.Time {
	year, month, date := at.Date()
	return time.Date(year, month, date, 0, 0, 0, 0, at.Location())
}

// CanBeDaily reports whether cards of a kind may come as one message a day.
func CanBeDaily(kind formatter.Kind) bool {
	return isNewsKind(kind) && kind != formatter.Bridge
}

// Card counts a day's cards, which are given by time: the first of a day reads
// like itself. What is no longer of the kind does not count, such as an
// abandoned checkout that was paid after all; of none, the last card says what
// became of it. public is for strangers.
func (d Day) Card(cards []formatter.Card, now time.Time, public bool) formatter.Card {
	counted := slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return !d.Counts(c) })
	switch len(counted) {
	case 0:
		return cards[len(cards)-1]
	case 1:
		return counted[0]
	}
	when := "today"
	if !now.Before(d.End()) {
		when = "on " + d.Date.Format("Mon 2 Jan")
	}
	latest := counted[0]
	for _, c := range counted {
		if !c.Time.Before(latest.Time) {
			latest = c
		}
	}
	card := formatter.Card{
		Key: d.String(), Kind: d.Kind, Prefix: d.Prefix, Mark: counted[0].Mark, Tone: counted[0].Tone, Time: latest.Time, Silent: true,
		Fields: d.products(counted),
	}
	if public {
		card.Headline = strconv.Itoa(len(counted)) + " people" + d.publicWords(counted) + " " + when
		return card
	}
	all := d.group(counted)
	parts := append([]string{plural(all.cards, all.noun) + " " + when}, all.sums()...)
	if latest.Who != "" {
		parts = append(parts, "latest: "+short(latest.Who))
	}
	card.Headline = headline(parts...)
	return card
}

// Counts reports whether a card is still of the day's kind.
func (d Day) Counts(c formatter.Card) bool { return c.Kind == d.Kind && !c.Over }

// group counts cards and sums their money, where that is what people ask of
// the kind.
func (d Day) group(cards []formatter.Card) group {
	g := group{noun: cmp.Or(dayNouns[d.Kind], nouns[d.Kind])}
	for _, c := range cards {
		g.cards++
		if c.Amount != nil && slices.Contains(summedKinds, d.Kind) {
			g.add(*c.Amount)
		}
	}
	return g
}

// dayNouns go before nouns.
var dayNouns = map[formatter.Kind]string{formatter.Abandoned: "abandoned checkout"}

var summedKinds = []formatter.Kind{formatter.Sale, formatter.Renewal, formatter.Refund, formatter.Abandoned}

// products are the counts and sums by product, the most frequent ones first.
func (d Day) products(cards []formatter.Card) []formatter.Field {
	sold := byProduct(cards)
	if len(sold) > maxFields {
		others := slices.Concat(sold[maxFields-1:]...)
		others[0].Product = "Others"
		sold = append(sold[:maxFields-1], others)
	}
	fields := make([]formatter.Field, len(sold))
	for i, of := range sold {
		g := d.group(of)
		fields[i] = formatter.Field{
			Name: cmp.Or(short(of[0].Product), "Without a product"),
			Text: headline(append([]string{strconv.Itoa(g.cards)}, g.sums()...)...),
		}
	}
	return fields
}

// byProduct groups cards, the largest group first.
func byProduct(cards []formatter.Card) [][]formatter.Card {
	var groups [][]formatter.Card
	for _, c := range cards {
		i := slices.IndexFunc(groups, func(of []formatter.Card) bool { return of[0].Product == c.Product })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], c)
	}
	slices.SortStableFunc(groups, func(a, b []formatter.Card) int { return cmp.Compare(len(b), len(a)) })
	return groups
}

// publicWords say what strangers may read of several purchases.
func (d Day) publicWords(cards []formatter.Card) string {
	did, sold := " bought ", byProduct(cards)
	if d.Kind == formatter.Subscriber {
		did = " subscribed to "
	}
	switch product := sold[0][0].Product; {
	case len(sold) > 1:
		return did + plural(len(sold), "product")
	case product == "":
		return did + "something"
	default:
		return did + short(product)
	}
}
