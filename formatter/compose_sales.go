package formatter

import "polarbell/polar"

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
	if order.update {
		return false
	}
	o := order.track.order()
	after := o.CreatedAt.After(n.at.Add(-soon))
	switch n.kind {
	case newsSubscriber, newsTrial, newsFree, newsWaiting, newsActive:
		return o.BillingReason == "subscription_create"
	case newsConverted:
		return after && o.BillingReason == "subscription_cycle"
	}
	return false
}

// explains: what changed about a subscription says more than the order that
// bills it, as does the recovery that it is.
func explains(n, order news) bool {
	return billedAtOnce(n, order.track.order()) || n.kind == newsRecovered && order.kind == newsRecovered
}

// billedAtOnce tells whether an order was made because of this news.
func billedAtOnce(n news, o *polar.Order) bool {
	switch n.kind {
	case newsUpgraded, newsDowngraded, newsSwitched, newsMoreSeats, newsFewerSeats:
		if o.BillingReason != "subscription_update" {
			return false
		}
	case newsResumed:
	default:
		return false
	}
	return n.at.Sub(o.CreatedAt.Time).Abs() <= soon
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
	var told []*track
	for _, t := range s.refunds {
		if n, ok := refundNews(t); ok {
			all = append(all, n)
			if !n.update {
				told = append(told, t)
			}
		}
	}
	for _, t := range s.orders {
		n, ok := orderRefundNews(t)
		if !ok {
			continue
		}
		if sum, _ := refundsOf(t.object, told); sum == 0 || t.last().brief.Refunded > sum {
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
