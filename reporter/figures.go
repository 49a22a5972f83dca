package reporter

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"polarbell/compose"
	"polarbell/ledger"
	"polarbell/polar"
)

// barDays are as many days as a digest draws.
const barDays = 7

// event is a digest of a period.
func (f figures) event(ctx context.Context, d Digest, p period) (polar.DigestEvent, error) {
	date := p.first.Format(time.DateOnly)
	e := polar.DigestEvent{
		ID: "digest:" + d.Destination + ":" + p.name + ":" + date, Destination: d.Destination, Period: p.name, Date: date, SoFar: p.soFar,
	}
	if f.since.After(p.from) {
		e.Known = polar.Time{Time: f.since.In(f.zone()).Truncate(time.Minute)}
	}
	for _, add := range []func(context.Context, period, *polar.DigestEvent) error{
		f.addPayments, f.addBefore, f.addDays, f.addGroups, f.addOrganizations, f.addRefunds,
	} {
		if err := add(ctx, p, &e); err != nil {
			return e, err
		}
	}
	return e, f.addHistories(ctx, p, &e)
}

func (f figures) zone() *time.Location { return f.reporter.options.Zone }

// periods are the ledger's: of each organization, or of all together.
func (f figures) periods(from, to time.Time) []ledger.Period {
	if len(f.organizations) == 0 {
		return []ledger.Period{{From: from, To: to, All: true}}
	}
	var all []ledger.Period
	for _, o := range f.organizations {
		all = append(all, ledger.Period{From: from, To: to, Organization: o})
	}
	return all
}

// sums are those of the orders that were paid in a period.
func (f figures) sums(ctx context.Context, p period, by string) (all []ledger.Sum, err error) {
	for _, one := range f.periods(p.from, p.to) {
		sums, err := f.reporter.options.Ledger.Sums(ctx, one, by)
		if err != nil {
			return nil, err
		}
		all = append(all, sums...)
	}
	return all, nil
}

// paid is all that was paid in a period.
func (f figures) paid(ctx context.Context, p period) (t polar.Tally, err error) {
	sums, err := f.sums(ctx, p, ledger.Together)
	for _, s := range sums {
		add(&t, int64(s.Orders), s.Total, s.Currency)
	}
	return t, err
}

// add adds to a tally.
func add(t *polar.Tally, n, amount int64, currency string) {
	t.N += n
	i := slices.IndexFunc(t.Sums, func(s polar.Sum) bool { return strings.EqualFold(s.Currency, currency) })
	switch {
	case amount == 0:
	case i >= 0:
		t.Sums[i].Amount += amount
	default:
		t.Sums = append(t.Sums, polar.Sum{Amount: amount, Currency: currency})
	}
}

// addPayments adds what was paid, by what for, and what is kept of it.
func (f figures) addPayments(ctx context.Context, p period, e *polar.DigestEvent) error {
	sums, err := f.sums(ctx, p, ledger.ByKind)
	for _, s := range sums {
		of := &e.Renewals
		switch {
		case slices.Contains(ledger.Sales, s.Group):
			of = &e.Sales
		case s.Group == ledger.Plan:
			of = &e.Changes
		}
		add(of, int64(s.Orders), s.Total, s.Currency)
		add(&e.Kept, int64(s.FeeKnown), s.Kept, s.Currency)
	}
	return err
}

// addBefore adds the period to compare with, or the last sale before a period
// without a payment.
func (f figures) addBefore(ctx context.Context, p period, e *polar.DigestEvent) (err error) {
	before := p.before(f.zone())
	if e.Compares = !f.since.After(before.from); e.Compares {
		if e.Before, err = f.paid(ctx, before); err != nil {
			return err
		}
	}
	if e.Sales.N+e.Renewals.N+e.Changes.N > 0 {
		return nil
	}
	last := time.Time{}
	for _, one := range f.periods(time.Time{}, p.from) {
		at, _, err := f.reporter.options.Ledger.LastSale(ctx, one)
		if err != nil {
			return err
		}
		if at.After(last) {
			last = at
		}
	}
	if !last.IsZero() {
		e.Last = dateOf(last, f.zone()).Format(time.DateOnly)
	}
	return nil
}

