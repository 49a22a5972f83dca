package notifier

import (
	"cmp"
	"context"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	// unreachableAfter is for how long a destination fails before the others are
	// told.
	unreachableAfter = 15 * time.Minute
	// repeatAfter is when the log says again that a destination fails.
	repeatAfter = time.Hour

	unreachableCure = "Nothing if it passes: it is tried again by itself. Else look at the network of polarbell's machine, and at the platform's status page."
)

// outage is a time in which a destination's requests fail while something waits.
type outage struct {
	since  time.Time // the first failure since the last success; zero: none
	isTold bool      // the other destinations were told
	last   *Fault
	code   string    // as the log said it
	logged time.Time // when
}

// note takes up a failure. It reports whether the log is to say so: the first
// time, when the cause changes, and each hour.
func (o *outage) note(f *Fault) (isNew bool) {
	now := time.Now()
	if o.since.IsZero() {
		o.since = now
	}
	o.last = f
	if o.code == f.Code && now.Sub(o.logged) < repeatAfter {
		return false
	}
	o.code, o.logged = f.Code, now
	return true
}

// tellAt is when to tell the other destinations; the zero time means never.
func (o *outage) tellAt() time.Time {
	if o.since.IsZero() || o.isTold {
		return time.Time{}
	}
	return o.since.Add(unreachableAfter)
}

// resumeOutage goes on with the failures of a process before this one. Its clock
// may have been ahead.
func (l *loop) resumeOutage(state journal.DestinationState) {
	l.outage = outage{
		since: earlier(state.FailingSince, time.Now()), isTold: !state.UnreachableAt.IsZero(), last: &Fault{Verdict: Later, Code: state.Error},
	}
}

// tellUnreachable tells the other destinations, once, that nothing has reached
// this one for a while. A parked one was told already.
func (l *loop) tellUnreachable(ctx context.Context) error {
	at := l.outage.tellAt()
	if at.IsZero() || time.Now().Before(at) || l.parked != nil {
		return nil
	}
	waiting, err := l.waiting(ctx, l.cursor)
	if err != nil {
		return err
	}
	fault := l.outage.last
	l.log.Error("unreachable: the other destinations are told", "since", l.outage.since, "err", fault, "waiting", waiting)
	err = l.journal.RecordUnreachable(ctx, l.Name, time.Now(), announcement(polar.Unreachable, polar.DestinationEvent{
		ID: l.Name, Platform: l.Platform, Code: fault.Code, Cause: fault.Error(),
		Cure: cmp.Or(fault.Cure, unreachableCure), Since: polar.Time{Time: l.outage.since.UTC()}, Events: int64(waiting),
	}))
	l.outage.isTold = err == nil
	return err
}

// endOutage is for failures of what no longer waits, such as a message whose
// card is no longer kept.
func (l *loop) endOutage(ctx context.Context) error {
	if l.outage.since.IsZero() || l.parked != nil {
		return nil
	}
	if err := l.journal.EndFailing(ctx, l.Name); err != nil {
		return err
	}
	l.outage = outage{isTold: l.outage.isTold}
	return nil
}
