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
	head     journal.Seq // the cards are composed up to here
	place    journal.Seq // the cursor before the batch
	cursor   journal.Seq // every event up to here was considered
	last     journal.Seq // the newest event with a card in the message
	items    []item
	day      string            // of the day's message, or of the summary, that the items begin
	joined   []journal.Message // rows that become part of a day's message
	changed  []journal.Message // rows that are due, or took another key
	replayed []int64           // replays that are done
	seen     map[string]bool   // subjects whose history was planned
	mention  formatter.Mention // who the message calls
	uncalled int               // its cards that call nobody, since somebody was called just now
	more     bool              // events wait beyond the cursor
	givenUp  bool              // the cards are not posted, whatever day they belong to
}

// item is one card of the message to come.
type item struct {
	card    formatter.Card
	day     string // "": it is posted by itself
	subject string
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
	return journal.Settlement{Destination: destination, Cursor: b.cursor, Posted: b.joined, Changed: b.changed, Replayed: b.replayed}
}

// rows are the message's cards as the journal keeps them.
func (b batch) rows(ref Ref, now time.Time) []journal.Message {
	rows := make([]journal.Message, len(b.items))
	for i, it := range b.items {
		rows[i] = updated(journal.Message{Ref: string(ref), Subject: it.subject, Position: i, Posted: now}, it.card)
	}
	return rows
}

// updated is a row that says what its card says. What was news once stays so:
// people may have answered it.
func updated(row journal.Message, card formatter.Card) journal.Message {
	if !isNews(row.Kind) || isNews(string(card.Kind)) {
		row.Kind = string(card.Kind)
	}
	row.Key, row.Fingerprint, row.Outcome, row.Due = card.Key, card.Fingerprint(), card.Outcome, time.Time{}
	for _, e := range card.Events {
		row.Newest = max(row.Newest, journal.Seq(e.Seq))
	}
	return row
}

const (
	page    = 200  // entries read at once
	longest = 2000 // entries considered before what they change is settled
)

// gather walks the events after the cursor, in the order of arrival, until a
// message is full; replays fill the rest.
func (l *loop) gather(ctx context.Context) (batch, error) {
	b := batch{place: l.cursor, cursor: l.cursor, seen: map[string]bool{}}
	waiting, err := l.journal.After(ctx, l.cursor, page)
	if err != nil {
		return b, err
	}
	if b.head, err = l.head(ctx, waiting); err != nil {
		return b, err
	}
	if l.posts.unknown > 0 {
		b.head = min(b.head, l.doubt.head)
	} else if arriving := l.late.arriving(waiting); arriving > 0 {
		b.head = min(b.head, arriving-1)
	}
	room := cardsPerMessage
	if l.singly > 0 || l.headlineOnly {
		room = 1
	} else if err := l.sumUp(ctx, &b, waiting); err != nil || len(b.items) > 0 {
		return b, err
	}
	if err := l.walk(ctx, &b, waiting, room); err != nil {
		return b, err
	}
	if b.day != "" {
		return b, nil
	}
	return b, l.addReplays(ctx, &b, room)
}

// head is the number of the journal's newest event, which the events that
// follow the cursor tell, unless they fill a page.
func (l *loop) head(ctx context.Context, waiting []journal.Entry) (journal.Seq, error) {
	switch len(waiting) {
	case 0:
		return l.cursor, nil
	case page:
		return l.journal.Head(ctx)
	}
	return waiting[len(waiting)-1].Seq, nil
}

func (l *loop) walk(ctx context.Context, b *batch, waiting []journal.Entry, room int) (err error) {
	considered := 0
	for {
		for _, e := range waiting {
			if e.Seq > b.head {
				return nil // it arrived meanwhile; the next step composes up to it
			}
			if considered == longest {
				b.more = true
				return nil
			}
			considered++
			full, err := l.consider(ctx, b, e, room)
			if err != nil || full {
				b.more = true
				return err
			}
			b.cursor = e.Seq
		}
		if b.cursor == b.head {
			return nil
		}
		if waiting, err = l.journal.After(ctx, b.cursor, page); err != nil {
			return err
		}
	}
}

// consider adds to the batch what an event's history calls for. It is full if
// not all of it fits: then the event is considered again.
func (l *loop) consider(ctx context.Context, b *batch, e journal.Entry, room int) (full bool, err error) {
	if err := l.announceType(ctx, e.Type); err != nil {
		return false, err
	}
	if b.seen[e.Subject] || e.Subject == ownSubject(l.Name) {
		return false, nil
	}
	upTo := b.head
	if l.composer.options.PerEvent {
		upTo = e.Seq
	}
	h, err := l.composer.history(ctx, upTo, e.Subject, e.Object)
	if err != nil {
		return false, err
	}
	p, err := l.plan(ctx, h, upTo, b.place)
	if err != nil {
		return false, err
	}
	b.changed = append(b.changed, p.changed...)
	for _, card := range p.posts {
		if isOutdated, err := l.isOutdated(ctx, card, e); err != nil {
			return false, err
		} else if isOutdated {
			continue
		}
		day, err := l.sharedBy(ctx, card)
		if err != nil {
			return false, err
		}
		full, err := l.take(ctx, b, item{card: card, day: day, subject: e.Subject, seq: e.Seq}, room)
		if err != nil || full {
			return full, err
		}
	}
	if !l.composer.options.PerEvent {
		for _, subject := range h.subjects {
			b.seen[subject] = true // all that is known of it is considered
		}
	}
	return false, nil
}

