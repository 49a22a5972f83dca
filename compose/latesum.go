package compose

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"polarbell/formatter"
)

// Late names the message that sums up what is told late. Cards with different
// prefixes, such as TEST, never share one.
type Late struct {
	Prefix string
	WasOn  bool // polarbell was on, and refused what Polar sent, or Polar did not reach it
	Zone   *time.Location
}

const (
	lateName  = "late"
	wasOnName = "late-though-on"
)

// ParseLate reads what String wrote; it is false for the name of a Day.
func ParseLate(name string, zone *time.Location) (Late, bool) {
	first, prefix, _ := strings.Cut(name, " ")
	return Late{prefix, first == wasOnName, zone}, first == lateName || first == wasOnName
}

// String is the summary's name in the journal: "late".
func (l Late) String() string {
	return strings.TrimSpace(either(l.WasOn, wasOnName, lateName) + " " + l.Prefix)
}

// End is never: the words stay the same.
func (l Late) End() time.Time { return time.Time{} }

// lateKinds are summed up, in the order of the summary: good news in number, and
// what nobody has to answer.
var lateKinds = []formatter.Kind{formatter.Sale, formatter.Subscriber, formatter.Renewal, formatter.Free, formatter.Abandoned}

// CanBeSummed reports whether a card that is told late may come in a summary.
// What somebody must act on, refunds and cancellations come singly.
func CanBeSummed(c formatter.Card) bool {
	return c.Late && !c.Facts.Alert && slices.Contains(lateKinds, c.Kind)
}

// Counts reports whether a card is still of a kind that the summary counts.
func (l Late) Counts(c formatter.Card) bool { return slices.Contains(lateKinds, c.Kind) && !c.Over }

// Card counts cards by kind: "While polarbell was off: 12 sales · $1,204.00".
// One alone reads like itself; of none, the last says what became of it. public
// is for strangers, who hear nothing of the bridge.
func (l Late) Card(cards []formatter.Card, _ time.Time, public bool) formatter.Card {
	counted := slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return !l.Counts(c) })
	switch len(counted) {
	case 0:
		return cards[len(cards)-1]
	case 1:
		return counted[0]
	}
	slices.SortStableFunc(counted, func(a, b formatter.Card) int { return a.Time.Compare(b.Time) })
	first, latest := counted[0].Time, counted[len(counted)-1].Time
	card := formatter.Card{Key: l.String(), Kind: counted[0].Kind, Prefix: l.Prefix, Time: latest}
	since := day(first, latest, l.Zone)
	if public {
		card.Mark, card.Tone = "🎉", formatter.Green
		card.Headline = l.publicWords(counted) + " since " + since
	} else {
		card.Mark, card.Tone = "📊", formatter.Blue
		card.Headline, card.Fields, card.Context = l.headline(counted), l.fields(counted), []string{"since " + since}
	}
	if l.Prefix != "" {
		card.Mark = ""
	}
	return card
}

// headline leaves the sums to the fields where it would be too long.
func (l Late) headline(cards []formatter.Card) string {
	const longest = 120 // that the formatter shows of prefix and headline
	var counts, all []string
	for _, of := range byKind(cards) {
		g := groupOf(of)
		counts = append(counts, plural(g.cards, g.noun))
		all = append(append(all, plural(g.cards, g.noun)), g.sums()...)
	}
	words := either(l.WasOn, "Caught up with Polar: ", "While polarbell was off: ")
	if text := words + headline(all...); utf8.RuneCountInString(headline(l.Prefix, text)) <= longest {
		return text
	}
	return words + headline(counts...)
}

func (l Late) publicWords(cards []formatter.Card) string {
	var parts []string
	for _, of := range byKind(cards) {
		parts = append(parts, either(len(of) == 1, "Someone", strconv.Itoa(len(of))+" people")+Day{Kind: of[0].Kind}.publicWords(of))
	}
	return headline(parts...)
}

// fields are the sums by kind, or by product where there is one kind.
func (l Late) fields(cards []formatter.Card) []formatter.Field {
	kinds := byKind(cards)
	if len(kinds) == 1 {
		return Day{Kind: cards[0].Kind}.products(cards)
	}
	var fields []formatter.Field
	for _, of := range kinds[:min(len(kinds), maxFields)] {
		g := groupOf(of)
		fields = append(fields, formatter.Field{
			Name: capital(g.noun) + "s", Text: headline(append([]string{strconv.Itoa(g.cards)}, g.sums()...)...),
		})
	}
	return fields
}

func groupOf(cards []formatter.Card) group { return Day{Kind: cards[0].Kind}.group(cards) }

// byKind groups cards in the order of lateKinds.
func byKind(cards []formatter.Card) [][]formatter.Card {
	var groups [][]formatter.Card
	for _, kind := range lateKinds {
		of := slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return c.Kind != kind })
		if len(of) > 0 {
			groups = append(groups, of)
		}
	}
	return groups
}
