package notifier

import (
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
)

// gone is a card whose key no card has any more: Polar overwrites some of the
// dates that keys are made of, and an earlier delivery may come late.
type gone struct {
	key, kind string
	isKept    bool                      // its deliveries are still in the journal
	shares    func(formatter.Card) bool // reports whether a card tells of one of its deliveries
}

// successors finds the card that each of those gone goes on as, -1 for none:
// one that tells of one of its deliveries, else one of the same news with
// another date. No two go on as the same card; those that come first choose
// first.
func successors(all []gone, cards []formatter.Card, isFree func(card int) bool) []int {
	next := slices.Repeat([]int{-1}, len(all))
	for _, goesOnAs := range []func(gone, formatter.Card) bool{gone.isToldBy, gone.isRedatedIn} {
		for i, g := range all {
			if next[i] >= 0 {
				continue
			}
			for at, card := range cards {
				if isFree(at) && !slices.Contains(next, at) && goesOnAs(g, card) {
					next[i] = at
					break
				}
			}
		}
	}
	return next
}

// isToldBy reports whether a card tells of one of the deliveries. News does not
// go on from what said only that something changes: news is to ring, and a
// message that cannot be edited would keep the other.
func (g gone) isToldBy(c formatter.Card) bool {
	return (isNews(g.kind) || !isNews(string(c.Kind))) && g.shares(c)
}

// isRedatedIn reports whether a card has the key with another date. That of
// deliveries that are no longer kept may be other news.
func (g gone) isRedatedIn(c formatter.Card) bool {
	word, date, _ := strings.Cut(g.key, ":")
	other, otherDate, _ := strings.Cut(c.Key, ":")
	return g.isKept && isNews(g.kind) && g.kind == string(c.Kind) && word == other && isDate(date) && isDate(otherDate)
}

func isDate(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}
