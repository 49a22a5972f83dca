package notifier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
)

const (
	// cardsPerMessage is Discord's limit of embeds, kept for Slack too.
	cardsPerMessage = 10
	// poll is how soon a loop looks again at what may change without a word.
	poll = time.Second
	// idle is how long a loop sleeps when nothing is due and nobody wakes it.
	idle = time.Hour
	// flushAfter is how soon the journal knows of events that needed no message.
	flushAfter = 5 * time.Second
)

// loop serves one destination: it alone uses the destination's sender and moves
// its place in the journal. Its fields belong to the goroutine of run.
//
//	state          entered by                       left by
//	─────          ──────────                       ───────
//	delivering     start, a request that succeeds
//	backing off    Later: posts or edits wait       the wait, then a success
//	in doubt       Unknown, a post                  the same post succeeds; from the second time on
//	                                                a rest and a harmless call come before it
//	singly         Refused, a message of several    each of its cards sent or given up; a day's
//	                                                message or a summary was its headline alone before
//	headline only  Refused, a message of one        sent, or Refused again → a dead letter
//	unreachable    backing off for 15 minutes,      a success
//	               announced to the others
//	parked         Broken, announced to the others  a success; tried again ever more slowly, at
//	                                                once on a restart or a release by hand
//
// Each step makes at most one request and settles its outcome before the next:
//
//	post   walk the events after the cursor, plan each history, send what is new
//	edit   bring the message that is due longest in line with its cards
//	flush  write down a cursor that passed only events without news
//	expire give up what waited longer than the retention
type loop struct {
	Destination
	notifier *Notifier
	journal  *journal.Journal
	composer *composer
	log      *slog.Logger
	stats    *counter

	cursor       journal.Seq // every event up to here was considered
	settled      journal.Seq // what the journal has of it
	flushAt      time.Time   // when the journal must have the rest
	posts        backoff
	edits        backoff
	collects     backoff           // of what a day has brought
	singly       int               // cards still to send singly after a refused message
	headlineOnly bool              // the next card was refused and goes out as its headline alone
	plainEdit    Ref               // a message whose edit was refused: its headlines alone are sent
	plainDay     string            // a day or a summary whose message was refused: its headline alone is sent
	undeletable  Ref               // a message whose deletion was refused: it is edited instead
	dueAt        time.Time         // when the next message is due
	collectedAt  time.Time         // when what a day brings is to be posted
	dayFree      map[Ref]time.Time // until when the messages of days stay as they are
	expires      time.Time         // when to look for events that waited too long
	late         settling
	doubt        doubt
	outage       outage
	parked       *parking
	called       time.Time // when somebody was called last
	uncalled     int       // cards since then that would have called
}

func newLoop(n *Notifier, d Destination) *loop {
	return &loop{
		Destination: d,
		notifier:    n,
		journal:     n.journal,
		composer:    n.composer,
		log:         n.options.Log.With("destination", d.Name),
		dayFree:     map[Ref]time.Time{},
		stats:       &counter{Stats: Stats{Name: d.Name}},
	}
}

