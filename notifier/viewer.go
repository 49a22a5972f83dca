package notifier

import (
	"context"
	"slices"

	"polarbell/formatter"
	"polarbell/journal"
)

// Viewer reads cards from a journal for people and commands, beside the loops.
// It remembers nothing from one call to the next, because a person may be
// forgotten in between.
type Viewer struct {
	journal *journal.Journal
	options Options
}

// NewViewer reads the cards that destinations with these options get.
func NewViewer(j *journal.Journal, o Options) *Viewer { return &Viewer{j, o} }

func (v *Viewer) composer() *composer { return newComposer(v.journal, v.options) }

// Cards returns the cards that tell of an entry, as of now.
func (v *Viewer) Cards(ctx context.Context, e journal.Entry, public bool) ([]formatter.Card, error) {
	return v.composer().cardsOf(ctx, e, public)
}

// Event returns the card of one entry alone, in the words of its event. It is
// false for one that was blanked.
func (v *Viewer) Event(ctx context.Context, e journal.Entry) (formatter.Card, bool, error) {
	options := v.options
	options.PerEvent = true
	cards, err := newComposer(v.journal, options).cardsOf(ctx, e, false)
	if err != nil || len(cards) == 0 {
		return formatter.Card{}, false, err
	}
	return cards[0], true, nil
}

func (c *composer) cardsOf(ctx context.Context, e journal.Entry, public bool) ([]formatter.Card, error) {
	h, upTo, err := c.historyOf(ctx, e)
	if err != nil {
		return nil, err
	}
	cards, err := h.asOf(ctx, upTo, audience{public: public})
	return slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return !isNewsIn(c, e.Seq) }), err
}

// isNewsIn reports whether a delivery is among those that a card tells of.
func isNewsIn(c formatter.Card, seq journal.Seq) bool {
	return slices.ContainsFunc(c.Events, func(e formatter.Event) bool { return e.Seq == int64(seq) })
}

// historyOf returns what belongs to an entry, and up to where its cards are
// composed: all that is known, but with one message per event the entry alone.
func (c *composer) historyOf(ctx context.Context, e journal.Entry) (*history, journal.Seq, error) {
	upTo := e.Seq
	if !c.options.PerEvent {
		var err error
		if upTo, err = c.journal.Head(ctx); err != nil {
			return nil, 0, err
		}
	}
	h, err := c.history(ctx, upTo, e.Subject, e.Object)
	return h, upTo, err
}
