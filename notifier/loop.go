package notifier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

const (
	// cardsPerMessage is Discord's limit of embeds, kept for Slack too.
	cardsPerMessage = 10
	// fresh is how long a card is edited in place; an older one counts as absent.
	fresh = 24 * time.Hour
	// poll is how often the journal is looked at for what other processes put
	// into it.
	poll = time.Second
	// idle is how long a loop sleeps that nothing is due for and nobody wakes.
	idle = time.Hour
)

// loop serves one destination: it alone uses the destination's sender and
// moves its place in the journal.
type loop struct {
	Destination
	notifier *Notifier
	journal  *journal.Journal
	options  formatter.Options
	perEvent bool
	log      *slog.Logger
	stats    *counter

	cursor  journal.Seq // up to here every event was considered
	settled journal.Seq // what the journal has of it
	keepAt  time.Time   // when it must have the rest
	posts   backoff
	edits   backoff
	single  int                    // so many cards are sent one by one, since one of them was refused
	plain   bool                   // the next card goes out as plain text, since it was refused
	given   map[string]journal.Seq // subjects whose card was refused for good, and up to where it told them
	expires time.Time              // when to look for events that waited too long
	parked  *parking
}

func newLoop(n *Notifier, d Destination) *loop {
	return &loop{
		Destination: d,
		given:       map[string]journal.Seq{},
		notifier:    n,
		journal:     n.journal,
		options:     formatter.Options{Sandbox: n.options.Sandbox, PerEvent: n.options.PerEvent, Public: d.Public},
		perEvent:    n.options.PerEvent,
		log:         n.options.Log.With("destination", d.Name),
		stats:       &counter{Stats: Stats{Name: d.Name}},
	}
}

// run takes one step after the other until ctx ends. Being stopped is no
// failure: a request in flight is finished and settled.
func (l *loop) run(ctx context.Context) {
	var trouble backoff
	started := false
	defer func() {
		if err := l.keep(ctx); err != nil {
			l.log.Warn("place not kept: events that were no news are considered again", "err", err)
		}
	}()
	for ctx.Err() == nil {
		changed := l.journal.Changed() // taken before reading, so that no append is missed
		next, err := l.turn(ctx, &started)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			next = trouble.fail(0)
			l.log.Error("journal", "err", err, "wait", time.Until(next).Round(time.Second))
		default:
			trouble = backoff{}
		}
		if wait := time.Until(next); wait > 0 {
			l.sleep(ctx, changed, wait)
		}
	}
}

// turn starts the loop if need be and takes one step. It returns when to take
// the next.
func (l *loop) turn(ctx context.Context, started *bool) (time.Time, error) {
	if !*started {
		if err := l.start(ctx); err != nil {
			return time.Time{}, err
		}
		*started = true
	}
	return l.step(ctx)
}

func (l *loop) sleep(ctx context.Context, changed <-chan struct{}, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	if l.parked == nil && time.Now().Before(l.postAt()) {
		changed = nil // what arrives now must wait for the pace all the same
	}
	select {
	case <-ctx.Done():
	case <-changed:
	case <-timer.C:
	}
}

// start takes up the destination's place. A parked one is tried at once: a
// restart is how people say that they have mended it.
func (l *loop) start(ctx context.Context) error {
	place, err := l.journal.Place(ctx, l.Name)
	if err != nil {
		return err
	}
	l.cursor, l.settled, l.parked = place.Cursor, place.Cursor, nil
	l.stats.considered(batch{cursor: place.Cursor})
	if !place.ParkedAt.IsZero() {
		l.parked = &parking{since: place.ParkedAt, code: place.ParkedCode}
	}
	return nil
}

// step makes at most one request and returns when to take the next step. Posts
// go before edits, which merge while they wait.
func (l *loop) step(ctx context.Context) (time.Time, error) {
	began := time.Now()
	if !time.Now().Before(l.expires) {
		if err := l.expire(ctx); err != nil {
			return time.Time{}, err
		}
	}
	if l.parked != nil {
		if err := l.released(ctx); err != nil || time.Now().Before(l.parked.retry) {
			return earlier(l.parked.retry, l.expires), err
		}
	}
	if !l.may() {
		return time.Now().Add(poll), nil
	}
	if !time.Now().Before(l.postAt()) {
		if busy, err := l.post(ctx); busy || err != nil {
			return time.Time{}, err
		}
	}
	if !time.Now().Before(l.editAt()) {
		if busy, err := l.edit(ctx); busy || err != nil {
			return time.Time{}, err
		}
	}
	if l.cursor > l.settled && !time.Now().Before(l.keepAt) {
		return time.Time{}, l.keep(ctx)
	}
	return l.soonest(began), nil
}

