package ledger

import (
	"context"

	"polarbell/journal"
)

// mostOrders is how many orders of a history's customers are read. Of customers
// with more nothing is said.
const mostOrders = 1000

// Standing is what is known of the customers of some orders and subscriptions.
// Test orders are left out.
type Standing struct {
	Orders        []journal.Order   // paid, by the time of payment and then by ID
	Refunds       []journal.Refund  // that succeeded, by time and then by ID
	Subscriptions map[string]string // the IDs asked for, by what Orders have for them
}

// Standing reads what is known of the customers who have some orders or some
// subscriptions, given by ID.
func (l *Ledger) Standing(ctx context.Context, orders, subscriptions []string) (Standing, error) {
	s := Standing{Subscriptions: map[string]string{}}
	hash, err := l.hasher(ctx)
	if err != nil {
		return s, err
	}
	var hashes []string
	for _, id := range subscriptions {
		hashes = append(hashes, hash(id))
		s.Subscriptions[hash(id)] = id
	}
	s.Orders, err = l.journal.CustomersOrders(ctx, orders, hashes, mostOrders)
	if err != nil || len(s.Orders) == mostOrders {
		return Standing{}, err
	}
	for _, o := range s.Orders {
		if o.Refunded > 0 {
			s.Refunds, err = l.journal.CustomersRefunds(ctx, orders, hashes, mostOrders)
			break
		}
	}
	return s, err
}

// UpTo counts and sums, by currency, a period's sales up to a paid order, that
// one included. Of orders paid at the same moment the one with the smaller ID is
// first.
func (l *Ledger) UpTo(ctx context.Context, p Period, o journal.Order) ([]Sum, error) {
	return l.journal.OrdersUpTo(ctx, p, o.Paid, o.ID, Sales)
}

// IsSale reports whether people call an order a sale.
func IsSale(o journal.Order) bool { return o.Total > 0 && (o.Kind == Sale || o.Kind == Subscriber) }
