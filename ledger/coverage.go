package ledger

import (
	"context"
	"strings"
	"time"

	"polarbell/journal"
)

// coverageFor is how long coverages are remembered: another process, or another
// ledger of this one, may change them.
const coverageFor = time.Second

// coverages is what was read of them, by organization.
type coverages struct {
	all  map[string]journal.Coverage
	read time.Time
}

// Coverage returns from when on all orders of an organization are known, and
// whether those of before were imported; false if nothing is known yet.
func (l *Ledger) Coverage(ctx context.Context, organization string) (c journal.Coverage, known bool, err error) {
	all, err := l.allCoverages(ctx)
	c, known = all[organization]
	return c, known, err
}

func (l *Ledger) allCoverages(ctx context.Context) (map[string]journal.Coverage, error) {
	l.mu.Lock()
	now := l.coverages
	l.mu.Unlock()
	if now.all != nil && time.Since(now.read) < coverageFor {
		return now.all, nil
	}
	all, err := l.journal.Coverages(ctx)
	if err != nil {
		return nil, err
	}
	now = coverages{all: map[string]journal.Coverage{}, read: time.Now()}
	for _, one := range all {
		now.all[one.Organization] = one
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.coverages = now
	return now.all, nil
}

// cover stores coverages.
func (l *Ledger) cover(ctx context.Context, all ...journal.Coverage) error {
	defer l.coverChanged()
	return l.journal.PutCoverage(ctx, all...)
}

func (l *Ledger) coverChanged() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.coverages = coverages{}
}

// recent is how long after its payment an order's first delivery arrives at
// most: Polar tries for half an hour.
const recent = time.Hour

// covered returns the coverages that entries begin or break. Orders are known
// from the first one on that was delivered; numbers that are missing before an
// entry were deleted, unread, so all that came before it is in doubt.
func (l *Ledger) covered(ctx context.Context, entries []journal.Entry, deliveries []delivery) ([]journal.Coverage, error) {
	gap := l.gapIn(entries)
	if gap.IsZero() && len(deliveries) == 0 {
		return nil, nil
	}
	known, err := l.allCoverages(ctx)
	for _, d := range deliveries {
		if _, has := known[d.Organization]; !has && err == nil {
			l.coverChanged() // another ledger may have begun it just now
			known, err = l.allCoverages(ctx)
			break
		}
	}
	if err != nil {
		return nil, err
	}
	var changed []journal.Coverage
	has := map[string]bool{}
	for organization, c := range known {
		has[organization] = true
		if c.Since.Before(gap) {
			c.Since, c.Imported = gap, false
			changed = append(changed, c)
		}
	}
	for _, d := range deliveries {
		if !has[d.Organization] {
			has[d.Organization] = true
			changed = append(changed, journal.Coverage{Organization: d.Organization, Since: later(since(d), gap)})
		}
	}
	return changed, nil
}

// gapIn is when the entry behind the last gap was received; zero without one.
func (l *Ledger) gapIn(entries []journal.Entry) (gap time.Time) {
	last := l.cursor
	for _, e := range entries {
		if e.Seq != last+1 {
			gap = e.Received
		}
		last = e.Seq
	}
	return gap
}

// since is when the order of a delivery was made, if it was delivered at once,
// else when it was received: what was made before may not be known.
func since(d delivery) time.Time {
	if made := d.Body.Order().CreatedAt.Time; strings.HasPrefix(d.Object, "order:") && d.Received.Sub(made) < recent {
		return made
	}
	return d.Received
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
