package reporter

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	// reminderJob is the name of the job in the table of what is due.
	reminderJob = "reminder"
	// failuresNote is the name of the note that says up to which entry failed
	// payments were looked for.
	failuresNote = "failures"
	// remindBefore is how long before Polar gives a payment up.
	remindBefore = 48 * time.Hour
	// keptAfter is how long after that a failure counts as open at most: Polar may
	// be late.
	keptAfter = 72 * time.Hour
	// settleAfter is how long nobody is reminded after the bridge was off. For as
	// long Polar tries again what it could not deliver, perhaps a payment.
	settleAfter = 30 * time.Minute
)

// remind tells once, two days before Polar gives a failed payment up, that there
// is still time. Each failure has a row that says when to look at it again.
func (r *Reporter) remind(ctx context.Context, now time.Time) error {
	alive, err := readAlive(ctx, r.journal)
	if err != nil || now.Sub(alive.At) > offAfter { // whether it was off will be known in a moment
		return err
	}
	mayTell := now.Sub(alive.Outage.Until) >= settleAfter
	if err := r.watchFailures(ctx, now); err != nil || !mayTell {
		return err
	}
	all, err := r.journal.AllDue(ctx, reminderJob)
	for _, d := range all {
		if err == nil && !d.At.After(now) {
			err = r.lookAt(ctx, d.Subject, now, true)
		}
	}
	return err
}

// watchFailures gives each failed payment that is new its row.
func (r *Reporter) watchFailures(ctx context.Context, now time.Time) error {
	noted, isNoted, err := r.journal.Note(ctx, failuresNote)
	if err != nil {
		return err
	}
	after, _ := strconv.ParseInt(noted, 10, 64) // 0 for what another release wrote
	objects, head, err := r.newFailures(ctx, journal.Seq(after), !isNoted)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if err := r.lookAt(ctx, object, now, false); err != nil {
			return err
		}
	}
	if isNoted && head == journal.Seq(after) {
		return nil
	}
	return r.journal.PutNote(ctx, failuresNote, strconv.FormatInt(int64(head), 10))
}

// lookAt reminds of a subscription's failed payment if it is time, and sets when
// to look again. Nobody is reminded of what the bridge heard of later than that:
// the failure itself was told just then.
func (r *Reporter) lookAt(ctx context.Context, object string, now time.Time, mayTell bool) error {
	f, isOpen, err := r.failureOf(ctx, object)
	if err != nil {
		return err
	}
	ends := f.Ends.Add(keptAfter)
	if !isOpen || now.After(ends) {
		return r.journal.DeleteDue(ctx, reminderJob, object)
	}
	at := f.Ends.Add(-remindBefore)
	isTold, err := r.journal.Has(ctx, f.id())
	switch {
	case err != nil:
		return err
	case isTold, !at.After(f.heard), !now.Before(f.Ends):
		at = ends
	case mayTell && !now.Before(at):
		if err := r.tellDeadline(ctx, f, now); err != nil {
			return err
		}
		at = ends
	}
	return r.journal.PutDue(ctx, journal.Due{Job: reminderJob, Subject: object, At: at})
}

// id is that of the reminder of this failure.
func (f failure) id() string {
	return fmt.Sprintf("%s-%s-%s", polar.Reminder, f.Subscription, f.Since.UTC().Format(time.RFC3339))
}

func (r *Reporter) tellDeadline(ctx context.Context, f failure, now time.Time) error {
	risk, err := r.atRisk(ctx, f)
	if err != nil {
		return err
	}
	_, err = r.tell(ctx, event{
		id: f.id(), kind: polar.Reminder, subject: f.subject, organization: f.organization,
		object: polar.Deadline{
			ID: "reminder of " + f.Subscription, SubscriptionID: f.Subscription, Since: polar.Time{Time: f.Since.UTC()},
			Ends: polar.Time{Time: f.Ends.UTC()}, AtRisk: risk, At: polar.Time{Time: now.UTC()},
		},
	}, now)
	return err
}
