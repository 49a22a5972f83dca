package formatter

// single is the news of a subject that is one delivery, and its type, so that
// three events about one thing never read alike.
func (s *story) single() (n news, event string) {
	if len(s.known.Entries) == 0 {
		return news{}, ""
	}
	e := &s.known.Entries[len(s.known.Entries)-1]
	for _, all := range [][]*track{s.orders, s.subs, s.refunds, s.checkouts} {
		if t := find(all, e.Object); t != nil {
			return s.singleNews(t, e.Type), e.Type
		}
	}
	return s.basic()
}

func (s *story) singleNews(t *track, eventType string) news {
	n := news{kind: newsBasic, at: t.newest(), track: t}
	switch t.family {
	case "order":
		n = orderNews(t, s.subscriptionOf(t.order()))
		if eventType == "order.refunded" || isRefunded(t.last().brief) {
			n.kind, n.at = newsRefunded, t.newest()
		}
	case "subscription":
		n.kind = subscriptionEvent(t, eventType)
		if i := len(t.steps) - 1; i > 0 {
			n.before, n.dueSince = t.steps[i-1].brief, t.steps[i-1].at
		}
		if n.kind == newsCanceled {
			n.kind = endOf(t, n.before)
		}
	case "refund":
		n, _ = refundNews(t)
	case "checkout":
		if visit := checkoutNews(t); visit.kind != newsNone {
			n = visit
		}
	}
	n.update = false
	return n
}

// subscriptionEvent: a plain update that moves nothing is no news; every other
// type is, whatever the one before it has told.
func subscriptionEvent(t *track, eventType string) kind {
	if eventType == "subscription.cycled" {
		return newsCycled
	}
	if i := len(t.steps) - 1; i > 0 {
		if k := changeOf(t.steps[i-1].brief, t.last().brief); k != newsNone {
			return k
		}
	}
	if eventType == "subscription.updated" && t.last().old {
		return newsNone
	}
	return firstOf(t, t.last().brief)
}
