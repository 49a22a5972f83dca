package formatter

import (
	"slices"

	"polarbell/polar"
)

// Compose makes of what is known of a subject the card that tells it. It is
// false where there is nothing to tell.
//
// A card depends on what happened alone: not on the order in which deliveries
// arrived, nor on those that changed nothing. So two cards differ only where
// there is news.
func Compose(k Known, o Options) (Card, bool) {
	s := newStory(k, o)
	if o.Public {
		return s.public()
	}
	n, event := s.headline()
	if n.kind == newsNone {
		return Card{}, false
	}
	return s.card(s.facts(n), event)
}

// story is a subject's objects.
type story struct {
	known   Known
	options Options

	orders, subs, refunds, checkouts, others []*track

	latest *track // the order made last, or nil
}

func newStory(k Known, o Options) *story {
	s := &story{known: k, options: o}
	for _, t := range tracks(k) {
		family := &s.others
		if t.isKnown() {
			family = s.family(t.family)
		}
		*family = append(*family, t)
	}
	s.latest = latestOrder(s.orders)
	return s
}

func (s *story) family(name string) *[]*track {
	switch name {
	case "order":
		return &s.orders
	case "subscription":
		return &s.subs
	case "refund":
		return &s.refunds
	case "checkout":
		return &s.checkouts
	}
	return &s.others
}

// headline chooses the news a card is headed with, and the event type whose
// words go before it, if any. Order, refund and subscription go before a
// checkout, and that before the rest.
func (s *story) headline() (n news, event string) {
	if s.options.PerEvent {
		return s.single()
	}
	for _, tell := range []func() []news{s.sales, s.visits} {
		all := tell()
		if len(all) == 0 {
			continue
		}
		n := slices.MaxFunc(all, newer)
		return n, either(n.update, n.track.family+".updated", "")
	}
	return s.basic()
}

// newer compares by time; what is heard of only as updated comes last.
func newer(a, b news) int {
	if a.update != b.update {
		return either(a.update, -1, 1)
	}
	return a.at.Compare(b.at)
}

// visits are where the checkouts stand.
func (s *story) visits() []news {
	var all []news
	for _, t := range s.checkouts {
		if n := checkoutNews(t); n.kind != newsNone {
			all = append(all, n)
		}
	}
	return all
}

// sales are the news of orders, refunds and subscriptions. Where one is the
// consequence of another the two are told as one.
func (s *story) sales() []news {
	all := s.refundsToTell()
	var subs []news
	for _, t := range s.subs {
		subs = append(subs, subscriptionNews(t)...)
	}
	if s.latest == nil {
		return append(all, subs...)
	}
	order := orderNews(s.latest, s.subscriptionOf(s.latest.order()))
	recovered(&order, s.subs)
	told := true
	for _, n := range subs {
		if tells(order, n) {
			continue
		}
		told = told && !explains(n, order)
		all = append(all, n)
	}
	if told {
		all = append(all, order)
	}
	return all
}

// tells: the order that starts a subscription or a period says more than the
// subscription itself.
func tells(order, n news) bool {
	o := order.track.order()
	after := o.CreatedAt.After(n.at.Add(-soon))
	switch n.kind {
	case newsSubscriber, newsTrial, newsFree, newsWaiting, newsActive:
		return o.BillingReason == "subscription_create"
	case newsConverted, newsCycled:
		return after && o.BillingReason == "subscription_cycle"
	}
	return false
}

// explains: what changed about a subscription says more than the order that
// bills it, as does the recovery that it is.
func explains(n, order news) bool {
	if isChange(n.kind) {
		return n.at.Sub(order.track.order().CreatedAt.Time).Abs() <= soon
	}
	return n.kind == newsRecovered && order.kind == newsRecovered
}

// isChange tells whether a kind is one that Polar may bill at once.
func isChange(k kind) bool {
	switch k {
	case newsUpgraded, newsDowngraded, newsSwitched, newsMoreSeats, newsFewerSeats, newsResumed:
		return true
	}
	return false
}

// recovered makes a renewal that was paid after it had failed what it is.
func recovered(order *news, subs []*track) {
	made := order.track.order().CreatedAt.Add(-soon)
	for _, t := range subs {
		for i, s := range t.steps {
			due := isDue(s.brief) && (i == 0 || !isDue(t.steps[i-1].brief))
			if due && order.kind == newsRenewed && s.at.After(made) && order.at.After(s.at) {
				order.kind, order.dueSince = newsRecovered, s.at
			}
		}
	}
}

// refundsToTell are the refunds, and an order's own sum of them where it says
// more than they do.
func (s *story) refundsToTell() []news {
	var all []news
	for _, t := range s.refunds {
		if n, ok := refundNews(t); ok {
			all = append(all, n)
		}
	}
	for _, t := range s.orders {
		if t.last().brief.Refunded == 0 {
			continue
		}
		told, _ := refundsOf(t.object, s.refunds)
		if n, ok := orderRefundNews(t); ok && t.last().brief.Refunded > told {
			all = append(all, n)
		}
	}
	return all
}

// subscriptionOf is the order's subscription as the order has it, else as it
// is known itself; an empty one without.
func (s *story) subscriptionOf(o *polar.Order) *polar.Subscription {
	if o.Subscription != nil {
		return o.Subscription
	}
	if t := find(s.subs, "subscription:"+o.SubscriptionID); t != nil {
		return t.subscription()
	}
	return &noSubscription
}
