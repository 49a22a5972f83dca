package notifier

import (
	"context"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// batch is what one message will say, and what else was considered on the way.
type batch struct {
	head   journal.Seq // the cards are composed up to here
	cursor journal.Seq // every event up to here was considered
	last   journal.Seq // the newest event with a card in the message
	items  []item
	told   map[string]journal.Seq // subjects whose card now owes an edit
	done   []journal.Replay
	seen   map[string]bool
	more   bool // events wait beyond the cursor
}

// item is one card of the message to come.
type item struct {
	card    formatter.Card
	subject string
	line    bool
	alone   bool        // it tells one event, and is never edited
	seq     journal.Seq // the event that called for it
}

func (b batch) cards() []formatter.Card {
	cards := make([]formatter.Card, len(b.items))
	for i, it := range b.items {
		cards[i] = it.card
	}
	return cards
}

func (b batch) settlement(destination string) journal.Settlement {
	return journal.Settlement{Destination: destination, Cursor: b.cursor, Told: b.told, Done: b.done}
}

// slots are the message's cards as the journal keeps them. A card of one event
// speaks for ever as of that event, as a line does as of its birth. Lines
// without a message to edit are never again looked at, and not kept.
func (b batch) slots(ref Ref, now time.Time) []journal.Slot {
	var slots []journal.Slot
	for i, it := range b.items {
		if it.line && ref == "" {
			continue
		}
		as := b.head
		if it.alone {
			as = it.seq
		}
		slots = append(slots, journal.Slot{
			Message: string(ref), Slot: i, Subject: it.subject, Line: it.line || it.alone, Posted: now,
			Born: as, Shown: as, Told: as,
		})
	}
	return slots
}

const (
	page    = 200  // entries read at once
	longest = 2000 // entries considered before what they owe is settled
)

// gather walks the events after the cursor, in the order of arrival, until a
// message is full; what is asked to be shown again fills the rest.
func (l *loop) gather(ctx context.Context) (batch, error) {
	b := batch{cursor: l.cursor, told: map[string]journal.Seq{}, seen: map[string]bool{}}
	var err error
	if b.head, err = l.journal.Head(ctx); err != nil {
		return b, err
	}
	room := cardsPerMessage
	if l.single > 0 || l.plain {
		room = 1
	}
	if err := l.walk(ctx, &b, room); err != nil {
		return b, err
	}
	return b, l.gatherAgain(ctx, &b, room)
}

func (l *loop) walk(ctx context.Context, b *batch, room int) error {
	considered := 0
	for b.cursor < b.head {
		waiting, err := l.journal.After(ctx, b.cursor, page)
		if err != nil {
			return err
		}
		for _, e := range waiting {
			if e.Seq > b.head {
				return nil // it arrived meanwhile; the next step composes up to it
			}
			if len(b.items) == room || considered == longest {
				b.more = true
				return nil
			}
			considered++
			if err := l.consider(ctx, b, e); err != nil {
				return err
			}
			b.cursor = e.Seq
		}
		if len(waiting) < page {
			return nil
		}
	}
	return nil
}

func (l *loop) wantsType(eventType string) bool {
	return l.Wants(eventType) && !(l.Public && own(eventType))
}

// wants is false for a destination's own parking, which it would hear of only
// when it is over.
func (l *loop) wants(e journal.Entry) bool {
	return l.wantsType(e.Type) && !(own(e.Type) && e.Object == ownObject(l.Name))
}

// consider decides what an event means for this destination: a new card, a
// line with an edit, an edit alone, or nothing.
func (l *loop) consider(ctx context.Context, b *batch, e journal.Entry) error {
	if !l.wants(e) || b.seen[e.Subject] {
		return nil
	}
	if l.perEvent {
		return l.considerAlone(ctx, b, e.Seq)
	}
	if e.Seq <= l.given[e.Subject] {
		return nil
	}
	card, has, err := l.journal.Card(ctx, l.Name, e.Subject)
	if err != nil || (has && e.Seq <= card.Told) {
		return err
	}
	b.seen[e.Subject] = true // all that is known of it is considered below
	story, err := l.journal.Story(ctx, e.Subject, b.head)
	if err != nil {
		return err
	}
	now, tells := l.card(e.Subject, story)
	if !tells {
		return nil
	}
	if has {
		return l.considerChange(ctx, b, e, card, now)
	}
	old, err := l.old(ctx, story, e, now)
	if err == nil && !old {
		b.add(item{card: now, subject: e.Subject, seq: e.Seq})
	}
	return err
}

// old tells whether an earlier event that this destination acts on told all
// that is known now: a mere update does not bring back a story whose card is
// long gone.
func (l *loop) old(ctx context.Context, s journal.Story, e journal.Entry, now formatter.Card) (bool, error) {
	var acted journal.Seq
	for _, earlier := range s.Entries {
		if earlier.Seq < e.Seq && l.wants(earlier) {
			acted = earlier.Seq
		}
	}
	if acted == 0 {
		return false, nil
	}
	before, told, err := l.compose(ctx, e.Subject, acted)
	return told && same(before, now), err
}

// considerChange compares what the channel was told with what is known now.
func (l *loop) considerChange(ctx context.Context, b *batch, e journal.Entry, card journal.Slot, now formatter.Card) error {
	before, told, err := l.compose(ctx, e.Subject, card.Told)
	if err != nil || (told && same(before, now)) {
		return err
	}
	if time.Since(card.Posted) >= fresh {
		b.add(item{card: now, subject: e.Subject, seq: e.Seq})
		return nil
	}
	b.told[e.Subject] = b.head
	if now.Must != "" && now.Must != before.Must {
		b.add(item{card: now.Line(), subject: e.Subject, line: true, seq: e.Seq})
	}
	return nil
}

// considerAlone makes a card of one event, for bridges that never edit.
func (l *loop) considerAlone(ctx context.Context, b *batch, seq journal.Seq) error {
	card, subject, tells, err := l.ofEvent(ctx, seq)
	if tells {
		b.add(item{card: card, subject: subject, alone: true, seq: seq})
	}
	return err
}

// ofEvent composes the card of one event.
func (l *loop) ofEvent(ctx context.Context, seq journal.Seq) (card formatter.Card, subject string, tells bool, err error) {
	e, has, err := l.journal.Entry(ctx, seq)
	if err != nil || !has {
		return card, "", false, err
	}
	story, err := l.alone(ctx, e)
	if err != nil {
		return card, "", false, err
	}
	card, tells = l.card(e.Subject, story)
	return card, e.Subject, tells, nil
}

// alone is the story of one event: beside it only what its object was before,
// by which a change is known as one.
func (l *loop) alone(ctx context.Context, e journal.Entry) (journal.Story, error) {
	whole, err := l.journal.Story(ctx, e.Subject, e.Seq)
	s := journal.Story{Entries: []journal.Entry{e}}
	for _, earlier := range slices.Concat(whole.Before, whole.Entries) {
		if earlier.Object == e.Object && earlier.Seq < e.Seq {
			s.Before = []journal.Entry{earlier}
		}
	}
	return s, err
}

// gatherAgain adds what is to be shown again, each as a new card. What the
// message shows anew all the same is done with, full as it may be.
func (l *loop) gatherAgain(ctx context.Context, b *batch, room int) error {
	again, err := l.journal.Again(ctx, l.Name, page)
	if err != nil {
		return err
	}
	for _, r := range again {
		shown := !l.perEvent && b.posts(r.Subject)
		if !shown && len(b.items) == room {
			continue
		}
		b.done = append(b.done, r)
		switch {
		case shown:
		case l.perEvent:
			err = l.considerAlone(ctx, b, r.Seq)
		default:
			err = l.considerAgain(ctx, b, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loop) considerAgain(ctx context.Context, b *batch, r journal.Replay) error {
	card, tells, err := l.compose(ctx, r.Subject, b.head)
	if err == nil && tells {
		b.add(item{card: card, subject: r.Subject, seq: r.Seq})
	}
	return err
}

// posts tells whether the batch already has a new card of the subject.
func (b *batch) posts(subject string) bool {
	for _, it := range b.items {
		if it.subject == subject && !it.line {
			return true
		}
	}
	return false
}

func (b *batch) add(it item) {
	b.items = append(b.items, it)
	b.last = max(b.last, it.seq)
}

func (l *loop) compose(ctx context.Context, subject string, upTo journal.Seq) (formatter.Card, bool, error) {
	story, err := l.journal.Story(ctx, subject, upTo)
	if err != nil {
		return formatter.Card{}, false, err
	}
	card, tells := l.card(subject, story)
	return card, tells, nil
}

func (l *loop) card(subject string, s journal.Story) (formatter.Card, bool) {
	if len(s.Entries) == 0 {
		return formatter.Card{}, false
	}
	return formatter.Compose(known(subject, s), l.options)
}
