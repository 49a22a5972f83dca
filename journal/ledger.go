package journal

import (
	"context"
	"time"
)

// Account is an order with its refunds.
type Account struct {
	Order   Order // without an ID: not known
	Refunds []Refund
}

func (a Account) rows() int {
	if a.Order.ID == "" {
		return len(a.Refunds)
	}
	return len(a.Refunds) + 1
}

// Coverage says from when on all orders of an organization are known.
type Coverage struct {
	Organization string
	Since        time.Time
	Imported     bool // those of before are known too
}

func (c *Coverage) columns() []any { return []any{&c.Organization, (*instant)(&c.Since), &c.Imported} }

func (c Coverage) put() statement {
	return do(`INSERT INTO polarbell.coverage (organization, since, imported) VALUES ($1, $2, $3)
		ON CONFLICT (organization) DO UPDATE SET since = excluded.since, imported = excluded.imported`,
		clean(c.Organization), micros(c.Since), c.Imported)
}

// Coverages returns those of all organizations.
func (j *Journal) Coverages(ctx context.Context) ([]Coverage, error) {
	return read(ctx, j, (*Coverage).columns, `SELECT organization, since, imported FROM polarbell.coverage ORDER BY organization`)
}

// PutCoverage stores a coverage in place of an older one. Like Settle it returns
// ErrLost when another process delivers.
func (j *Journal) PutCoverage(ctx context.Context, all ...Coverage) error {
	var puts []statement
	for _, c := range all {
		puts = append(puts, c.put())
	}
	return j.runAsHolder(ctx, nil, puts...)
}

// LedgerState is how far the orders are made of the entries.
type LedgerState struct {
	Cursor Seq
	Rows   int // how many orders and refunds there are to be
}

// Ledger returns the state of the orders.
func (j *Journal) Ledger(ctx context.Context) (LedgerState, error) {
	s, _, err := first(read(ctx, j, func(s *LedgerState) []any { return []any{&s.Cursor, &s.Rows} },
		`SELECT cursor, rows FROM polarbell.ledger WHERE id = 1`))
	return s, err
}

// CheckLedger returns the state of the orders, and how many orders and refunds
// there are at the same moment.
func (j *Journal) CheckLedger(ctx context.Context) (state LedgerState, rows int, err error) {
	type check struct {
		LedgerState
		rows int
	}
	c, _, err := first(read(ctx, j, func(c *check) []any { return []any{&c.Cursor, &c.Rows, &c.rows} }, `SELECT cursor, rows,
		(SELECT COUNT(*) FROM polarbell.orders) + (SELECT COUNT(*) FROM polarbell.refunds) FROM polarbell.ledger WHERE id = 1`))
	return c.LedgerState, c.rows, err
}

// ResetLedger has the orders made of all entries anew. The rows stay: they may
// be of entries that are gone.
func (j *Journal) ResetLedger(ctx context.Context) error {
	return j.runAsHolder(ctx, nil, do(`DELETE FROM polarbell.coverage`), do(`UPDATE polarbell.ledger SET cursor = 0,
		rows = (SELECT COUNT(*) FROM polarbell.orders) + (SELECT COUNT(*) FROM polarbell.refunds) WHERE id = 1`))
}

// Booking is a change of some orders and of how far they are made.
type Booking struct {
	Orders   []string // by ID; also those that are not there yet
	Cursor   Seq      // 0: unchanged
	Coverage []Coverage
	Change   func(map[string]*Account) // gets an account for each of Orders
}

// Book changes orders and their refunds in one transaction, which has read them.
// Like Settle it returns ErrLost when another process delivers. Change may be
// called again after an error. A power failure may undo the newest transactions,
// together with the cursor.
func (j *Journal) Book(ctx context.Context, b Booking) error {
	const bytes = 16 << 10 // of an order: pages of the table and of its indexes
	return j.writer.do(&job{ctx: ctx, derived: true, bytes: len(b.Orders) * bytes, run: func(ctx context.Context, s *session) error {
		if l := j.lease.Load(); l != nil {
			if err := l.fence(ctx, s); err != nil {
				return err
			}
		}
		if err := s.exec(ctx, lockLedger); err != nil {
			return err
		}
		accounts, err := s.accounts(ctx, b.Orders)
		if err != nil {
			return err
		}
		before := rows(accounts)
		var all []statement
		for id, a := range accounts {
			if len(a.Refunds) > 0 {
				all = append(all, do(`DELETE FROM polarbell.refunds WHERE order_id = $1`, id))
			}
		}
		b.Change(accounts)
		for _, a := range accounts {
			all = append(all, a.put()...)
		}
		for _, c := range b.Coverage {
			all = append(all, c.put())
		}
		all = append(all, do(`UPDATE polarbell.ledger SET rows = rows + $1, cursor = CASE WHEN cursor < $2 THEN $2 ELSE cursor END
			WHERE id = 1`, rows(accounts)-before, b.Cursor))
		return s.execAll(ctx, all)
	}})
}

func rows(accounts map[string]*Account) (n int) {
	for _, a := range accounts {
		n += a.rows()
	}
	return n
}

func (a *Account) put() (all []statement) {
	if a.Order.ID != "" {
		all = append(all, a.Order.put())
	}
	for _, r := range a.Refunds {
		all = append(all, r.put())
	}
	return all
}

// accounts reads orders with their refunds.
func (s *session) accounts(ctx context.Context, ids []string) (map[string]*Account, error) {
	accounts := map[string]*Account{}
	for _, id := range ids {
		accounts[id] = &Account{}
	}
	if len(ids) == 0 {
		return accounts, nil
	}
	orders, err := collect(ctx, s.statements, (*Order).columns,
		`SELECT `+orderColumns+` FROM polarbell.orders WHERE `+s.d.among("id", "$1"), s.d.list(ids))
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		accounts[o.ID].Order = o
	}
	refunds, err := collect(ctx, s.statements, (*Refund).columns,
		`SELECT `+refundColumns+` FROM polarbell.refunds WHERE `+s.d.among("order_id", "$1")+` ORDER BY id`, s.d.list(ids))
	for _, r := range refunds {
		accounts[r.Order].Refunds = append(accounts[r.Order].Refunds, r)
	}
	return accounts, err
}

// CountOrders counts the orders of customers, given as Order has them.
func (j *Journal) CountOrders(ctx context.Context, customers []string) (int, error) {
	n, _, err := first(read(ctx, j, scalar[int], `SELECT COUNT(*) FROM polarbell.orders WHERE `+j.d.among("customer", "$1")+
		` AND customer NOT IN ('', '-')`, j.d.list(customers)))
	return n, err
}

// lockLedger has another transaction that books orders, or forgets customers, wait
// for this one: a command may do so beside the bridge.
const lockLedger = `UPDATE polarbell.ledger SET cursor = cursor WHERE id = 1`

// ForgetCustomers breaks the link from orders to customers, given as Order has
// them. The rows stay in the sums.
func (j *Journal) ForgetCustomers(ctx context.Context, customers []string) error {
	of := j.d.among("customer", "$1") + ` AND customer NOT IN ('', '-')`
	return j.run(ctx,
		do(j.d.wipe),
		do(lockLedger),
		do(`UPDATE polarbell.orders SET customer = '-', subscription = '-' WHERE `+of, j.d.list(customers)),
		do(`UPDATE polarbell.refunds SET customer = '-' WHERE `+of, j.d.list(customers)))
}