// may tells whether this process may still deliver for as long as a request
// takes. It is asked right before each one too: a process may freeze, or its
// journal hang, for longer than its lease lasts.
func (l *loop) may() bool {
	may := l.notifier.options.May
	return may == nil || may(RequestTimeout)
}

func (l *loop) postAt() time.Time { return later(l.posts.at, l.Sender.Free(false)) }
func (l *loop) editAt() time.Time { return later(l.edits.at, l.Sender.Free(true)) }

// soonest is when a step may find something to do that this one, begun at now,
// did not: at once, if a time has come since it was looked at.
func (l *loop) soonest(now time.Time) time.Time {
	next := now.Add(idle)
	for _, at := range []time.Time{l.postAt(), l.editAt(), l.keepAt, l.expires} {
		if at.After(now) && at.Before(next) {
			next = at
		}
	}
	return next
}

// post sends the next message of new cards and lines, and settles it.
func (l *loop) post(ctx context.Context) (busy bool, err error) {
	b, err := l.gather(ctx)
	if err != nil {
		return false, err
	}
	if len(b.items) == 0 {
		return b.more, l.settleQuietly(ctx, b)
	}
	if l.plain {
		b.items[0].card.Plain = true
	}
	if !l.may() {
		return true, nil
	}
	ref, fault := l.send(ctx, b.cards())
	if fault != nil && fault.Verdict == Refused {
		return true, l.refused(ctx, b, fault)
	}
	if fault != nil {
		return true, l.failed(ctx, fault, &l.posts)
	}
	return true, l.posted(ctx, b, ref)
}

// bounded is for what is finished although the bridge stops.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), RequestTimeout)
}

func (l *loop) send(ctx context.Context, cards []formatter.Card) (Ref, *Fault) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	ref, err := l.Sender.Post(ctx, cards)
	if err != nil {
		return "", asFault(err)
	}
	return ref, nil
}

// posted settles a message that stands in the channel.
func (l *loop) posted(ctx context.Context, b batch, ref Ref) error {
	s := b.settlement(l.Name)
	s.Posted = b.slots(ref, time.Now())
	if err := l.succeed(ctx, s, &l.posts); err != nil {
		return err
	}
	l.single, l.plain = max(0, l.single-len(b.items)), false
	l.stats.posted(b)
	l.stats.considered(b)
	l.log.Info("posted", "seq", b.last, "cards", len(b.items), "message", string(ref))
	return nil
}

// settleQuietly keeps what was considered and needs no message. A cursor alone
// is not worth a write for each event: considering them again does no harm, as
// long as nobody changes the routes.
func (l *loop) settleQuietly(ctx context.Context, b batch) error {
	if len(b.told) > 0 || len(b.done) > 0 {
		if err := l.settle(ctx, b.settlement(l.Name)); err != nil {
			return err
		}
	}
	if l.cursor == l.settled && b.cursor > l.settled {
		l.keepAt = time.Now().Add(keepWithin)
	}
	l.cursor = b.cursor
	l.stats.considered(b)
	return nil
}

// keepWithin is how soon the journal knows of events that were no news.
const keepWithin = 5 * time.Second

// keep writes the cursor down.
func (l *loop) keep(ctx context.Context) error {
	if l.cursor == l.settled {
		return nil
	}
	return l.settle(ctx, journal.Settlement{Destination: l.Name, Cursor: l.cursor})
}

// settle writes an outcome down before the next request. It does not give up
// while the process runs: what is not settled would be sent again.
func (l *loop) settle(ctx context.Context, s journal.Settlement) error {
	var trouble backoff
	for {
		err := l.trySettle(ctx, s)
		if err == nil || ctx.Err() != nil || errors.Is(err, journal.ErrLost) {
			return err
		}
		next := trouble.fail(0)
		l.log.Error("outcome not settled, trying again", "err", err, "wait", time.Until(next).Round(time.Millisecond))
		l.sleep(ctx, nil, time.Until(next))
	}
}

func (l *loop) trySettle(ctx context.Context, s journal.Settlement) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := l.journal.Settle(ctx, s); err != nil {
		return err
	}
	if s.Cursor > 0 {
		l.cursor, l.settled = s.Cursor, s.Cursor
	}
	return nil
}
