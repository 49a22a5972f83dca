package notifier

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/polar"
)

// composer turns the journal's deliveries into cards. All destinations share
// it, so a delivery that several of them show is composed once.
type composer struct {
	journal *journal.Journal
	options Options
	books   bool        // the ledger is brought up to what is composed
	behind  atomic.Bool // it could not be

	mu        sync.Mutex
	histories map[historyKey]*history // the latest ones
	purchases purchases
}

type historyKey struct {
	subject string
	upTo    journal.Seq
}

// Histories are remembered for destinations that read the same deliveries at
// about the same time, and not for longer: a person may be forgotten meanwhile.
const (
	keptHistories = 64
	keptFor       = time.Second
)

func newComposer(j *journal.Journal, o Options) *composer {
	return &composer{journal: j, options: o, histories: map[historyKey]*history{}}
}

// history returns everything that belongs to a subject up to an entry. An object
// known to be one of its own saves a query.
func (c *composer) history(ctx context.Context, upTo journal.Seq, subject string, object ...string) (*history, error) {
	c.mu.Lock()
	h := c.histories[historyKey{subject, upTo}]
	if h == nil || time.Since(h.made) > keptFor {
		if len(c.histories) >= keptHistories {
			clear(c.histories)
		}
		h = &history{
			composer: c, subject: subject, upTo: upTo, made: time.Now(),
			turn: make(chan struct{}, 1), cards: map[cardsKey][]formatter.Card{},
		}
		c.histories[historyKey{subject, upTo}] = h
	}
	c.mu.Unlock()
	return h, h.read(ctx, upTo, object...)
}

// history is the deliveries that share subjects and objects, and the cards made
// of them as of some of these deliveries.
type history struct {
	*composer
	subject  string
	upTo     journal.Seq
	made     time.Time
	subjects []string // all that are joined

	turn    chan struct{} // full while somebody uses what follows, which takes a query
	entries []journal.Entry
	cards   map[cardsKey][]formatter.Card
}

// take waits for its turn, at most until ctx ends; give ends it.
func (h *history) take(ctx context.Context) error {
	select {
	case h.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *history) give() { <-h.turn }

type cardsKey struct {
	last     journal.Seq
	audience audience
}

// read fills the history, unless another destination did.
func (h *history) read(ctx context.Context, upTo journal.Seq, object ...string) error {
	if err := h.take(ctx); err != nil {
		return err
	}
	defer h.give()
	if h.entries != nil {
		return nil
	}
	entries, err := h.journal.History(ctx, upTo, append(object, h.subject)...)
	if err != nil {
		return err
	}
	h.subjects = []string{h.subject}
	for _, e := range entries {
		if !slices.Contains(h.subjects, e.Subject) {
			h.subjects = append(h.subjects, e.Subject)
		}
	}
	h.entries = entries
	return nil
}

// asOf returns the cards as of an entry. Callers must not change them.
func (h *history) asOf(ctx context.Context, upTo journal.Seq, to audience) ([]formatter.Card, error) {
	if err := h.take(ctx); err != nil {
		return nil, err
	}
	defer h.give()
	entries := h.entries
	for len(entries) > 0 && entries[len(entries)-1].Seq > upTo {
		entries = entries[:len(entries)-1]
	}
	if len(entries) == 0 {
		return nil, nil
	}
	key := cardsKey{entries[len(entries)-1].Seq, to}
	if cards, ok := h.cards[key]; ok {
		return cards, nil
	}
	cards, err := h.compose(ctx, entries, to)
	if err == nil {
		h.cards[key] = cards
	}
	return cards, err
}

// situation is what plan compares, but for the destination's rows; place is its
// cursor.
func (h *history) situation(ctx context.Context, d Destination, upTo, place journal.Seq) (s situation, err error) {
	s = situation{wants: d.Wants, edits: d.Sender == nil || d.Sender.CanEdit(), at: time.Now(), kept: h.has}
	if s.cards, err = h.asOf(ctx, upTo, d.audience()); err != nil || h.options.PerEvent {
		return s, err
	}
	s.before, err = h.asOf(ctx, place, d.audience())
	return s, err
}

// has reports whether an entry is among the deliveries.
func (h *history) has(seq journal.Seq) bool {
	return slices.ContainsFunc(h.entries, func(e journal.Entry) bool { return e.Seq == seq })
}

func (h *history) compose(ctx context.Context, entries []journal.Entry, to audience) ([]formatter.Card, error) {
	known := make([]compose.Entry, len(entries))
	for i, e := range entries {
		known[i] = compose.Entry{
			Seq: int64(e.Seq), Type: e.Type, Object: e.Object, At: e.At, State: polar.DecodeState(e.State), Received: e.Received,
		}
	}
	all := compose.NewHistory(known)
	if h.options.PerEvent {
		if seen, err := h.isRepeated(ctx, entries); seen || err != nil {
			return nil, err
		}
	}
	var needed []journal.Seq
	for _, seq := range all.Needs() {
		needed = append(needed, journal.Seq(seq))
	}
	contents, err := h.journal.Contents(ctx, needed)
	if err != nil {
		return nil, err
	}
	filled := make(map[int64][]byte, len(contents))
	for _, e := range contents {
		filled[int64(e.Seq)] = e.Body
		if e.Organization != "" {
			all.Organization = compose.Organization(e.Organization)
		}
	}
	all.Fill(filled)
	if !to.public && !to.anonymous {
		if all.Ledger, err = h.known(ctx, all, entries); err != nil {
			return nil, err
		}
	}
	if err := h.findBought(ctx, all); err != nil {
		return nil, err
	}
	return compose.Cards(all, compose.Options{
		Sandbox: h.options.Sandbox, PerEvent: h.options.PerEvent, Zone: h.options.Zone,
		Public: to.public, Anonymous: to.anonymous, Names: to.names,
	}), nil
}

// isRepeated reports whether the newest entry was delivered before, by another
// endpoint: there Polar gives the same body another id.
func (h *history) isRepeated(ctx context.Context, entries []journal.Entry) (bool, error) {
	newest := entries[len(entries)-1]
	seqs := []journal.Seq{newest.Seq}
	for _, e := range entries[:len(entries)-1] {
		if e.Type == newest.Type && e.Object == newest.Object && e.At.Equal(newest.At) && e.State == newest.State {
			seqs = append(seqs, e.Seq)
		}
	}
	if len(seqs) == 1 {
		return false, nil
	}
	contents, err := h.journal.Contents(ctx, seqs)
	if err != nil || len(contents) == 0 {
		return false, err
	}
	last := contents[len(contents)-1]
	return slices.ContainsFunc(contents[:len(contents)-1], func(e journal.Entry) bool { return bytes.Equal(e.Body, last.Body) }), nil
}
