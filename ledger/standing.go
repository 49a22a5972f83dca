package ledger

import (
	"context"
	"slices"

	"polarbell/journal"
)

// mostOrders is how many orders of a history's customers are read. Of customers
// with more nothing is said.
const mostOrders = 1000

// Standing is what is known of some customers, nearly always one. Test orders
// are left out.
type Standing struct {
	Orders        []journal.Order   // paid, by customer, by the time of payment and then by ID
	Refunds       []journal.Refund  // that succeeded, by customer, by time and then by ID
	Subscriptions map[string]string // the IDs asked for, by what Orders have for them
}

// Standing reads what is known of some customers, by Polar's ids. Of a customer
// who was forgotten that is nothing. Subscriptions are those to recognize.
func (l *Ledger) Standing(ctx context.Context, customers, subscriptions []string) (Standing, error) {
	s := Standing{Subscriptions: map[string]string{}}
	hash, err := l.hasher(ctx)
	if err != nil {
		return s, err
	}
	for _, id := range subscriptions {
		s.Subscriptions[hash(id)] = id
	}
	for _, id := range customers {
		if err := l.addCustomer(ctx, &s, hash(id)); err != nil {
			return Standing{}, err
		}
	}
	if len(s.Orders) >= mostOrders {
		return Standing{}, nil
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

// IsSale reports whether people call an order a sale.
func IsSale(o journal.Order) bool { return o.Total > 0 && (o.Kind == Sale || o.Kind == Subscriber) }
