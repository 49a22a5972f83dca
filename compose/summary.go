package compose

import (
	"cmp"
	"slices"
	"strings"

	"polarbell/formatter"
)

// nouns are what several cards of a kind are called.
var nouns = map[formatter.Kind]string{
	formatter.Sale: "sale", formatter.Subscriber: "new subscriber", formatter.Trial: "trial update", formatter.Free: "free signup",
	formatter.Renewal: "renewal", formatter.Plan: "plan change", formatter.Cancel: "cancellation update",
	formatter.Unpaid: "payment update", formatter.Refund: "refund", formatter.Abandoned: "unpaid checkout",
	formatter.Digest: "digest",
}

// nounsByKey go before nouns: a kind has cards of good news and of bad.
var nounsByKey = map[string]string{
	"unpaid": "failed renewal", "reminder": "payment reminder", "recovered": "recovered payment", "lost": "lost subscription",
	"refund-failed": "failed refund", "again": "returning subscriber",
}

func noun(c formatter.Card) string {
	key, _, _ := strings.Cut(c.Key, ":")
	return cmp.Or(nounsByKey[key], nouns[c.Kind])
}

// Summary is the headline of a message of several cards: "💰 10 sales · $972.00
// · latest: Jane Doe". Money is summed of sales and renewals, within each
// currency. A TEST or SAMPLE card counts as nothing else unless all cards bear
// the same prefix, which then leads.
func Summary(cards []formatter.Card) string {
	prefix := cards[0].Prefix
	if slices.ContainsFunc(cards, func(c formatter.Card) bool { return c.Prefix != prefix }) {
		prefix = ""
	}
	var groups []group
	for _, c := range cards {
		noun := noun(c)
		if noun == "" || c.Prefix != prefix {
			noun = "other update"
		}
		groups = counted(groups, either(c.Late, "late ", "")+noun, c)
	}
	parts := []string{prefix}
	for _, g := range groups {
		parts = append(parts, plural(g.cards, g.noun))
		parts = append(parts, g.sums()...)
	}
	latest := slices.MaxFunc(cards, func(a, b formatter.Card) int { return a.Time.Compare(b.Time) })
	parts = append(parts, "latest: "+cmp.Or(short(latest.Who), strings.ReplaceAll(latest.Headline, " · ", ", ")))
	text := headline(parts...)
	differs := func(c formatter.Card) bool { return c.Mark != cards[0].Mark }
	if len(groups) == 1 && prefix == "" && cards[0].Mark != "" && !slices.ContainsFunc(cards, differs) {
		text = cards[0].Mark + " " + text
	}
	return text
}

// group counts the cards of one noun.
type group struct {
	noun   string
	cards  int
	totals []formatter.Money
}

func counted(groups []group, noun string, c formatter.Card) []group {
	i := slices.IndexFunc(groups, func(g group) bool { return g.noun == noun })
	if i < 0 {
		groups = append(groups, group{noun: noun})
		i = len(groups) - 1
	}
	groups[i].cards++
	if noun = strings.TrimPrefix(noun, "late "); c.Amount != nil && (noun == "sale" || noun == "renewal") {
		groups[i].add(*c.Amount)
	}
	return groups
}

func (g *group) add(m formatter.Money) {
	for i := range g.totals {
		if strings.EqualFold(g.totals[i].Currency, m.Currency) {
			g.totals[i].Amount += m.Amount
			return
		}
	}
	g.totals = append(g.totals, m)
}

func (g group) sums() []string {
	var sums []string
	for _, m := range g.totals {
		sums = append(sums, m.String())
	}
	return sums
}
