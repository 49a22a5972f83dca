package notifier

import (
	"context"
	"maps"
	"math/rand/v2"
	"reflect"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

const (
	firstWait = time.Second
	lastWait  = time.Minute
)

// backoff is when a kind of request may be tried again after failures.
type backoff struct {
	failures int
	at       time.Time
}

// fail returns when to try again: after what was asked for, else after a wait
// that doubles from a second to a minute, a random half of it taken off so that
// destinations do not try in step.
func (b *backoff) fail(asked time.Duration) time.Time {
	wait := asked
	if wait == 0 {
		wait = min(firstWait<<min(b.failures, 10), lastWait)
		wait -= rand.N(wait/2 + 1)
	}
	b.failures++
	b.at = time.Now().Add(wait)
	return b.at
}

// failed acts on a fault that leaves everything unsettled.
func (l *loop) failed(ctx context.Context, f *Fault, b *backoff) error {
	if f.Paced {
		b.at = time.Now().Add(f.Wait)
		return nil
	}
	l.stats.retried(f.Limited)
	if f.Verdict != Later {
		return l.park(ctx, f)
	}
	at := b.fail(f.Wait)
	attrs := []any{"attempt", b.failures, "wait", time.Until(at).Round(time.Millisecond), "err", f}
	if b.failures == 1 {
		l.log.Warn("not delivered, trying again", attrs...)
	} else {
		l.log.Debug("not delivered, trying again", attrs...)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	return l.journal.Trouble(ctx, l.Name, f.Error(), time.Now())
}

// succeed settles what a request achieved, and ends the trouble there was.
func (l *loop) succeed(ctx context.Context, s journal.Settlement, b *backoff) error {
	s.Delivered = time.Now()
	if l.parked != nil {
		news, err := l.recovery(ctx)
		if err != nil {
			return err
		}
		s.Announce = append(s.Announce, news)
	}
	if err := l.settle(ctx, s); err != nil {
		return err
	}
	if b.failures > 0 || l.parked != nil {
		l.log.Info("delivering again", "attempt", b.failures+1)
	}
	*b, l.parked = backoff{}, nil
	return nil
}

// refused sends the cards of a refused message one by one; the guilty one once
// more as plain text, and then to the dead letters, so that the line moves on.
func (l *loop) refused(ctx context.Context, b batch, f *Fault) error {
	if len(b.items) > 1 {
		l.log.Warn("message refused, sending its cards singly", "cards", len(b.items), "err", f)
		l.single = len(b.items)
		return nil
	}
	if !l.plain {
		l.log.Warn("card refused, sending it as plain text", "seq", b.items[0].seq, "err", f)
		l.plain = true
		return nil
	}
	return l.giveUp(ctx, b, f)
}

// giveUp puts a card into the dead letters.
func (l *loop) giveUp(ctx context.Context, b batch, f *Fault) error {
	it := b.items[0]
	s := b.settlement(l.Name)
	s.Refused = []journal.Refusal{{
		Destination: l.Name, Subject: it.subject, Seq: it.seq,
		Headline: it.card.Headline, Reason: f.Error(), At: time.Now(),
	}}
	l.single, l.plain = max(0, l.single-1), false
	maps.DeleteFunc(l.given, func(_ string, upTo journal.Seq) bool { return upTo <= l.cursor })
	l.given[it.subject] = b.head
	l.stats.refused()
	l.stats.considered(b)
	l.log.Error("card refused for good, kept as a dead letter", "seq", it.seq, "err", f)
	return l.settle(ctx, s)
}

// same tells whether two cards look the same to a reader.
func same(a, b formatter.Card) bool {
	a.Sale, b.Sale = nil, nil // seen only in the headline of a message of several
	return reflect.DeepEqual(a, b)
}