// take adds a card to the batch, or to a day's message. The batch is full if the
// card does not fit in, or belongs to a day that the batch does not begin.
func (l *loop) take(ctx context.Context, b *batch, it item, room int) (full bool, err error) {
	mention, silenced := l.mention(it.card)
	if b.givenUp || !mention.IsZero() { // who is called gets the card alone
		it.day = ""
	}
	if it.day != "" && it.day != b.day {
		if joined, err := l.join(ctx, b, it); err != nil || joined {
			return false, err
		}
	}
	if it.day != "" && room > 1 {
		room = dayCards
	}
	if len(b.items) == room || len(b.items) > 0 && it.day != b.day || !b.givenUp && b.isAlone(it.card, mention) {
		return true, nil
	}
	b.day, b.mention, b.uncalled = it.day, mention, b.uncalled+silenced
	b.add(it)
	return false, nil
}

// plan compares a history with the channel.
func (l *loop) plan(ctx context.Context, h *history, upTo, place journal.Seq) (planned, error) {
	s, err := l.situation(ctx, h, upTo, place)
	if err != nil {
		return planned{}, err
	}
	if l.composer.options.PerEvent {
		return planned{posts: slices.DeleteFunc(slices.Clone(s.cards), func(c formatter.Card) bool {
			return !s.wants(c) || slices.ContainsFunc(s.rows, func(row journal.Message) bool { return row.Key == c.Key })
		})}, nil
	}
	return plan(s), nil
}

func (l *loop) situation(ctx context.Context, h *history, upTo, place journal.Seq) (situation, error) {
	s, err := h.situation(ctx, l.Destination, upTo, place)
	if err != nil {
		return s, err
	}
	if s.rows, err = l.journal.Messages(ctx, l.Name, h.subjects); err != nil {
		return s, err
	}
	return s, l.adopt(ctx, h, s.rows)
}

// adopt gives a key to the messages of a release before keys: a card that it
// edited goes on as the card of the news that it was posted for, a line beside
// an edit as that of its own news.
func (l *loop) adopt(ctx context.Context, h *history, rows []journal.Message) error {
	for i := range rows {
		if rows[i].Key != "" {
			continue
		}
		cards, err := h.asOf(ctx, rows[i].Newest, l.audience())
		if err != nil {
			return err
		}
		cards = slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return c.Kind == "" || c.Over })
		if len(cards) == 0 {
			continue
		}
		card := cards[0]
		if rows[i].Kind == "line" {
			card = cards[len(cards)-1]
		}
		rows[i].Key, rows[i].Kind, rows[i].Outcome = card.Key, string(card.Kind), card.Outcome
	}
	return nil
}

// addReplays adds what is to be shown again, each as a new card.
func (l *loop) addReplays(ctx context.Context, b *batch, room int) error {
	replays, err := l.journal.PendingReplays(ctx, l.Name, page)
	if err != nil {
		return err
	}
	for _, r := range replays {
		if l.posts.unknown > 0 && r.Requested.After(l.doubt.since) {
			return nil // it was not in the post that is tried again
		}
		cards, err := l.replayed(ctx, r, b.head)
		if err != nil {
			return err
		}
		cards = slices.DeleteFunc(cards, func(c formatter.Card) bool { return b.has(c.Key, r.Subject) })
		if len(b.items)+len(cards) > room || b.isClosed() {
			b.more = true
			return nil
		}
		for _, card := range cards {
			b.add(item{card: card, subject: r.Subject, seq: r.Seq})
		}
		b.replayed = append(b.replayed, r.ID)
	}
	return nil
}

// replayed are the cards that a replay asks for, but for those that are over by
// now. Without a key, as the release before asked, they are those that tell of
// its delivery, else the newest of the history.
func (l *loop) replayed(ctx context.Context, r journal.Replay, head journal.Seq) ([]formatter.Card, error) {
	if l.composer.options.PerEvent {
		head = r.Seq
	}
	h, err := l.composer.history(ctx, head, r.Subject)
	if err != nil {
		return nil, err
	}
	s, err := h.situation(ctx, l.Destination, head, head)
	if err != nil {
		return nil, err
	}
	s.wants = func(c formatter.Card) bool { return c.Kind != "" || c.Key == r.Key }
	cards := slices.DeleteFunc(slices.Clone(s.cards), func(c formatter.Card) bool { return !s.postable(c) })
	asked := slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool {
		return c.Key != r.Key && (r.Key != "" || !isNewsIn(c, r.Seq))
	})
	if len(asked) == 0 && len(cards) > 0 && r.Key == "" {
		asked = cards[len(cards)-1:]
	}
	return asked, nil
}

// has reports whether the batch posts a card anyway.
func (b *batch) has(key, subject string) bool {
	return slices.ContainsFunc(b.items, func(it item) bool { return it.card.Key == key && it.subject == subject })
}

func (b *batch) add(it item) {
	b.items = append(b.items, it)
	b.last = max(b.last, it.seq)
}
