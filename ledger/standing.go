package ledger

import (
	"context"
	"slices"

	"polarbell/journal"
)

// mostOrders is how many orders of a history's customers are read. Of customers
// with more nothing is said.
const mostOrders = 1000

// Standing is what is known of the customers of some orders and subscriptions,
// nearly always one. Test orders are left out.
type Standing struct {
	Orders        []journal.Order   // paid, by customer, by the time of payment and then by ID
	Refunds       []journal.Refund  // that succeeded, by customer, by time and then by ID
	Subscriptions map[string]string // the IDs asked for, by what Orders have for them
}

// Standing reads what is known of the customers who have some orders or some
// subscriptions, given by ID.
func (l *Ledger) Standing(ctx context.Context, orders, subscriptions []string) (Standing, error) {
	s := Standing{Subscriptions: map[string]string{}}
	hashes, err := l.hashes(ctx, subscriptions)
	if err != nil {
		return s, err
	}
	for i, id := range subscriptions {
		s.Subscriptions[hashes[i]] = id
	}
	customers, err := l.journal.CustomersOf(ctx, orders, hashes)
	for _, customer := range customers {
		if err == nil {
			err = l.addCustomer(ctx, &s, customer)
		}
	}
	if err != nil || len(s.Orders) >= mostOrders {
		return Standing{}, err
	}
	return s, nil
}

func (l *Ledger) addCustomer(ctx context.Context, s *Standing, customer string) error {
	orders, err := l.journal.CustomersOrders(ctx, customer, mostOrders)
	if err != nil {
		return err
	}
	s.Orders = append(s.Orders, orders...)
	if !slices.ContainsFunc(orders, func(o journal.Order) bool { return o.Refunded > 0 }) {
		return nil
	}
	refunds, err := l.journal.CustomersRefunds(ctx, customer, mostOrders)
	s.Refunds = append(s.Refunds, refunds...)
	return err
}

// UpTo counts and sums, by currency, a period's sales up to a paid order, that
// one included. Of orders paid at the same moment the one with the smaller ID is
// first.
func (l *Ledger) UpTo(ctx context.Context, p Period, o journal.Order) ([]Sum, error) {
	return l.journal.SalesUpTo(ctx, p, o.Paid, o.ID)
}

// IsSale reports whether people call an order a sale.
func IsSale(o journal.Order) bool { return o.Total > 0 && (o.Kind == Sale || o.Kind == Subscriber) }
