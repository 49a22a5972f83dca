package notifier

import (
	"context"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// edit brings the message that is due longest in line with its cards. Where
// nothing visible changed it costs no request.
func (l *loop) edit(ctx context.Context) (busy bool, err error) {
	ref, at, ok, err := l.journal.NextDue(ctx, l.Name)
	if err != nil || !ok {
		l.dueAt = time.Time{}
		return false, err
	}
	if l.dueAt = at; at.After(time.Now()) {
		return false, nil
	}
	if l.composer.options.PerEvent {
		return true, l.leave(ctx, ref)
	}
	head, err := l.journal.Head(ctx)
	if err != nil {
		return false, err
	}
	a, err := l.align(ctx, ref, head)
	switch {
	case err != nil:
		return false, err
	case a.held || !a.differs:
		return true, l.settle(ctx, a.settlement(l.Name, a.kept()))
	case !l.canDeliver():
		return true, nil
	}
	return true, l.change(ctx, a)
}

// leave keeps a message as it is, since with one message per event none is
// edited nor deleted: it was due when the settings changed.
func (l *loop) leave(ctx context.Context, ref string) error {
	rows, err := l.journal.Message(ctx, l.Name, ref)
	if err != nil {
		return err
	}
	a := alignment{rows: rows}
	return l.settle(ctx, a.settlement(l.Name, a.until(time.Time{})))
}

// change edits or deletes the message and settles what came of it.
func (l *loop) change(ctx context.Context, a alignment) error {
	fault := l.request(ctx, l.edits.patience(), func(ctx context.Context) error { return l.put(ctx, a) })
	switch {
	case fault == nil:
		l.plainEdit, l.undeletable = "", ""
		l.keepStill(a.ref, a.day)
		l.stats.add(func(s *Stats) { s.Edited++ })
		l.log.Info("brought in line", "message", string(a.ref), "cards", len(a.cards))
		return l.succeed(ctx, a.settlement(l.Name, a.after), &l.edits)
	case fault.Verdict == Gone: // the platform has looked for it, so nothing keeps us out
		l.log.Info("message was deleted", "message", string(a.ref), "err", fault)
		return l.succeed(ctx, a.settlement(l.Name, a.gone()), &l.edits)
	case fault.Verdict == Fixed:
		l.log.Info("message can no longer be changed", "message", string(a.ref), "err", fault)
		return l.settle(ctx, a.settlement(l.Name, a.gone()))
	case fault.Verdict == Refused:
		return l.refusedChange(ctx, a, fault)
	}
	return l.failed(ctx, fault, &l.edits)
}

// refusedChange edits a message that may not be deleted, and sends headlines
// alone where an edit was refused. Refused even so, the message stays as it is.
func (l *loop) refusedChange(ctx context.Context, a alignment, f *Fault) error {
	switch {
	case len(a.cards) == 0:
		l.undeletable = a.ref
	case l.plainEdit != a.ref:
		l.plainEdit = a.ref
	default:
		l.plainEdit, l.undeletable = "", ""
		l.log.Warn("message stays as it is", "message", string(a.ref), "err", f)
		return l.settle(ctx, a.settlement(l.Name, a.after))
	}
	l.log.Warn("change refused, trying less", "message", string(a.ref), "err", f)
	return nil
}

// put makes the message what it has to become.
func (l *loop) put(ctx context.Context, a alignment) error {
	if len(a.cards) == 0 {
		return l.Sender.Delete(ctx, a.ref)
	}
	return l.Sender.Edit(ctx, a.ref, message(a.cards, l.plainEdit == a.ref))
}

// alignment is what a message has to become.
type alignment struct {
	ref     Ref
	cards   []formatter.Card  // that stay in it; none: it is deleted
	rows    []journal.Message // as they are
	after   []journal.Message // as they are once the message is changed
	shown   []formatter.Card  // what each of them shows then
	differs bool
	held    bool      // not yet: a purchase that takes its place is still to be posted, or a day's message rests
	next    time.Time // when to look at it again if it is held or stays; zero: not until something happens
	day     string    // of a day's message
}

// notKept stands in a message of several cards for one whose deliveries are no
// longer kept.
var notKept = formatter.Card{Headline: "No longer kept", HeadlineOnly: true}

// was is the card of a row as of the newest delivery that it tells of: another
// card may tell of it by now.
func (h *history) was(ctx context.Context, row journal.Message, to audience) (formatter.Card, error) {
	cards, err := h.asOf(ctx, row.Newest, to)
	i := slices.IndexFunc(cards, func(c formatter.Card) bool { return c.Key == row.Key })
	if err != nil || i < 0 || !h.has(row.Newest) {
		return notKept, err
	}
	return cards[i], nil
}

// align composes a message anew as of head.
func (l *loop) align(ctx context.Context, ref string, head journal.Seq) (alignment, error) {
	a := alignment{ref: Ref(ref)}
	rows, err := l.journal.Message(ctx, l.Name, ref)
	if err != nil {
		return a, err
	}
	return l.alignRows(ctx, a, rows, head)
}

func (l *loop) alignRows(ctx context.Context, a alignment, rows []journal.Message, head journal.Seq) (alignment, error) {
	for _, row := range rows {
		h, err := l.composer.history(ctx, head, row.Subject)
		if err != nil {
			return a, err
		}
		s, err := l.situation(ctx, h, head, l.cursor)
		if err != nil {
			return a, err
		}
		s.keeps = a.ref == l.undeletable
		if row.Day != "" {
			a.addToDay(s, s.row(row.ID))
		} else {
			was := notKept
			if _, found := s.cardOf(s.row(row.ID)); !found && len(rows) > 1 {
				if was, err = h.was(ctx, row, l.audience()); err != nil {
					return a, err
				}
			}
			a.add(s, s.row(row.ID), len(rows) == 1, was)
		}
	}
	if a.held {
		a.next = time.Now().Add(poll)
	}
	if len(rows) > 0 && rows[0].Day != "" {
		l.alignDay(&a)
	}
	return a, nil
}

func (s situation) row(id int64) journal.Message {
	i := slices.IndexFunc(s.rows, func(row journal.Message) bool { return row.ID == id })
	return s.rows[i]
}

// add decides about one row of the message; alone says that it is its only one. A
// card that is gone stays as it was.
func (a *alignment) add(s situation, row journal.Message, alone bool, was formatter.Card) {
	a.rows = append(a.rows, row)
	card, found := s.cardOf(row)
	purchase := s.purchase()
	switch {
	case !s.keeps && (!found && s.isSuperseded(row) || found && purchase.stands && s.mayTakeBack(row, card)):
		row.Ref, row.Due = "", time.Time{}
		a.differs = true
	case found:
		a.held = a.held || purchase.isDue && s.mayTakeBack(row, card)
		a.differs = a.differs || s.differs(row, card)
		row = updated(row, card)
		a.cards = append(a.cards, card)
	case !alone && !s.keeps && !isNews(row.Kind):
		row.Ref, row.Due = "", time.Time{} // left out, if the message is edited at all
	default:
		row.Due, card = time.Time{}, was
		if !alone {
			a.cards = append(a.cards, card)
		}
	}
	a.after, a.shown = append(a.after, row), append(a.shown, card)
}

// addToDay adds a row of a day's message. A card that is gone no longer counts.
func (a *alignment) addToDay(s situation, row journal.Message) {
	a.rows = append(a.rows, row)
	card, found := s.cardOf(row)
	if found {
		row = updated(row, card)
		a.cards = append(a.cards, card)
	} else {
		card = notKept
	}
	a.after, a.shown = append(a.after, row), append(a.shown, card)
}

// cardOf finds the card that a row shows.
func (s situation) cardOf(row journal.Message) (formatter.Card, bool) {
	for i, m := range s.match() {
		if m != nil && m.ID == row.ID {
			return s.cards[i], true
		}
	}
	return formatter.Card{}, false
}

func (a alignment) settlement(destination string, rows []journal.Message) journal.Settlement {
	return journal.Settlement{Destination: destination, Changed: rows}
}

// kept are the rows of a message that stays as it is.
func (a alignment) kept() []journal.Message {
	if a.day != "" && !a.held {
		return a.after
	}
	return a.until(a.next)
}

// until are the message's rows unchanged, to be looked at again at a time; the
// zero time means not until something happens.
func (a alignment) until(at time.Time) []journal.Message {
	for i := range a.rows {
		a.rows[i].Due = time.Time{}
	}
	if len(a.rows) > 0 {
		a.rows[0].Due = at
	}
	return a.rows
}

// gone are the rows of a message that can no longer be edited: what it said is
// not posted again.
func (a alignment) gone() []journal.Message {
	for i := range a.rows {
		a.rows[i].Ref = ""
	}
	return a.until(time.Time{})
}
