package ledger

import (
	"context"
	"time"

	"polarbell/journal"
)

// Period is a time from its first moment to the first one after it, of one
// organization ("" is the one without a label) or of all.
type Period = journal.Period

// Sum sums the orders of one currency, and of one group where it was asked by
// group. Group is a kind as above, a product's name, or a country's code; ""
// where the order does not say. Orders counts those of more than 0; the sums
// hold those below 0, credits, too. Total is with tax, Net without; Fee and
// Kept (net without fee) are those of the FeeKnown orders of which Polar has
// booked the fee, in the order's own currency.
type Sum = journal.OrderSum

// RefundSum sums the refunds of one currency, with tax.
type RefundSum = journal.RefundSum

// How Sums groups.
const (
	Together  = ""
	ByKind    = journal.ByKind
	ByProduct = journal.ByProduct
	ByCountry = journal.ByCountry
)

// Sums sums the orders that were paid in a period, by currency and by group. A
// refund does not change them: see Refunds. Tests and samples never count.
func (l *Ledger) Sums(ctx context.Context, p Period, by string) ([]Sum, error) {
	return l.journal.OrderSums(ctx, p, by)
}

// Refunds sums what was given back in a period, whenever its orders were paid.
func (l *Ledger) Refunds(ctx context.Context, p Period) ([]RefundSum, error) {
	return l.journal.RefundSums(ctx, p)
}

// LastSale returns when the last sale before a period's end was paid; false if
// none is known.
func (l *Ledger) LastSale(ctx context.Context, p Period) (time.Time, bool, error) {
	return l.journal.LastSale(ctx, p)
}
