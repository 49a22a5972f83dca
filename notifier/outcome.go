package notifier

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"polarbell/journal"
)

const (
	firstWait = time.Second
	lastWait  = time.Minute
)

// backoff is when a kind of request may be tried again after failures.
type backoff struct {
	failures int
	unknown  int // those of them that may have been taken
	at       time.Time
}

// patience bounds the next request.
func (b *backoff) patience() time.Duration {
	if b.unknown > 0 {
		return patience
	}
	return RequestTimeout
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
	if f.Verdict == NotYet {
		b.at = time.Now().Add(f.Wait)
		return nil
	}
	l.stats.add(func(s *Stats) { s.Retries++ })
	if f.Limited {
		l.stats.add(func(s *Stats) { s.Limited++ })
	}
	wait := f.Wait
	switch f.Verdict {
	case Later:
	case Unknown:
		b.unknown++
		wait = max(wait, rest(b.unknown))
	default:
		return l.park(ctx, f)
	}
	at := b.fail(wait)
	l.logFailure(f, "attempt", b.failures, "wait", time.Until(at).Round(time.Millisecond))
	ctx, cancel := finishing(ctx)
	defer cancel()
	failure := journal.Failure{
		Destination: l.Name, Text: f.Error(), At: time.Now(), Doubt: l.doubt.record(l.posts.unknown),
		Handover: l.handover(),
	}
	if f.Limited {
		failure.Retry = at
	}
	return l.journal.RecordFailure(ctx, failure)
}

func (l *loop) logFailure(f *Fault, attrs ...any) {
	level, text := slog.LevelDebug, "not delivered, trying again"
	if l.outage.note(f) {
		level = slog.LevelWarn
	}
	if f.Verdict == Unknown {
		text = "not known whether it arrived, trying again"
	}
	l.log.Log(context.Background(), level, text, append(attrs, "since", l.outage.since, "err", f)...)
}

// succeed settles what a request achieved, and ends the failures there were.
func (l *loop) succeed(ctx context.Context, s journal.Settlement, b *backoff) error {
	s.Delivered = time.Now()
	if l.parked != nil || l.outage.isTold {
		s.Announce = append(s.Announce, l.recovered(ctx, s.Cursor))
	}
	if err := l.settle(ctx, s); err != nil {
		return err
	}
	if b.failures > 0 || l.parked != nil {
		l.log.Info("delivering again", "attempt", b.failures+1)
	}
	*b, l.parked, l.outage = backoff{}, nil, outage{}
	return nil
}

// refused sends the message of a day, or a summary, once more as its headline
// alone. The cards of any other message, or of one that is refused even so, it
// sends one by one, the guilty one once more as its headline alone. Refused even
// so, it becomes a dead letter, so that the line moves on.
func (l *loop) refused(ctx context.Context, b batch, f *Fault) error {
	switch {
	case b.day != "" && l.plainDay != b.day:
		l.log.Warn("message of several refused, sending its headline alone", "message", b.day, "cards", len(b.items), "err", f)
		l.plainDay = b.day
	case len(b.items) > 1:
		l.log.Warn("message refused, sending its cards singly", "cards", len(b.items), "err", f)
		l.singly = len(b.items)
	case !l.headlineOnly:
		l.log.Warn("card refused, sending its headline alone", "seq", b.items[0].seq, "err", f)
		l.headlineOnly = true
	default:
		return l.giveUp(ctx, b, f)
	}
	return nil
}

// giveUp puts a card into the dead letters. Its row says that it is not to be
// posted again.
func (l *loop) giveUp(ctx context.Context, b batch, f *Fault) error {
	it := b.items[0]
	s := b.settlement(l.Name)
	s.Posted, s.Certain = append(b.rows("", time.Now()), s.Posted...), true
	s.DeadLetters = []journal.DeadLetter{deadLetter(it, f.Error())}
	l.log.Error("card refused for good, kept as a dead letter", "seq", it.seq, "err", f)
	if err := l.settle(ctx, s); err != nil {
		return err
	}
	l.singly, l.headlineOnly = max(0, l.singly-1), false
	l.posts.unknown, l.doubt = 0, doubt{}
	l.stats.add(func(s *Stats) { s.Refused++ })
	l.stats.considered(b.cursor, len(b.changed))
	return nil
}

func deadLetter(it item, reason string) journal.DeadLetter {
	return journal.DeadLetter{
		Subject: it.subject, Key: it.card.Key, Seq: it.seq, Headline: it.card.Headline, Reason: reason, At: time.Now(),
	}
}
