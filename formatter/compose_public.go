package formatter

import (
	"cmp"

	"polarbell/polar"
)

// public is the card for strangers: that somebody bought or subscribed to a
// product, and nothing else. Whatever comes after the sale leaves it as it is.
func (s *story) public() (Card, bool) {
	pattern, f := s.publicOrder()
	if f == nil {
		pattern, f = s.publicSubscription()
	}
	if f == nil {
		return Card{}, false
	}
	return Card{Headline: s.mark() + f.write(pattern), Tone: Green, Time: f.time.UTC()}, true
}

// publicOrder finds the sale among the orders. With a card for each event it
// is order.paid alone that tells it, and nothing tells of a subscription.
func (s *story) publicOrder() (string, *facts) {
	for _, t := range s.orders {
		o := t.order()
		if !t.heard("order.created", "order.paid") || orderStatuses[o.Status] != newsPaid {
			continue
		}
		if s.options.PerEvent && !t.heard("order.paid") {
			continue
		}
		f := publicFacts(t, o.Product, cmp.Or(o.BillingAddress, addressOf(o.Customer)))
		f.time = o.CreatedAt.Time
		switch {
		case o.BillingReason == "subscription_create" && !s.options.PerEvent:
			f.time = firstTime(s.subscriptionOf(o).CreatedAt, o.CreatedAt)
			return publicSubscription, f
		case o.BillingReason == "purchase" && amountOr0(o.TotalAmount) > 0:
			return either(f.product() == "", publicSaleOf, publicSale), f
		}
	}
	return "", nil
}

// publicSubscription finds a subscription that began, as it began: a later
// plan is nobody's business.
func (s *story) publicSubscription() (string, *facts) {
	for _, t := range s.subs {
		began := t.steps[0]
		if !t.heard("subscription.created") || began.brief.Status != "active" && began.brief.Status != "trialing" {
			continue
		}
		sub := t.subscription()
		f := publicFacts(t, &polar.Product{Name: began.brief.Product}, addressOf(sub.Customer))
		f.time = sub.CreatedAt.Time
		return publicSubscription, f
	}
	return "", nil
}

// publicFacts hold a product and a country, so that no pattern can tell more.
func publicFacts(t *track, product *polar.Product, address *polar.Address) *facts {
	return &facts{
		news:  news{track: t},
		order: &polar.Order{Product: product, BillingAddress: address}, invoice: &noOrder,
		sub: &noSubscription, checkout: &noCheckout, refund: &noRefund,
	}
}

func addressOf(c *polar.Customer) *polar.Address {
	if c == nil {
		return nil
	}
	return c.BillingAddress
}
