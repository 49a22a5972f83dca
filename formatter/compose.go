package formatter

import (
	"cmp"
	"slices"
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
		switch {
		case n.update:
			event = n.track.family + ".updated"
		case n.kind == newsOrder || n.kind == newsRefund:
			event = n.track.newestTelling().Type
		}
		return n, event
	}
	return s.basic()
}

// newer compares by weight, then by time.
func newer(a, b news) int {
	return cmp.Or(cmp.Compare(a.weight(), b.weight()), a.at.Compare(b.at))
}

// weight: the start of a period is told only where there is nothing else, for
// its order tells it better a moment later; then what may be an old story.
func (n news) weight() int {
	switch {
	case n.kind == newsCycled:
		return 0
	case n.update:
		return 1
	}
	return 2
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
