package notifier

import (
	"context"
	"maps"
	"slices"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
)

const (
	// betweenEdits is how long a day's message stays as it is after a change, so
	// that a channel is not edited with each renewal.
	betweenEdits = 5 * time.Minute
	// dayTakes is how long after its end a day's message takes late cards.
	dayTakes = 12 * time.Hour
	// morning is when what was collected is posted where nothing can be edited:
	// the time after midnight.
	morning = 9 * time.Hour
	// dayCards is how many cards a day's message is begun with.
	dayCards = 200
)

// isDaily reports whether a card is told of with the others of its day.
func (d Destination) isDaily(c formatter.Card) bool {
	return len(d.Daily) > 0 && compose.CanBeDaily(c.Kind) && d.Daily.Wants(c)
}

// dayOf is the day that a card counts for, "" for a card with a message of its
// own: when it happened, while that day's message takes it, else today.
func (l *loop) dayOf(c formatter.Card) (name string, takes bool) {
	if !l.isDaily(c) {
		return "", false
	}
	now, zone := time.Now(), l.notifier.options.zone()
	day := compose.DayOf(c, c.Time.In(zone))
	until := day.End().Add(dayTakes)
	if !l.Sender.CanEdit() {
		until = l.morningAfter(day)
	}
	if !now.Before(until) || now.Before(day.Date) {
		return compose.DayOf(c, now.In(zone)).String(), false
	}
	return day.String(), true
}

