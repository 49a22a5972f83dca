package ledger

import (
	"cmp"
	"context"
	"slices"

	"polarbell/journal"
)

// days are the sales of some days, kept in memory between messages: summing up a
// day of hundreds takes longer than all else that a message asks. They are kept
// while this process has one and the same lease, since nobody else books orders
// meanwhile but those of deliveries that this process will book too.
type days struct {
	lease *journal.Lease
	sales map[day][]journal.Order // by the time of payment and then by ID
}

// day is a period as a key.
type day struct {
	from, to     int64 // microseconds
	organization string
	all          bool
}

// mostDays bounds what is kept: today and yesterday of some organizations.
const mostDays = 16

// UpTo counts and sums, by currency, a period's sales up to a paid order, that
// one included. Of orders paid at the same moment the one with the smaller ID is
// first.
func (l *Ledger) UpTo(ctx context.Context, p Period, o journal.Order) ([]Sum, error) {
	lease := l.journal.Lease()
	if lease == nil {
		sales, err := l.sales(ctx, p)
		return sumUp(sales, o), err
	}
	d := day{p.From.UnixMicro(), p.To.UnixMicro(), p.Organization, p.All}
	if sums, known := l.remembered(lease, d, o); known {
		return sums, nil
	}
	if err := l.keep(ctx, lease, d, p); err != nil {
		return nil, err
	}
	sums, _ := l.remembered(lease, d, o)
	return sums, nil
}

// sales are a period's, by the time of payment and then by ID.
func (l *Ledger) sales(ctx context.Context, p Period) ([]journal.Order, error) {
	sales, err := l.journal.Sales(ctx, p)
	slices.SortFunc(sales, byPlace)
	return sales, err
}

// remembered is false for a day that is not kept.
func (l *Ledger) remembered(lease *journal.Lease, d day, upTo journal.Order) (sums []Sum, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sales, known := l.days.sales[d]
	if !known || l.days.lease != lease {
		return nil, false
	}
	return sumUp(sales, upTo), true
}

func sumUp(sales []journal.Order, upTo journal.Order) (sums []Sum) {
	for _, sale := range sales {
		if byPlace(sale, upTo) > 0 {
			break
		}
		i := slices.IndexFunc(sums, func(s Sum) bool { return s.Currency == sale.Currency })
		if i < 0 {
			sums = append(sums, Sum{Currency: sale.Currency})
			i = len(sums) - 1
		}
		sums[i].Orders++
		sums[i].Total += sale.Total
	}
	return sums
}

// keep reads a day. Whoever writes waits for it, so that it misses nothing.
func (l *Ledger) keep(ctx context.Context, lease *journal.Lease, d day, p Period) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.give()
	sales, err := l.sales(ctx, p)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.days.lease != lease || len(l.days.sales) >= mostDays {
		l.days = days{lease, map[day][]journal.Order{}}
	}
	l.days.sales[d] = sales
	return nil
}

// update puts orders that were booked into the days that are kept, in place of
// what these have of them.
func (l *Ledger) update(booked []journal.Order) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for d, sales := range l.days.sales {
		for _, o := range booked {
			sales = slices.DeleteFunc(sales, func(sale journal.Order) bool { return sale.ID == o.ID })
			if at, _ := slices.BinarySearchFunc(sales, o, byPlace); d.has(o) {
				sales = slices.Insert(sales, at, journal.Order{ID: o.ID, Currency: o.Currency, Total: o.Total, Paid: o.Paid})
			}
		}
		l.days.sales[d] = sales
	}
}

// forgetDays is for when nobody knows what was booked.
func (l *Ledger) forgetDays() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.days = days{}
}

func (d day) has(o journal.Order) bool {
	at := o.Paid.UnixMicro()
	return o.Sale && (d.all || o.Organization == d.organization) && at >= d.from && at < d.to
}

func byPlace(a, b journal.Order) int {
	return cmp.Or(cmp.Compare(a.Paid.UnixMicro(), b.Paid.UnixMicro()), cmp.Compare(a.ID, b.ID))
}