// addDays adds the days of a week, or those up to a day, as far as they are
// known.
func (f figures) addDays(ctx context.Context, p period, e *polar.DigestEvent) error {
	last := p.first
	if p.name == polar.Week {
		last = p.first.AddDate(0, 0, 6)
	}
	for back := barDays - 1; back >= 0; back-- {
		one := day(last.AddDate(0, 0, -back), f.zone())
		if one.to.After(p.to) {
			one.to = p.to
		}
		if f.since.After(one.to) || f.since.After(one.from) && one.first.Before(p.first) {
			continue
		}
		paid, err := f.paid(ctx, one)
		if err != nil {
			return err
		}
		e.Days = append(e.Days, polar.Part{Name: one.first.Format(time.DateOnly), Tally: paid})
	}
	return nil
}

// addGroups adds what was paid by product and by country.
func (f figures) addGroups(ctx context.Context, p period, e *polar.DigestEvent) error {
	if p.name != polar.Week {
		return nil
	}
	for _, g := range []struct {
		by   string
		into *[]polar.Part
	}{{ledger.ByProduct, &e.Products}, {ledger.ByCountry, &e.Countries}} {
		sums, err := f.sums(ctx, p, g.by)
		if err != nil {
			return err
		}
		*g.into = ranked(sums)
	}
	return nil
}

// addOrganizations adds what was paid to each of several.
func (f figures) addOrganizations(ctx context.Context, p period, e *polar.DigestEvent) error {
	if len(f.known) < 2 {
		return nil
	}
	for _, o := range f.known {
		one := figures{reporter: f.reporter, organizations: []string{string(o)}}
		paid, err := one.paid(ctx, p)
		if err != nil {
			return err
		}
		e.Organizations = append(e.Organizations, polar.Part{Name: o.Name(), Tally: paid})
	}
	return nil
}

// ranked has a part for each group that is named, the one first of which most
// was paid.
func ranked(sums []ledger.Sum) []polar.Part {
	var parts []polar.Part
	for _, s := range sums {
		i := slices.IndexFunc(parts, func(p polar.Part) bool { return p.Name == s.Group })
		if i < 0 {
			parts = append(parts, polar.Part{Name: s.Group})
			i = len(parts) - 1
		}
		add(&parts[i].Tally, int64(s.Orders), s.Total, s.Currency)
	}
	parts = slices.DeleteFunc(parts, func(p polar.Part) bool { return p.Name == "" || p.N == 0 })
	slices.SortStableFunc(parts, func(a, b polar.Part) int {
		return cmp.Or(cmp.Compare(worth(b.Tally), worth(a.Tally)), cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
	const most = 5
	return parts[:min(most, len(parts))]
}

// worth compares tallies in different currencies: their smallest units are of a
// similar worth in most. It is never shown.
func worth(t polar.Tally) (units int64) {
	for _, s := range t.Sums {
		units += s.Amount
	}
	return units
}

func (f figures) addRefunds(ctx context.Context, p period, e *polar.DigestEvent) error {
	for _, one := range f.periods(p.from, p.to) {
		sums, err := f.reporter.options.Ledger.Refunds(ctx, one)
		if err != nil {
			return err
		}
		for _, s := range sums {
			add(&e.Refunds, int64(s.Refunds), s.Amount, s.Currency)
		}
	}
	return nil
}

// quietUntil counts the days without a payment up to a period's end, as far as
// they are known and at most one more than are told of.
func (f figures) quietUntil(ctx context.Context, p period) (days int, err error) {
	for ; days <= quietDays; days++ {
		one := day(p.first.AddDate(0, 0, -days), f.zone())
		if f.since.After(one.from) {
			return days, nil
		}
		paid, err := f.paid(ctx, one)
		if err != nil || paid.N > 0 {
			return days, err
		}
	}
	return days, nil
}

// counts reports whether an organization's orders do. Those of a sandbox never
// do.
func (f figures) counts(o compose.Organization) bool {
	return !o.IsSandbox() && (len(f.organizations) == 0 || slices.Contains(f.organizations, string(o)))
}

// readCoverage reads whose orders are known, and from when on those of all are.
func (f *figures) readCoverage(ctx context.Context) error {
	coverages, err := f.reporter.journal.Coverages(ctx)
	for _, c := range coverages {
		organization := compose.Organization(c.Organization)
		if !f.counts(organization) {
			continue
		}
		if organization.Name() != "" {
			f.known = append(f.known, organization)
		}
		from := c.Since
		if c.Imported {
			from = time.UnixMicro(1) // the past is known too
		}
		if from.After(f.since) {
			f.since = from
		}
	}
	return err
}