func (o Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

func (l *loop) morningAfter(d compose.Day) time.Time {
	year, month, date := d.End().Date()
	return time.Date(year, month, date, int(morning.Hours()), 0, 0, 0, d.Date.Location())
}

func (l *loop) parseDay(name string) compose.Day {
	return compose.ParseDay(name, l.notifier.options.zone())
}

// join adds a card to its day's message, which is edited later, or to what is
// collected until the morning. It is false where the day has no message yet.
func (l *loop) join(ctx context.Context, b *batch, it item) (joined bool, err error) {
	row := updated(journal.Message{Subject: it.subject, Day: it.day, Position: len(b.joined), Posted: time.Now()}, it.card)
	row.Fingerprint = "" // the message does not say it yet
	if !l.Sender.CanEdit() {
		row.Due = l.morningAfter(l.parseDay(it.day))
		b.joined = append(b.joined, row)
		return true, nil
	}
	last, ok, err := l.journal.DayMessage(ctx, l.Name, it.day)
	if err != nil || !ok {
		return false, err
	}
	row.Ref, row.Position, row.Due = last.Ref, last.Position+1+len(b.joined), time.Now()
	b.joined = append(b.joined, row)
	return true, nil
}

// message is what the batch posts.
func (l *loop) message(b batch) formatter.Message {
	cards, plain := b.cards(), l.headlineOnly
	if b.day != "" {
		cards, plain = []formatter.Card{l.dayCard(b.day, cards)}, plain || l.plainDay == b.day
	}
	m := message(cards, plain)
	m.Mention = b.mention
	return m
}

// rows are the posted message's cards as the journal keeps them.
func (l *loop) rows(b batch, ref Ref) []journal.Message {
	rows := b.rows(ref, time.Now())
	if b.day == "" {
		return rows
	}
	fingerprint := l.dayCard(b.day, b.cards()).Fingerprint()
	for i := range rows {
		rows[i].Day, rows[i].Fingerprint = b.day, fingerprint
	}
	rows[0].Due = l.dayEnds(b.day)
	return rows
}

// collection is cards that share one message: those of a day, or what is told
// late.
type collection interface {
	Card(cards []formatter.Card, now time.Time, public bool) formatter.Card
	Counts(formatter.Card) bool
	End() time.Time // when the words change; zero: never
}

// collection is the one that the journal keeps by this name.
func (l *loop) collection(name string) (c collection, isLate bool) {
	if late, ok := compose.ParseLate(name, l.notifier.options.zone()); ok {
		return late, true
	}
	return l.parseDay(name), false
}

// dayCard is the card of a collection. A day's rings nowhere, since it only
// grows.
func (l *loop) dayCard(name string, cards []formatter.Card) formatter.Card {
	of, isLate := l.collection(name)
	card := of.Card(cards, time.Now(), l.Public)
	card.Silent = !isLate
	return card
}

// alignDay makes of a day's message what its cards are by now, in the rows'
// order. All rows have the fingerprint of the whole.
func (l *loop) alignDay(a *alignment) {
	a.day = a.rows[0].Day
	a.next = l.dayEnds(a.day)
	if len(a.cards) == 0 {
		a.differs = true
		return
	}
	card := l.dayCard(a.day, a.cards)
	a.cards, a.differs = []formatter.Card{card}, false
	for i := range a.after {
		a.differs = a.differs || a.rows[i].Fingerprint != card.Fingerprint()
		a.after[i].Fingerprint, a.after[i].Due = card.Fingerprint(), time.Time{}
	}
	a.after[0].Due = a.next
	if free := l.dayFree[a.ref]; a.differs && time.Now().Before(free) {
		a.held, a.next = true, free
	}
}

// dayEnds is when the words of a day's message change from "today", the zero
// time if they did.
func (l *loop) dayEnds(name string) time.Time {
	of, _ := l.collection(name)
	if end := of.End(); end.After(time.Now()) {
		return end
	}
	return time.Time{}
}

// keepStill keeps a day's message as it is for a while.
func (l *loop) keepStill(ref Ref, day string) {
	if day != "" {
		maps.DeleteFunc(l.dayFree, func(_ Ref, free time.Time) bool { return free.Before(time.Now()) })
		l.dayFree[ref] = time.Now().Add(betweenEdits)
	}
}

// postCollected posts what a day has brought to a destination that cannot edit.
func (l *loop) postCollected(ctx context.Context) (busy bool, err error) {
	if l.Sender.CanEdit() {
		return false, nil
	}
	day, at, ok, err := l.journal.NextCollected(ctx, l.Name)
	if l.collectedAt = at; err != nil || !ok || at.After(time.Now()) {
		return false, err
	}
	rows, err := l.journal.Collected(ctx, l.Name, day)
	if err != nil {
		return false, err
	}
	head, err := l.journal.Head(ctx)
	if err != nil {
		return false, err
	}
	a, err := l.alignRows(ctx, alignment{}, rows, head)
	if err != nil {
		return false, err
	}
	a.after[0].Due = time.Time{}
	if counts := l.parseDay(day).Counts; len(a.cards) == 0 || !slices.ContainsFunc(a.shown, counts) {
		return true, l.settle(ctx, a.settlement(l.Name, a.after))
	}
	return true, l.putCollected(ctx, a)
}

// putCollected posts a day's message and settles it. Refused, it becomes a dead
// letter of each of its cards.
func (l *loop) putCollected(ctx context.Context, a alignment) error {
	if !l.canDeliver() {
		return nil
	}
	fault := l.request(ctx, l.collects.patience(), func(ctx context.Context) error {
		_, err := l.Sender.Post(ctx, message(a.cards, l.plainDay == a.day))
		return err
	})
	s := a.settlement(l.Name, a.after)
	switch {
	case fault == nil:
		l.plainDay, l.collects.unknown = "", 0 // settled with what is handed over
		l.stats.add(func(s *Stats) { s.Sent, s.Cards = s.Sent+1, s.Cards+len(a.rows) })
		l.log.Info("posted what a day brought", "day", a.day, "cards", len(a.rows))
		return l.succeed(ctx, s, &l.collects)
	case fault.Verdict == Refused && l.plainDay != a.day:
		l.log.Warn("message of a day refused, sending its headline alone", "day", a.day, "err", fault)
		l.plainDay = a.day
		return nil
	case fault.Verdict == Refused:
		l.plainDay, l.collects.unknown = "", 0
		for i, row := range a.rows {
			it := item{card: a.shown[i], subject: row.Subject, seq: row.Newest}
			s.DeadLetters = append(s.DeadLetters, deadLetter(it, fault.Error()))
		}
		l.log.Error("message of a day refused for good, its cards are dead letters", "day", a.day, "err", fault)
		return l.settle(ctx, s)
	}
	return l.failed(ctx, fault, &l.collects)
}

// handOverCollects has the next process go on counting how often a day's message
// was posted that may have arrived.
func (l *loop) handOverCollects(h *Handover) {
	if l.collects.unknown > 0 {
		h.Tries, h.Rests = l.collects.unknown, l.collects.at.UnixMicro()
	}
}

func (l *loop) resumeCollects(h Handover) {
	l.collects = backoff{unknown: h.Tries, at: earlier(time.UnixMicro(h.Rests), time.Now().Add(longestRest))}
}
