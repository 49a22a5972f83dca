package compose

import (
	"cmp"
	"slices"
	"strings"

	"polarbell/formatter"
)

// tellLate says in the headline when it happened, where it was heard of late:
// the day, or the time of day where that was the same day. Both are those of
// the deliveries, so that an edit and a replay say the same.
func (c *composer) tellLate(card *formatter.Card) {
	told, at := c.telling(card), card.Time
	if card.Kind == formatter.Abandoned || slices.Contains(reworded, card.Outcome) {
		told = c.entry(card.Events[len(card.Events)-1].Seq)
		at = told.At
	}
	card.Late = told.isLate()
	if !card.Late || at.IsZero() || card.Kind == formatter.Waiting && card.Over {
		return
	}
	zone := c.zone()
	at, heard := at.In(zone), told.Received.In(zone)
	preposition, when := "on", day(at, heard, zone)
	if Midnight(at).Equal(Midnight(heard)) {
		preposition, when = "at", clock(at, zone)
	}
	if c.Public {
		card.Headline += " " + preposition + " " + when
		return
	}
	card.Headline = dated(card.Headline, preposition, when, card.Kind == formatter.Waiting)
}

// telling is the delivery that brought the news first.
func (c *composer) telling(card *formatter.Card) *Entry {
	first := slices.MinFunc(card.Events, func(a, b formatter.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return c.entry(first.Seq)
}

// reworded are the outcomes of cards whose headline tells the newest delivery:
// that a subscription has ended, which was to end.
var reworded = []string{"ended", "paused", "in effect"}

// entry is a delivery by its number.
func (c *composer) entry(seq int64) *Entry {
	i, _ := slices.BinarySearchFunc(c.history.entries, seq, func(e Entry, seq int64) int { return cmp.Compare(e.Seq, seq) })
	return &c.history.entries[i]
}

func (e *Entry) isLate() bool { return e.State.Late(e.At, e.Received) }

// dated puts the day into the first part of a headline, behind what happened:
// "Sale on 25 Nov · $97.20", "Canceled on 25 Nov, ends 12 Dec · Jane Doe". What
// is still to come, or lasts, reads "Pauses on 12 Dec, as of 25 Nov".
func dated(text, preposition, when string, lasts bool) string {
	what, rest, _ := strings.Cut(text, " · ")
	if lasts || strings.Contains(what, " on ") || strings.HasSuffix(what, " after all") {
		return headline(what+", as of "+when, rest)
	}
	end := len(what)
	for _, more := range []string{", ", " to ", " until ", " after "} {
		if i := strings.Index(what, more); i >= 0 {
			end = min(end, i)
		}
	}
	return headline(what[:end]+" "+preposition+" "+when+what[end:], rest)
}