// run takes one step after the other until ctx ends. Being stopped is not a
// failure: a request in flight is finished and settled.
func (l *loop) run(ctx context.Context) {
	ctx, end := withGrace(ctx)
	defer end()
	var retry backoff
	started := false
	defer func() {
		if err := l.flush(ctx); err != nil {
			l.log.Warn("place not stored: events without news will be considered again", "err", err)
		}
	}()
	for ctx.Err() == nil {
		changed := l.journal.Changed() // taken before reading, so that no append is missed
		if !started {
			started = l.start(ctx) == nil
		}
		next, err := time.Time{}, error(nil)
		if started {
			next, err = l.step(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil || !started:
			next = retry.fail(0)
			l.log.Error("journal", "err", err, "wait", time.Until(next).Round(time.Second))
		default:
			retry = backoff{}
		}
		if wait := time.Until(next); wait > 0 {
			l.sleep(ctx, changed, wait)
		}
	}
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
// restart is how people say that they have mended it. Any other waits as long as
// its platform asked before. A post in doubt rests in both.
func (l *loop) start(ctx context.Context) error {
	state, err := l.journal.Destination(ctx, l.Name)
	if err != nil {
		return err
	}
	l.cursor, l.settled, l.parked = state.Cursor, state.Cursor, nil
	l.singly, l.headlineOnly, l.plainDay = 0, false, "" // another process may have delivered meanwhile
	l.stats.considered(state.Cursor, 0)
	l.resume(state.Doubt)
	l.resumeOutage(state)
	l.posts.at = later(l.posts.at, l.doubt.at.Add(rest(l.posts.unknown)))
	if !state.ParkedAt.IsZero() {
		l.parked = &parking{since: state.ParkedAt}
		return nil
	}
	if handedOver(state).At == 0 { // else the sender knows which requests may not be made, and until when
		asked := earlier(state.RetryAt, time.Now().Add(longestHold))
		l.posts.at, l.edits.at = later(l.posts.at, asked), later(l.edits.at, asked)
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
		if err := l.unparked(ctx); err != nil || time.Now().Before(l.parked.retry) {
			return earlier(l.parked.retry, l.expires), err
		}
	}
	if !l.canDeliver() {
		return time.Now().Add(poll), nil
	}
	if err := l.tellUnreachable(ctx); err != nil {
		return time.Time{}, err
	}
	waits := false
	for _, act := range []struct {
		at time.Time
		do func(context.Context) (busy bool, err error)
	}{{l.postAt(), l.post}, {l.collectAt(), l.postCollected}, {l.editAt(), l.edit}} {
		if time.Now().Before(act.at) {
			waits = true
			continue
		}
		if busy, err := act.do(ctx); busy || err != nil {
			return time.Time{}, err
		}
	}
	if l.cursor > l.settled && !time.Now().Before(l.flushAt) {
		return time.Time{}, l.flush(ctx)
	}
	if !waits {
		return l.soonest(began), l.endOutage(ctx)
	}
	return l.soonest(began), nil
}

// canDeliver reports whether this process may still deliver for as long as a
// request takes. It is asked right before each one too: a process may freeze,
// or its journal hang, for longer than its lease lasts.
func (l *loop) canDeliver() bool { return l.canDeliverFor(RequestTimeout) }

func (l *loop) canDeliverFor(d time.Duration) bool {
	can := l.notifier.options.CanDeliver
	return can == nil || can(d)
}

func (l *loop) postAt() time.Time    { return later(l.posts.at, l.Sender.NextPost()) }
func (l *loop) collectAt() time.Time { return later(l.collects.at, l.Sender.NextPost()) }
func (l *loop) editAt() time.Time    { return later(l.edits.at, l.Sender.NextEdit()) }

// soonest is the next time at which there may be work. A time that passed
// during the step that began at now means at once.
func (l *loop) soonest(now time.Time) time.Time {
	next := now.Add(idle)
	for _, at := range []time.Time{
		l.postAt(), l.editAt(), l.collectAt(), l.dueAt, l.collectedAt, l.flushAt, l.expires, l.late.end(), l.outage.tellAt(),
	} {
		if at.After(now) && at.Before(next) {
			next = at
		}
	}
	return next
}

// post sends the next message of new cards and settles it.
func (l *loop) post(ctx context.Context) (busy bool, err error) {
	b, err := l.gather(ctx)
	if err != nil {
		return false, err
	}
	switch {
	case len(b.items) == 0:
		more := b.more || l.posts.unknown > 0 // what came after the post in doubt
		return more, l.settleQuietly(ctx, b)
	case l.mustAsk():
		return true, l.ask(ctx)
	}
	ref, fault, err := l.attempt(ctx, b)
	switch {
	case err != nil:
		return true, err
	case fault != nil && fault.Verdict == Refused:
		return true, l.refused(ctx, b, fault)
	case fault != nil:
		return true, l.failed(ctx, fault, &l.posts)
	}
	return true, l.posted(ctx, b, ref)
}

// message makes one message of cards.
func message(cards []formatter.Card, headlineOnly bool) formatter.Message {
	cards = compose.Together(cards)
	for i := range cards {
		cards[i].HeadlineOnly = headlineOnly
	}
	m := formatter.Message{Cards: cards}
	if len(cards) > 1 {
		m.Summary = compose.Summary(cards)
	}
	return m
}

// request finishes a request that began, although the bridge stops. One that may
// take longer than canDeliver asks for ends with the right to deliver.
func (l *loop) request(ctx context.Context, limit time.Duration, do func(context.Context) error) *Fault {
	ctx, cancel := finishingWithin(ctx, limit)
	defer cancel()
	if limit > RequestTimeout {
		go l.endWithLease(ctx, cancel)
	}
	if err := do(ctx); err != nil {
		return asFault(err)
	}
	return nil
}

func (l *loop) endWithLease(ctx context.Context, end context.CancelFunc) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !l.canDeliverFor(2 * poll) {
			end()
			return
		}
	}
}

