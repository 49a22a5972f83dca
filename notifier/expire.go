package notifier

import (
	"context"
	"maps"
	"slices"
	"time"

	"polarbell/journal"
)

// expireEvery is how often a loop looks for events that waited too long.
const expireEvery = 10 * time.Minute

// expire moves what waited longer than the retention to the dead letters: one
// for each subject, so that a replay shows it once.
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
	letters := map[string]journal.Refusal{}
	for _, e := range old {
		if !l.wants(e) {
			continue
		}
		card, has, err := l.journal.Card(ctx, l.Name, e.Subject)
		if err != nil {
			return err
		}
		if has && e.Seq <= card.Told {
			continue
		}
		if letters[e.Subject], err = l.letter(ctx, e); err != nil {
			return err
		}
	}
	if len(letters) > 0 {
		l.log.Error("gave up events that waited too long", "subjects", len(letters), "retention", l.notifier.options.Retention)
	}
	return l.settle(ctx, journal.Settlement{
		Destination: l.Name, Cursor: old[len(old)-1].Seq,
		Refused: slices.Collect(maps.Values(letters)),
	})
}

func (l *loop) letter(ctx context.Context, e journal.Entry) (journal.Refusal, error) {
	card, tells, err := l.compose(ctx, e.Subject, e.Seq)
	if !tells {
		card.Headline = e.Type
	}
	return journal.Refusal{
		Destination: l.Name, Subject: e.Subject, Seq: e.Seq,
		Headline: card.Headline, Reason: "not delivered in time", At: time.Now(),
	}, err
}
