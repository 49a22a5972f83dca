package notifier

import (
	"context"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// edit brings the longest-owed message up to date. Where nothing visible
// changed it costs no request.
func (l *loop) edit(ctx context.Context) (busy bool, err error) {
	message, owed, err := l.journal.Owed(ctx, l.Name, time.Now().Add(-fresh))
	if err != nil || !owed {
		return false, err
	}
	slots, err := l.journal.Message(ctx, l.Name, message)
	if err != nil {
		return false, err
	}
	r, err := l.rewrite(ctx, slots)
	if err != nil {
		return false, err
	}
	s := journal.Settlement{Destination: l.Name, Edited: message, Shown: r.head}
	if len(r.changed) == 0 {
		return true, l.settle(ctx, s)
	}
	if !l.may() {
		return true, nil
	}
	fault := l.change(ctx, Ref(message), r.cards)
	switch {
	case fault == nil:
		l.stats.edited()
		l.log.Info("edited", "message", message, "cards", len(r.cards))
		return true, l.succeed(ctx, s, &l.edits)
	case fault.Verdict == Gone || fault.Verdict == Refused:
		// The message cannot tell the news any more: what has some is posted anew.
		l.log.Info("posting anew", "message", message, "err", fault)
		return true, l.settle(ctx, journal.Settlement{Destination: l.Name, Gone: message, Again: r.changed})
	}
	return true, l.failed(ctx, fault, &l.edits)
}

func (l *loop) change(ctx context.Context, ref Ref, cards []formatter.Card) *Fault {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := l.Sender.Edit(ctx, ref, cards); err != nil {
		return asFault(err)
	}
	return nil
}

// rewritten is a message composed anew.
type rewritten struct {
	head    journal.Seq
	cards   []formatter.Card
	changed []journal.Replay // the subjects that read differently now
}

// rewrite composes a message of the slots given up to the head. A line keeps
// saying what it said.
func (l *loop) rewrite(ctx context.Context, slots []journal.Slot) (rewritten, error) {
	var r rewritten
	var err error
	if r.head, err = l.journal.Head(ctx); err != nil {
		return r, err
	}
	for _, s := range slots {
		card, changed, err := l.rewriteSlot(ctx, s, r.head)
		if err != nil {
			return r, err
		}
		r.cards = append(r.cards, card)
		if changed {
			r.changed = append(r.changed, journal.Replay{Subject: s.Subject, Seq: r.head})
		}
	}
	return r, nil
}

// forgotten stands in a message of several cards for one whose deliveries are
// no longer kept.
var forgotten = formatter.Card{Headline: "No longer kept", Plain: true}

func (l *loop) rewriteSlot(ctx context.Context, s journal.Slot, head journal.Seq) (card formatter.Card, changed bool, err error) {
	shown, tells, err := l.shown(ctx, s)
	if err != nil {
		return shown, false, err
	}
	if !tells {
		shown = forgotten
	}
	if s.Line {
		return shown, false, nil
	}
	now, tells, err := l.compose(ctx, s.Subject, head)
	if err != nil || !tells {
		return shown, false, err
	}
	return now, !same(shown, now), nil
}

// shown is what a slot was made to say.
func (l *loop) shown(ctx context.Context, s journal.Slot) (formatter.Card, bool, error) {
	if l.perEvent && s.Line {
		card, subject, tells, err := l.ofEvent(ctx, s.Shown)
		return card, tells && subject == s.Subject, err
	}
	card, tells, err := l.compose(ctx, s.Subject, s.Shown)
	if s.Line {
		card = card.Line()
	}
	return card, tells, err
}
