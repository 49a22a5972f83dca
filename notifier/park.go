package notifier

import (
	"context"
	"fmt"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// parking is a destination that a person must mend. Its events wait, and the
// waiting message itself is tried again now and then.
type parking struct {
	since time.Time
	retry time.Time
	wait  time.Duration
}

// ownSubject is the subject of a destination's own parking, which it would hear
// of only when it is over.
func ownSubject(destination string) string { return "polarbell:" + destination }

// park stops a broken destination, tells the others, and sets the next try. All
// of it is one transaction, so that the event is announced once.
func (l *loop) park(ctx context.Context, f *Fault) error {
	if err := l.flush(ctx); err != nil {
		return err
	}
	now, p := time.Now(), parking{since: time.Now()}
	failure := journal.Failure{Destination: l.Name, Code: f.Code, Text: f.Error(), Parked: true, Doubt: l.doubt.record(l.posts.unknown), Handover: l.handover()}
	if l.parked != nil {
		p = *l.parked
	} else {
		announcement, err := l.stopped(ctx, f)
		if err != nil {
			return err
		}
		failure.Announce = []journal.Entry{announcement}
	}
	p.wait = min(max(2*p.wait, firstRetry), lastRetry)
	p.retry = now.Add(p.wait)
	if f.UntilReleased {
		p.retry = now.AddDate(100, 0, 0)
	}
	failure.At, failure.Retry = p.since, p.retry
	if err := l.persist(ctx, func(ctx context.Context) error { return l.journal.RecordFailure(ctx, failure) }); err != nil {
		return err
	}
	l.parked = &p
	return nil
}

// stopped tells the other destinations what a person should mend.
func (l *loop) stopped(ctx context.Context, f *Fault) (journal.Entry, error) {
	ctx, cancel := finishing(ctx)
	defer cancel()
	waiting, err := l.waiting(ctx, l.cursor)
	cure := l.Cure(f)
	l.log.Error("stopped: a person must mend it", "err", f, "waiting", waiting, "cure", cure)
	return announcement(polar.Parked, polar.DestinationEvent{
		ID: l.Name, Platform: l.Platform, Code: f.Code, Cure: cure, Events: int64(waiting),
	}), err
}

// recovered tells the other destinations that this one works again, and how
// much follows after the cursor that is settled with it, if that can be counted:
// what was posted must be settled all the same.
func (l *loop) recovered(ctx context.Context, cursor journal.Seq) journal.Entry {
	ctx, cancel := finishing(ctx)
	defer cancel()
	waiting, err := l.waiting(ctx, max(l.cursor, cursor))
	if err != nil {
		l.log.Warn("works again; how much follows is not known", "err", err)
	}
	return announcement(polar.Recovered, polar.DestinationEvent{
		ID: l.Name, Platform: l.Platform, Events: int64(waiting),
	})
}

// announcement is an event of our own: it goes the way of all others, and
// routes, cards and pace apply.
func announcement(eventType string, event polar.DestinationEvent) journal.Entry {
	now := time.Now().UTC()
	body := event.Body(eventType, now)
	d, _ := polar.Parse(body) // Body makes a delivery
	return journal.Entry{
		ID:   fmt.Sprintf("%s-%s-%d", eventType, event.ID, now.UnixMicro()),
		Type: d.Type, Subject: d.Subject, Object: d.Object, State: d.State.Encode(),
		At: d.At, Received: now, Body: body,
	}
}

// unparked reads whether a person released the destination meanwhile.
func (l *loop) unparked(ctx context.Context) error {
	state, err := l.journal.Destination(ctx, l.Name)
	if err == nil && !state.RetryAt.IsZero() && state.RetryAt.Before(l.parked.retry) {
		l.parked.retry = state.RetryAt
	}
	return err
}

// waiting counts the deliveries that an announcement speaks of: Polar's own.
func (l *loop) waiting(ctx context.Context, after journal.Seq) (int, error) {
	counts, err := l.journal.CountAfter(ctx, after, "")
	waiting := 0
	for eventType, count := range counts {
		if l.mayShow(eventType) && !polar.IsOwn(eventType) {
			waiting += count.N
		}
	}
	return waiting, err
}
