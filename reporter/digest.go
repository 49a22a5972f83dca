package reporter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/polar"
)

const (
	// toldLate is how long after its time a digest is still told: what is due at
	// nine until three. What comes later is told with the next one.
	toldLate = 6 * time.Hour
	// quietDays are as many days without a payment as are told of: after them only
	// the weekly digest says that nothing comes in.
	quietDays = 3
	// missedDays are at most told of with the next digest.
	missedDays = 6
)

// digests tells each digest that is due. After an outage it waits for what Polar
// still brings, or is asked for.
func (r *Reporter) digests(ctx context.Context, now time.Time) error {
	alive, err := readAlive(ctx, r.journal)
	if err != nil || now.Sub(alive.At) > offAfter || now.Sub(alive.Outage.Until) < settleAfter {
		return err
	}
	for _, d := range r.options.Digests {
		if err := r.digest(ctx, d, now); err != nil {
			return fmt.Errorf("digest for %s: %w", d.Destination, err)
		}
	}
	return nil
}

// digest appends a digest's event, once: its id is made of what it is about.
func (r *Reporter) digest(ctx context.Context, d Digest, now time.Time) error {
	at, p := d.due(now, r.options.Zone)
	if now.Sub(at) > toldLate {
		return nil
	}
	has, err := r.journal.Has(ctx, digestEntry(d, p))
	if err != nil || has {
		return err
	}
	f, known, err := r.figuresOf(ctx, d, p)
	if err != nil || !known {
		return err
	}
	quiet, err := f.quietUntil(ctx, p)
	if err != nil || p.name == polar.Day && quiet > quietDays {
		return err
	}
	e, err := f.event(ctx, d, p)
	if err != nil {
		return err
	}
	e.Silent = p.name == polar.Day && quiet == quietDays
	if e.Missed, err = r.missed(ctx, f, d, p); err != nil {
		return err
	}
	told := event{id: digestEntry(d, p), kind: polar.Digest, object: e}
	if len(d.Organizations) == 1 {
		told.organization = d.Organizations[0]
	}
	_, err = r.tell(ctx, told, now)
	return err
}

// digestEntry is the id of the journal's entry.
func digestEntry(d Digest, p period) string {
	return fmt.Sprintf("polarbell-digest-%s-%s-%s", d.Destination, p.name, p.first.Format(time.DateOnly))
}

// Digest returns the last whole day or week as the digest of a destination tells
// it. known is false if nothing is known of that time.
func (r *Reporter) Digest(ctx context.Context, d Digest, now time.Time) (e polar.DigestEvent, known bool, err error) {
	return r.show(ctx, d, lastWhole(d.period(), dateOf(now, r.options.Zone), r.options.Zone))
}

// Today returns today so far.
func (r *Reporter) Today(ctx context.Context, d Digest, now time.Time) (e polar.DigestEvent, known bool, err error) {
	return r.show(ctx, d, today(now, r.options.Zone))
}

func (r *Reporter) show(ctx context.Context, d Digest, p period) (e polar.DigestEvent, known bool, err error) {
	f, known, err := r.figuresOf(ctx, d, p)
	if err == nil && known {
		e, err = f.event(ctx, d, p)
	}
	return e, known, err
}

// missed are the days of which the digest before told nothing, since the bridge
// was off for too long. Where none was told lately, it is new.
func (r *Reporter) missed(ctx context.Context, f figures, d Digest, p period) ([]polar.Part, error) {
	if p.name != polar.Day {
		return nil, nil
	}
	var parts []polar.Part
	for back := 1; back <= missedDays+1; back++ {
		before := day(p.first.AddDate(0, 0, -back), r.options.Zone)
		told, err := r.journal.Has(ctx, digestEntry(d, before))
		if err != nil || told {
			return slices.DeleteFunc(parts, func(p polar.Part) bool { return p.N == 0 }), err
		}
		paid, err := f.paid(ctx, before)
		if err != nil {
			return nil, err
		}
		parts = append([]polar.Part{{Name: before.first.Format(time.DateOnly), Tally: paid}}, parts...)
	}
	return nil, nil
}

// figuresOf is false where nothing is known of a period.
func (r *Reporter) figuresOf(ctx context.Context, d Digest, p period) (figures, bool, error) {
	head, err := r.journal.Head(ctx)
	if err != nil {
		return figures{}, false, err
	}
	// A process that has lost the right to deliver reads what the other one wrote.
	if err := r.options.Ledger.Follow(ctx, head); err != nil && !errors.Is(err, journal.ErrLost) {
		return figures{}, false, err
	}
	f := figures{reporter: r, organizations: d.Organizations}
	if err := f.readCoverage(ctx); err != nil {
		return f, false, err
	}
	return f, !f.since.IsZero() && f.since.Before(p.to), nil
}

// figures are what the journal has of some organizations.
type figures struct {
	reporter      *Reporter
	organizations []string               // none: all
	known         []compose.Organization // those with a label of which orders are known
	since         time.Time              // from when on all orders are known; the first moment if past ones are too; zero: none is
}
