package formatter

import (
	"cmp"
	"slices"
	"time"

	"polarbell/polar"
)

// soon is how far apart two things may be of which one brought about the
// other, and trialSettles how long after a trial its first charge may be made.
const (
	soon         = time.Hour
	trialSettles = 24 * time.Hour
)

// orderStatuses are what Polar's states of an order mean for its money.
var orderStatuses = map[string]kind{
	"paid": newsPaid, "refunded": newsPaid, "partially_refunded": newsPaid,
	"pending": newsWaiting, "draft": newsWaiting, "void": newsVoid,
}

// latestOrder is the order made last, or nil. It tries the orders by their
// newest delivery: an order is never made after that, so most need no
// decoding, however many a subscription has.
func latestOrder(orders []*track) *track {
	orders = slices.Clone(orders)
	slices.SortStableFunc(orders, func(a, b *track) int { return b.newest().Compare(a.newest()) })
	var latest *track
	for _, t := range orders {
		if latest != nil && t.newest().Before(latest.order().CreatedAt.Time) {
			break
		}
		if latest == nil || t.order().CreatedAt.After(latest.order().CreatedAt.Time) {
			latest = t
		}
	}
	return latest
}

// orderNews is what became of the order itself, its refunds apart.
func orderNews(t *track, sub *polar.Subscription) news {
	o := t.order()
	n := news{kind: orderKind(o, sub), at: cmp.Or(o.CreatedAt.Time, t.steps[0].at), track: t, update: t.onlyUpdated()}
	if i := slices.IndexFunc(t.steps, isPaid); i > 0 {
		n.at = t.steps[i].at // it was seen waiting before
	}
	if n.update && orderStatuses[o.Status] == newsPaid {
		n.kind = newsPaid // paid it is, but when and what for may be an old story
	}
	return n
}

func isPaid(s step) bool { return orderStatuses[s.brief.Status] == newsPaid }

// orderKind tells a purchase from a renewal and from all the others; sub is
// the order's subscription, an empty one if it has none.
func orderKind(o *polar.Order, sub *polar.Subscription) kind {
	status, ok := orderStatuses[o.Status]
	switch {
	case !ok:
		return newsOrder
	case status != newsPaid:
		return status
	}
	free := o.TotalAmount != nil && *o.TotalAmount == 0
	switch o.BillingReason {
	case "subscription_create":
		return startKind(o, sub, free)
	case "subscription_cycle":
		return cycleKind(o, sub)
	case "subscription_update":
		return newsPlanCharge
	case "subscription_meter_cycle":
		return newsUsage
	}
	if free {
		return newsFree
	}
	return newsPaid
}

func startKind(o *polar.Order, sub *polar.Subscription, free bool) kind {
	switch {
	case free && sub.TrialEnd.After(o.CreatedAt.Time):
		return newsTrial
	case free:
		return newsFree
	}
	return newsSubscriber
}

func cycleKind(o *polar.Order, sub *polar.Subscription) kind {
	if !sub.EndedAt.IsZero() && o.CreatedAt.After(sub.EndedAt.Add(-soon)) {
		return newsLastCharge
	}
	return either(afterTrial(o, sub), newsConverted, newsRenewed)
}

// afterTrial tells whether an order is the first charge after a trial.
func afterTrial(o *polar.Order, sub *polar.Subscription) bool {
	late := o.CreatedAt.Sub(sub.TrialEnd.Time)
	return !sub.TrialEnd.IsZero() && late > -soon && late < trialSettles
}
