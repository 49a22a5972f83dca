package notifier

import (
	"cmp"
	"context"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// Selection says what to show again.
type Selection struct {
	Destinations []Destination
	Since        time.Time     // entries received since; zero: no bound
	Seqs         []journal.Seq // these entries only; none: all
	Failed       bool          // only dead letters
}

// Replay asks the running bridge to post the selected cards again, each once per
// destination. The bridge composes them, so their words need no ledger here. What
// a destination has still to take is left out: it will be posted anyway; and so
// is what was forgotten. A card that is a dead letter is one no longer. Replay
// returns how many cards each destination is to post.
func (v *Viewer) Replay(ctx context.Context, s Selection) (map[string]int, error) {
	counts := map[string]int{}
	var all []journal.Replay // asked for together: whoever asks again after an error gets nothing twice
	c := v.composer()
	for _, d := range s.Destinations {
		replays, err := c.selected(ctx, s, d)
		if err != nil {
			return nil, err
		}
		all = append(all, replays...)
		counts[d.Name] = len(replays)
	}
	return counts, v.journal.RequestReplays(ctx, all, true)
}

// selected returns the cards in the order of their first entry selected.
func (c *composer) selected(ctx context.Context, s Selection, d Destination) ([]journal.Replay, error) {
	if s.Failed {
		return c.deadLetters(ctx, s, d)
	}
	state, err := c.journal.Destination(ctx, d.Name)
	if err != nil {
		return nil, err
	}
	entries, err := c.candidates(ctx, s, state.Cursor)
	if err != nil {
		return nil, err
	}
	var replays []journal.Replay
	type cardID struct {
		first int64
		key   string
	}
	seen := map[cardID]bool{}
	for _, e := range entries {
		cards, err := c.taken(ctx, e, d, state.Cursor)
		if err != nil {
			return nil, err
		}
		for _, card := range cards {
			id := cardID{firstEvent(card), card.Key}
			if seen[id] || e.Subject == ownSubject(d.Name) {
				continue
			}
			seen[id] = true
			replays = append(replays, journal.Replay{Destination: d.Name, Subject: e.Subject, Key: card.Key, Seq: e.Seq})
		}
	}
	return replays, nil
}

// taken returns the cards that tell of an entry and that a destination has
// considered. One that an entry after the cursor calls for is posted anyway.
func (c *composer) taken(ctx context.Context, e journal.Entry, d Destination, cursor journal.Seq) ([]formatter.Card, error) {
	h, upTo, err := c.historyOf(ctx, e)
	if err != nil {
		return nil, err
	}
	s, err := h.situation(ctx, d, upTo, cursor)
	if err != nil {
		return nil, err
	}
	var cards []formatter.Card
	isNew := s.isNew()
	for i, card := range s.cards {
		if isNewsIn(card, e.Seq) && s.postable(card) && (c.options.PerEvent || !isNew[i]) {
			cards = append(cards, card)
		}
	}
	return cards, nil
}

// firstEvent tells the cards of different histories apart.
func firstEvent(c formatter.Card) int64 {
	return slices.MinFunc(c.Events, func(a, b formatter.Event) int { return cmp.Compare(a.Seq, b.Seq) }).Seq
}

// candidates returns the selected entries that the destination has taken.
func (c *composer) candidates(ctx context.Context, s Selection, upTo journal.Seq) ([]journal.Entry, error) {
	if len(s.Seqs) == 0 {
		return c.journal.Since(ctx, s.Since, upTo)
	}
	var entries []journal.Entry
	for _, seq := range s.Seqs {
		e, ok, err := c.journal.Entry(ctx, seq)
		if err != nil {
			return nil, err
		}
		isForgotten := len(e.Body) == 0
		if ok && !isForgotten && seq <= upTo && !e.Received.Before(s.Since) {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func (c *composer) deadLetters(ctx context.Context, s Selection, d Destination) ([]journal.Replay, error) {
	const all = 1 << 30
	letters, err := c.journal.DeadLetters(ctx, d.Name, all)
	if err != nil {
		return nil, err
	}
	var replays []journal.Replay
	for _, letter := range slices.Backward(letters) {
		if len(s.Seqs) > 0 && !slices.Contains(s.Seqs, letter.Seq) || letter.At.Before(s.Since) {
			continue
		}
		replays = append(replays, journal.Replay{Destination: d.Name, Subject: letter.Subject, Key: letter.Key, Seq: letter.Seq})
	}
	return replays, nil
}
