package journal

import (
	"context"
	"time"
)

// Refund is what is kept of a refund. One whose ID is its order's is what the
// order says of refunds that are not known themselves.
type Refund struct {
	ID, Order    string
	Customer     string // as in Order
	Organization string
	Currency     string
	Amount       int64 // with tax, in the currency's smallest unit
	Succeeded    bool
	At           time.Time // zero: when is not known
	Test         bool
	StateAt      time.Time // of the newest state
}

const refundColumns = `id, order_id, customer, organization, currency, amount, succeeded, at, test, state_at`

func (r *Refund) columns() []any {
	return []any{
		&r.ID, &r.Order, &r.Customer, &r.Organization, &r.Currency, &r.Amount, &r.Succeeded, (*instant)(&r.At), &r.Test,
		(*instant)(&r.StateAt),
	}
}

// put stores a refund in place of what is there.
func (r Refund) put() statement {
	return do(`INSERT INTO polarbell.refunds (`+refundColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id, customer = excluded.customer,
		organization = excluded.organization, currency = excluded.currency, amount = excluded.amount,
		succeeded = excluded.succeeded, at = excluded.at, test = excluded.test, state_at = excluded.state_at`,
		clean(r.ID), clean(r.Order), clean(r.Customer), clean(r.Organization), clean(r.Currency), r.Amount, r.Succeeded, micros(r.At),
		r.Test, micros(r.StateAt))
}

// CustomersRefunds returns a customer's refunds that succeeded by time and then
// by ID, at most limit. Those of test orders are left out.
func (j *Journal) CustomersRefunds(ctx context.Context, customer string, limit int) ([]Refund, error) {
	return read(ctx, j, (*Refund).columns, `SELECT `+refundColumns+` FROM polarbell.refunds
		WHERE customer = $1 AND customer NOT IN ('', '-') AND succeeded AND NOT test ORDER BY at, id LIMIT $2`, customer, limit)
}

// RefundSum sums the refunds of one currency.
type RefundSum struct {
	Currency string
	Refunds  int
	Amount   int64 // with tax, in the currency's smallest unit
}

// RefundSums sums the refunds that succeeded in a period by currency. Those of
// test orders are left out.
func (j *Journal) RefundSums(ctx context.Context, p Period) ([]RefundSum, error) {
	return read(ctx, j, func(s *RefundSum) []any { return []any{&s.Currency, &s.Refunds, &s.Amount} },
		`SELECT currency, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM polarbell.refunds
		WHERE at >= $1 AND at < $2 AND succeeded AND NOT test AND ($3 OR organization = $4)
		GROUP BY currency ORDER BY currency`, p.args()...)
}