// posted settles a message that stands in the channel.
func (l *loop) posted(ctx context.Context, b batch, ref Ref) error {
	s := b.settlement(l.Name)
	s.Posted, s.Certain = append(l.rows(b, ref), s.Posted...), true
	l.keepStill(ref, b.day)
	l.noteCall(b)
	if err := l.succeed(ctx, s, &l.posts); err != nil {
		return err
	}
	l.singly, l.headlineOnly, l.plainDay, l.doubt = max(0, l.singly-len(b.items)), false, "", doubt{}
	l.stats.add(func(s *Stats) { s.Sent, s.Cards = s.Sent+1, s.Cards+len(b.items) })
	l.stats.considered(b.cursor, len(b.changed))
	l.log.Info("posted", "seq", b.last, "cards", len(b.items), "message", string(ref))
	return nil
}

// settleQuietly stores what was considered and needs no message. A cursor alone
// is not worth a write for each event: considering them again does no harm, as
// long as nobody changes the routes.
func (l *loop) settleQuietly(ctx context.Context, b batch) error {
	if len(b.changed) > 0 || len(b.replayed) > 0 || len(b.joined) > 0 || l.posts.unknown > 0 {
		s := b.settlement(l.Name)
		s.Certain = true // nothing is left to be tried again
		if err := l.settle(ctx, s); err != nil {
			return err
		}
		l.posts.unknown, l.doubt = 0, doubt{}
	}
	if l.cursor == l.settled && b.cursor > l.settled {
		l.flushAt = time.Now().Add(flushAfter)
	}
	l.cursor = b.cursor
	l.stats.considered(b.cursor, len(b.changed))
	return nil
}

// flush writes the cursor down.
func (l *loop) flush(ctx context.Context) error {
	if l.cursor == l.settled {
		return nil
	}
	return l.settle(ctx, journal.Settlement{Destination: l.Name, Cursor: l.cursor})
}

// settle writes an outcome down before the next request.
func (l *loop) settle(ctx context.Context, s journal.Settlement) error {
	if err := l.persist(ctx, func(ctx context.Context) error {
		s.Handover = l.handover()
		return l.journal.Settle(ctx, s)
	}); err != nil {
		return err
	}
	if s.Cursor > 0 {
		l.cursor, l.settled = s.Cursor, s.Cursor
	}
	return nil
}

// persist makes a write, and the same one again after an error: it may have taken
// effect all the same, and then changes nothing. It does not give up while the
// process runs: what is not settled would be sent again, and another announcement
// would be a second one.
func (l *loop) persist(ctx context.Context, write func(context.Context) error) error {
	var retry backoff
	for {
		err := finish(ctx, write)
		if err == nil || ctx.Err() != nil || errors.Is(err, journal.ErrLost) {
			return err
		}
		next := retry.fail(0)
		l.log.Error("outcome not settled, trying again", "err", err, "wait", time.Until(next).Round(time.Millisecond))
		l.sleep(ctx, nil, time.Until(next))
	}
}

func finish(ctx context.Context, write func(context.Context) error) error {
	ctx, cancel := finishing(ctx)
	defer cancel()
	return write(ctx)
}
