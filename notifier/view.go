package notifier

import (
	"context"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// Takes tells whether an entry makes the destination act.
func (d Destination) Takes(e journal.Entry) bool { return (&loop{Destination: d}).wants(e) }

// Preview composes what a destination with these options is shown of an entry:
// the card of its subject as of now, or with PerEvent the entry's own. It is
// false where there is nothing to tell.
func Preview(ctx context.Context, j *journal.Journal, e journal.Entry, o formatter.Options) (formatter.Card, bool, error) {
	l := loop{journal: j, options: o}
	if !o.PerEvent {
		head, err := j.Head(ctx)
		if err != nil {
			return formatter.Card{}, false, err
		}
		return l.compose(ctx, e.Subject, head)
	}
	story, err := l.alone(ctx, e)
	if err != nil {
		return formatter.Card{}, false, err
	}
	card, tells := l.card(e.Subject, story)
	return card, tells, nil
}

// Backlog is what a destination has still to show.
type Backlog struct {
	Waiting int       // events that it will act on
	Oldest  time.Time // when the first of them was received
	Replays int       // cards asked to be shown again
}

// Backlog counts what waits after a number.
func (d Destination) Backlog(ctx context.Context, j *journal.Journal, after journal.Seq) (b Backlog, err error) {
	l := loop{Destination: d}
	if b.Replays, err = j.Replays(ctx, d.Name); err != nil {
		return b, err
	}
	piles, err := j.Beyond(ctx, after, "")
	if err != nil {
		return b, err
	}
	mine, err := j.Beyond(ctx, after, ownObject(d.Name)) // of these it never hears
	for eventType, pile := range piles {
		waiting := pile.Count - mine[eventType].Count
		if waiting == 0 || !l.wantsType(eventType) {
			continue
		}
		b.Waiting += waiting
		if b.Oldest.IsZero() || pile.Oldest.Before(b.Oldest) {
			b.Oldest = pile.Oldest
		}
	}
	return b, err
}
