package notifier

import (
	"context"
	"time"

	"polarbell/journal"
)

// expireEvery is how often a loop looks for events that waited too long.
const expireEvery = 10 * time.Minute

// expire moves the cards of what waited longer than the retention to the dead
// letters.
func (l *loop) expire(ctx context.Context) error {
	before := time.Now().Add(-l.notifier.options.Retention)
	for {
		waiting, err := l.journal.After(ctx, l.cursor, page)
		if err != nil {
			return err
		}
		old := waiting[:0]
		for _, e := range waiting {
			if e.Received.Before(before) {
				old = append(old, e)
			}
		}
		if len(old) == 0 {
			l.expires = time.Now().Add(expireEvery)
			return nil
		}
		if err := l.giveUpOn(ctx, old); err != nil {
			return err
		}
	}
}

func (l *loop) giveUpOn(ctx context.Context, old []journal.Entry) error {
	last := old[len(old)-1].Seq
	b := batch{head: last, place: l.cursor, cursor: last, seen: map[string]bool{}, givenUp: true}
	for _, e := range old {
		if _, err := l.consider(ctx, &b, e, len(old)*cardsPerMessage); err != nil {
			return err
		}
	}
	s := b.settlement(l.Name)
	for _, it := range b.items {
		s.DeadLetters = append(s.DeadLetters, deadLetter(it, "not delivered in time"))
	}
	if len(b.items) > 0 {
		l.log.Error("gave up cards that waited too long", "cards", len(b.items), "retention", l.notifier.options.Retention)
	}
	return l.settle(ctx, s)
}
