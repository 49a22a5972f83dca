package ledger

import (
	"slices"
	"time"

	"polarbell/journal"
)

// unknownTime stands for a time before all others: of a refund of which only
// its order speaks, as an import has it.
var unknownTime = time.UnixMicro(1).UTC()

// addOrder brings an account up to a state of its order. The newest state wins,
// whatever the order of arrival; of two that are equally old the later arrival.
// An order was paid when it was made, unless a state was seen that waits: then
// when its first paid state was reached.
func addOrder(a *journal.Account, r row) {
	old, now := a.Order, r.Order
	isNewer := old.ID == "" || !r.At.Before(old.At)
	owes := isNewer && r.owes || !isNewer && !old.SeenPaid.IsZero() && old.Paid.IsZero()
	if !isNewer {
		now = old
	}
	now.Waited, now.Test = old.Waited || r.Waited, old.Test || r.Test
	now.SeenPaid = earliest(old.SeenPaid, r.SeenPaid)
	if old.ID != "" && old.Refunded == r.Refunded {
		now.RefundedAt = earliestKnown(old.RefundedAt, r.RefundedAt)
	}
	if old.Customer == journal.Forgotten {
		now.Customer, now.Subscription = old.Customer, old.Subscription
	}
	switch {
	case now.SeenPaid.IsZero() || owes:
		now.Paid = time.Time{}
	case now.Waited:
		now.Paid = now.SeenPaid
	default:
		now.Paid = r.created
	}
	now.Sale = !now.Test && !now.Paid.IsZero() && IsSale(now)
	a.Order = now
	complete(a)
}

// addRefund brings an account up to a state of one of its refunds.
func addRefund(a *journal.Account, r journal.Refund) {
	i := slices.IndexFunc(a.Refunds, func(known journal.Refund) bool { return known.ID == r.ID })
	switch {
	case i < 0:
		a.Refunds = append(a.Refunds, r)
	case !r.StateAt.Before(a.Refunds[i].StateAt):
		if a.Refunds[i].Customer == journal.Forgotten {
			r.Customer = journal.Forgotten
		}
		a.Refunds[i] = r
	}
	complete(a)
}

// complete gives the refunds their order's customer, and makes one refund of
// what only the order knows.
func complete(a *journal.Account) {
	o := a.Order
	if o.ID == "" {
		return
	}
	a.Refunds = slices.DeleteFunc(a.Refunds, func(r journal.Refund) bool { return r.ID == o.ID })
	rest := o.Refunded
	for i := range a.Refunds {
		r := &a.Refunds[i]
		r.Customer, r.Test = o.Customer, o.Test || r.Test
		if r.Succeeded {
			rest -= r.Amount
		}
	}
	if rest > 0 {
		a.Refunds = append(a.Refunds, journal.Refund{
			ID: o.ID, Order: o.ID, Customer: o.Customer, Organization: o.Organization, Currency: o.Currency, Amount: rest,
			Succeeded: true, At: o.RefundedAt, Test: o.Test, StateAt: o.At,
		})
	}
}

// earliest is the first of two times, of which zero is not known.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// earliestKnown keeps what is known already when an import does not know it.
func earliestKnown(old, now time.Time) time.Time {
	if !old.IsZero() && now.Equal(unknownTime) {
		return old
	}
	return earliest(old, now)
}
