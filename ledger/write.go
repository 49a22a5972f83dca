package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// Import books past orders as Polar's API has them today, each wrapped like a
// delivery: {"type":"order.updated","data":{…}}. Nothing is told of them. An
// order that is known keeps what its deliveries said, where they are newer. It
// may be called again with the same orders.
func (l *Ledger) Import(ctx context.Context, organization string, orders []polar.Body) error {
	var deliveries []delivery
	for _, body := range orders {
		d, err := polar.Parse(body)
		if err != nil {
			return err
		}
		deliveries = append(deliveries, delivery{
			Object: d.Object, At: d.At, State: d.State, Organization: organization, Body: body,
		})
	}
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.give()
	return l.book(ctx, booking{deliveries: deliveries, isImport: true})
}

// Imported notes that all past orders of an organization are there. From then on
// messages count a customer's orders from the first one on.
func (l *Ledger) Imported(ctx context.Context, organization string) error {
	l.coverChanged() // what was read of it may be old
	c, _, err := l.Coverage(ctx, organization)
	if err != nil {
		return err
	}
	if c.Since.IsZero() {
		c.Since = time.Now()
	}
	c.Organization, c.Imported = organization, true
	return l.cover(ctx, c)
}

// Missed notes that deliveries up to a time may be missing for good, of every
// organization: the ledger then knows all from that time on, and no more counts
// from the first order on. It is for an outage that nothing makes up for. What it
// was told before it need not be told again: orders may have been imported since.
func (l *Ledger) Missed(ctx context.Context, until time.Time) error {
	all, err := l.journal.Coverages(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	all = slices.DeleteFunc(all, func(c journal.Coverage) bool {
		isAhead := c.Since.After(time.Now()) // a wrong clock wrote it down, so it proves nothing
		return c.Since.Equal(until) || c.Since.After(until) && !isAhead
	})
	for i := range all {
		all[i].Imported, all[i].Since = false, until
	}
	return l.cover(ctx, all...)
}

// CountOf counts the orders that are linked to customers, by Polar's ids.
func (l *Ledger) CountOf(ctx context.Context, customers []string) (int, error) {
	hashes, err := l.hashes(ctx, customers)
	if err != nil {
		return 0, err
	}
	return l.journal.CountOrders(ctx, hashes)
}

// Forget breaks the link from customers, by Polar's ids, to their orders. The
// orders stay in the sums; the next one of such a customer reads as the first.
func (l *Ledger) Forget(ctx context.Context, customers []string) error {
	hashes, err := l.hashes(ctx, customers)
	if err != nil {
		return err
	}
	return l.journal.ForgetCustomers(ctx, hashes)
}

func (l *Ledger) hashes(ctx context.Context, ids []string) ([]string, error) {
	hash, err := l.hasher(ctx)
	if err != nil {
		return nil, err
	}
	hashes := make([]string, len(ids))
	for i, id := range ids {
		hashes[i] = hash(id)
	}
	return hashes, nil
}

// booking is what is written in one transaction.
type booking struct {
	deliveries []delivery
	cursor     journal.Seq
	coverage   []journal.Coverage
	isImport   bool
}

// book adds deliveries to their accounts.
func (l *Ledger) book(ctx context.Context, b booking) error {
	hash, err := l.hasher(ctx)
	if err != nil {
		return err
	}
	adds := map[string][]func(*journal.Account){}
	var ids []string
	add := func(id string, f func(*journal.Account)) {
		if adds[id] == nil {
			ids = append(ids, id)
		}
		adds[id] = append(adds[id], f)
	}
	addRow := func(r row, ok bool) {
		if ok {
			add(r.ID, func(a *journal.Account) { addOrder(a, r) })
		}
	}
	for _, d := range b.deliveries {
		d.Sandbox = d.Sandbox || l.options.Sandbox
		switch family, _, _ := strings.Cut(d.Object, ":"); family {
		case "refund":
			if r, ok := refundRow(d, hash); ok {
				add(r.Order, func(a *journal.Account) { addRefund(a, r) })
			}
		case "subscription":
			addRow(migratedRow(d, hash))
		case "order":
			r, ok := orderRow(d, hash)
			if b.isImport && r.Refunded > 0 {
				r.RefundedAt = unknownTime
			}
			addRow(r, ok)
		}
	}
	var booked []journal.Order
	err = l.journal.Book(ctx, journal.Booking{Orders: ids, Cursor: b.cursor, Coverage: b.coverage, Change: func(accounts map[string]*journal.Account) {
		booked = nil
		for id, account := range accounts {
			for _, f := range adds[id] {
				f(account)
			}
			booked = append(booked, account.Order)
		}
	}})
	if err != nil {
		l.forgetDays() // it may have been booked all the same
		return err
	}
	l.update(booked)
	return nil
}
