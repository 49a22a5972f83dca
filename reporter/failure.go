package reporter

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/polar"
)

// failure is a failed payment of a subscription, for which somebody can still do
// something.
type failure struct {
	compose.Unpaid
	organization string    // the label of the secret
	subject      string    // what its newest delivery is filed under, so that who forgets the customer finds it
	heard        time.Time // when the bridge heard of it
}

// failureOf is false for a subscription that pays again, ended, will end, or
// whose customer was deleted or forgotten.
func (r *Reporter) failureOf(ctx context.Context, object string) (f failure, ok bool, err error) {
	h, entries, err := r.history(ctx, object)
	if err != nil {
		return f, false, err
	}
	all := compose.StillUnpaid(h)
	i := slices.IndexFunc(all, func(u compose.Unpaid) bool { return strings.EqualFold("subscription:"+u.Subscription, object) })
	if i < 0 {
		return f, false, nil
	}
	f = failure{Unpaid: all[i], organization: string(h.Organization)}
	for _, e := range entries {
		if e.Object == object && !e.At.Before(f.Since.Truncate(time.Second)) {
			f.subject = e.Subject
			f.heard = cmp.Or(f.heard, e.Received)
		}
	}
	isGone, err := r.isDeleted(ctx, f.Customer)
	return f, !isGone, err
}

func (r *Reporter) isDeleted(ctx context.Context, customer string) (bool, error) {
	if customer == "" {
		return false, nil
	}
	_, entries, err := r.history(ctx, "customer:"+strings.ToLower(customer))
	return slices.ContainsFunc(entries, func(e journal.Entry) bool { return e.Type == "customer.deleted" }), err
}

// newFailures are the objects of the subscriptions of which a delivery since the
// last time says that a payment failed. At first those of the last weeks count
// that Polar sent as such, so that a bridge that is upgraded knows what is at
// risk.
func (r *Reporter) newFailures(ctx context.Context, after journal.Seq, isFirst bool) (objects []string, head journal.Seq, err error) {
	head = after
	var seqs []journal.Seq
	for before := journal.Seq(1 << 62); ; {
		const page = 5000
		found, err := r.journal.Arrivals(ctx, after, before, page)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range found {
			head = max(head, e.Seq)
			if e.Type == "subscription.past_due" || !isFirst && strings.HasPrefix(e.Type, "subscription.") {
				seqs = append(seqs, e.Seq)
			}
		}
		if len(found) < page || isFirst && time.Since(found[page-1].Received) > window {
			break
		}
		before = found[page-1].Seq
	}
	for _, seq := range slices.Backward(seqs) {
		entries, err := r.journal.After(ctx, seq-1, 1)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range entries {
			if polar.DecodeState(e.State).PastDue() && !slices.Contains(objects, e.Object) {
				objects = append(objects, e.Object)
			}
		}
	}
	return objects, head, nil
}

// atRisk sums up all failures like one: of its organization, both real or both
// tests.
func (r *Reporter) atRisk(ctx context.Context, like failure) (polar.AtRisk, error) {
	all, err := r.journal.AllDue(ctx, reminderJob)
	if err != nil {
		return polar.AtRisk{}, err
	}
	var sum polar.AtRisk
	customers := map[string]bool{}
	for _, d := range all {
		f, ok, err := r.failureOf(ctx, d.Subject)
		if err != nil {
			return sum, err
		}
		if ok && f.organization == like.organization && f.IsTest == like.IsTest {
			customers[cmp.Or(f.Customer, f.Subscription)] = true
			sum.Monthly = added(sum.Monthly, polar.Money{Amount: f.Monthly.Amount, Currency: f.Monthly.Currency})
		}
	}
	sum.Customers = int64(len(customers))
	slices.SortStableFunc(sum.Monthly, func(a, b polar.Money) int { return cmp.Compare(b.Amount, a.Amount) })
	return sum, nil
}

// added keeps one sum a currency.
func added(sums []polar.Money, m polar.Money) []polar.Money {
	i := slices.IndexFunc(sums, func(s polar.Money) bool { return strings.EqualFold(s.Currency, m.Currency) })
	switch {
	case m.Amount == 0:
		return sums
	case i < 0:
		return append(sums, m)
	}
	sums[i].Amount += m.Amount
	return sums
}
