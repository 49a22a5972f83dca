package journal

import (
	"context"
	"database/sql"
	"time"
)

// Order is what is kept of an order beyond its deliveries. Amounts are in the
// currency's smallest unit.
type Order struct {
	ID                     string
	Customer, Subscription string // the caller's hashes; "": not known; Forgotten
	Organization           string
	Product                string
	Kind                   string // the caller's
	Currency               string
	Total, Net, Tax        int64
	Fee                    sql.Null[int64] // not valid: not known
	Refunded               int64           // cumulative
	Country                string
	Paid                   time.Time // zero: not paid
	Test                   bool
	Sale                   bool // counts among the sales of its day

	// What the next state of the order is compared with.
	At         time.Time // of the newest state
	Waited     bool      // a state was seen that waits for the payment
	SeenPaid   time.Time // the oldest state that is paid
	RefundedAt time.Time // the oldest state with this sum of refunds
}

// Forgotten stands for the customer of an order whose person was forgotten.
const Forgotten = "-"

const orderColumns = `id, customer, subscription, organization, product, kind, currency, total, net, tax, fee, refunded,
	country, paid, test, sale, state_at, seen_waiting, seen_paid, refunded_at`

func (o *Order) columns() []any {
	return []any{
		&o.ID, &o.Customer, &o.Subscription, &o.Organization, &o.Product, &o.Kind, &o.Currency, &o.Total, &o.Net, &o.Tax, &o.Fee,
		&o.Refunded, &o.Country, (*instant)(&o.Paid), &o.Test, &o.Sale, (*instant)(&o.At), &o.Waited, (*instant)(&o.SeenPaid),
		(*instant)(&o.RefundedAt),
	}
}

// put stores an order in place of what is there.
func (o Order) put() statement {
	return do(`INSERT INTO polarbell.orders (`+orderColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, subscription = excluded.subscription,
		organization = excluded.organization, product = excluded.product, kind = excluded.kind, currency = excluded.currency,
		total = excluded.total, net = excluded.net, tax = excluded.tax, fee = excluded.fee, refunded = excluded.refunded,
		country = excluded.country, paid = excluded.paid, test = excluded.test, sale = excluded.sale, state_at = excluded.state_at,
		seen_waiting = excluded.seen_waiting, seen_paid = excluded.seen_paid, refunded_at = excluded.refunded_at`,
		clean(o.ID), clean(o.Customer), clean(o.Subscription), clean(o.Organization), clean(o.Product), clean(o.Kind),
		clean(o.Currency), o.Total, o.Net, o.Tax, o.Fee, o.Refunded, clean(o.Country), micros(o.Paid), o.Test, o.Sale, micros(o.At),
		o.Waited, micros(o.SeenPaid), micros(o.RefundedAt))
}

// CustomersOrders returns a customer's paid orders by the time of payment and
// then by ID, at most limit, with what tells orders of one customer apart. Test
// orders are left out.
func (j *Journal) CustomersOrders(ctx context.Context, customer string, limit int) ([]Order, error) {
	return read(ctx, j, func(o *Order) []any {
		o.Customer = customer
		return []any{&o.ID, &o.Subscription, &o.Organization, &o.Kind, &o.Currency, &o.Total, &o.Refunded, (*instant)(&o.Paid)}
	}, `SELECT id, subscription, organization, kind, currency, total, refunded, paid FROM polarbell.orders
		WHERE customer = $1 AND paid > 0 AND NOT test ORDER BY paid, id LIMIT $2`, customer, limit)
}

// Orders returns the orders that are there, by ID.
func (j *Journal) Orders(ctx context.Context, ids []string) ([]Order, error) {
	return read(ctx, j, (*Order).columns, `SELECT `+orderColumns+` FROM polarbell.orders
		WHERE `+j.d.among("id", "$1")+` ORDER BY id`, j.d.list(ids))
}

// Period is a time from its first moment to the first one after it, of one
// organization or, where none is named, of all.
type Period struct {
	From, To     time.Time
	Organization string
	All          bool // of all organizations; Organization is not used
}

func (p Period) args() []any { return []any{p.from(), micros(p.To), p.All, p.Organization} }

// from is above 0, which stands for orders that are not paid. Conditions that
// say so apart would keep SQLite from beginning at the period's first order.
func (p Period) from() int64 { return max(micros(p.From), 1) }

// OrderSum sums the orders of one currency and one group that were paid in a
// period. Amounts are in the currency's smallest unit.
type OrderSum struct {
	Group           string
	Currency        string
	Orders          int // with a total above 0
	Total, Net, Tax int64
	FeeKnown        int   // of Orders
	Fee, Kept       int64 // of those: Kept is net without fee
}

// Columns that OrderSums can group by.
const (
	ByKind    = "kind"
	ByProduct = "product"
	ByCountry = "country"
)

// OrderSums sums the paid orders of a period by currency and by one of the
// columns above, "" for none. Test orders and those of 0 are left out.
func (j *Journal) OrderSums(ctx context.Context, p Period, by string) ([]OrderSum, error) {
	group := `''`
	switch by {
	case ByKind, ByProduct, ByCountry:
		group = by
	}
	return read(ctx, j, func(s *OrderSum) []any {
		return []any{&s.Group, &s.Currency, &s.Orders, &s.Total, &s.Net, &s.Tax, &s.FeeKnown, &s.Fee, &s.Kept}
	}, `SELECT `+group+`, currency, SUM(CASE WHEN total > 0 THEN 1 ELSE 0 END), CAST(SUM(total) AS BIGINT),
		CAST(SUM(net) AS BIGINT), CAST(SUM(tax) AS BIGINT), SUM(CASE WHEN total > 0 AND fee IS NOT NULL THEN 1 ELSE 0 END),
		CAST(SUM(CASE WHEN total > 0 THEN COALESCE(fee, 0) ELSE 0 END) AS BIGINT),
		CAST(SUM(CASE WHEN total > 0 AND fee IS NOT NULL THEN net - fee ELSE 0 END) AS BIGINT)
		FROM polarbell.orders WHERE NOT test AND paid >= $1 AND paid < $2 AND ($3 OR organization = $4)
		AND total <> 0 GROUP BY 1, 2 ORDER BY 1, 2`, p.args()...)
}

// LastSale returns when the last sale before a period's end was paid; false if
// there was none.
func (j *Journal) LastSale(ctx context.Context, p Period) (time.Time, bool, error) {
	type paid struct{ at instant }
	last, ok, err := first(read(ctx, j, func(p *paid) []any { return []any{&p.at} }, `SELECT paid FROM polarbell.orders
		WHERE sale AND paid < $1 AND ($2 OR organization = $3) ORDER BY paid DESC LIMIT 1`, micros(p.To), p.All, p.Organization))
	return time.Time(last.at), ok, err
}

// Sales returns a period's sales with their currency and total.
func (j *Journal) Sales(ctx context.Context, p Period) ([]Order, error) {
	return read(ctx, j, func(o *Order) []any { return []any{&o.ID, &o.Currency, &o.Total, (*instant)(&o.Paid)} },
		`SELECT id, currency, total, paid FROM polarbell.orders
		WHERE sale AND paid >= $1 AND paid < $2 AND ($3 OR organization = $4)`, p.args()...)
}
