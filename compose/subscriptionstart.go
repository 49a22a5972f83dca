package compose

import (
	"cmp"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// start tells that the subscription began, if the journal saw it begin.
func (s *subscription) start() {
	first := s.firstOrder()
	if first == nil && !s.beganHere() {
		return
	}
	c := s.startCard(first)
	if first != nil {
		first.claimed = true
		mark(&c, first.refundOutcome())
	}
	s.add(c)
}

// firstOrder is the paid order that the subscription began with, or nil.
func (s *subscription) firstOrder() *order {
	i := slices.IndexFunc(s.orders, func(o *order) bool {
		return o.BillingReason == polar.BillingCreate && o.last().Paid() && !o.isOldNews() && !o.isKnownByRefund()
	})
	if i < 0 {
		return nil
	}
	return s.orders[i]
}

// beganHere tells a new subscription that runs from one that is active again.
func (s *subscription) beganHere() bool {
	first := s.first()
	if first.Over() || first.PastDue() || s.began().Incomplete() || s.has("subscription.migrated") {
		return false
	}
	return s.has("subscription.created") || s.has("subscription.active") && near(first.at, s.CreatedAt.Time)
}

// began is the first state in which the subscription runs, else the first.
func (s *subscription) began() state {
	if i := slices.IndexFunc(s.states, func(st state) bool { return !st.Incomplete() }); i >= 0 {
		return s.states[i]
	}
	return s.first()
}

// startCard tells that a subscription began: paid, free, or as a trial. o is its
// first order, which says more than the subscription, or nil.
func (s *subscription) startCard(o *order) formatter.Card {
	began := s.began()
	c := s.news("start", formatter.Subscriber, "🎉", began, "New subscriber")
	c.Time, c.Product, c.Context = cmp.Or(s.CreatedAt.Time, began.at), s.product(began), nil
	who, fields := s.who(), []formatter.Field{
		discountField(s.Discount, nil, ""), {Name: "Seats", Text: number(began.Seats)}, {Name: unitNoun(s.Prices), Text: number(began.Units)},
	}
	if o != nil {
		paid := o.card("", formatter.Subscriber)
		c.Time, c.Context, c.Who, c.Country = paid.Time, paid.Context, paid.Who, paid.Country
		if !s.beganHere() && !s.first().Incomplete() {
			c.Events = nil // of a later state
		}
		c.Events = append(paid.Events, c.Events...)
		who, fields = o.who(), append([]formatter.Field{o.paidField("Paid today"), o.discountField()}, o.details()...)
	}
	c.Key, c.Headline = "start:"+s.id, headline("New subscriber", who, s.plan(began))
	c.Fields = append([]formatter.Field{cmp.Or(o, &order{sub: s}).person().field()}, fields...)
	switch {
	case s.isTrial(began, o):
		s.wordTrial(&c, who, began)
	case s.isFree(began, o):
		c.Kind, c.Mark, c.Tone, c.Amount = formatter.Free, "", formatter.Grey, &formatter.Money{Currency: s.Currency}
		c.Headline = headline("Free signup", who, short(s.product(began)))
	}
	if o != nil && c.Kind != formatter.Trial {
		o.tellBuyer(&c)
	}
	return c
}

func (s *subscription) wordTrial(c *formatter.Card, who string, began state) {
	end := s.TrialEnd.Time
	c.Kind, c.Mark, c.Tone, c.Context = formatter.Trial, "", formatter.Blue, nil
	c.Headline = headline("Trial started", who, s.plan(began)+with(" from ", s.day(end, c.Time)))
	c.Fields = []formatter.Field{c.Fields[0], {Name: "First charge", Times: known(end)}}
	if s.isConverted() {
		mark(c, "→ converted")
	}
}

func (s *subscription) isTrial(began state, o *order) bool {
	return began.Trialing() || o != nil && amountOr0(o.TotalAmount) == 0 && s.TrialEnd.After(o.CreatedAt.Time)
}

// isFree holds for what costs nothing, now or later, by any price.
func (s *subscription) isFree(began state, o *order) bool {
	if o != nil && (amountOr0(o.TotalAmount) != 0 || o.Discount != nil) || began.Metered || s.Metered() {
		return false
	}
	if price := s.listPrice(began); price != nil {
		return *price == 0
	}
	return o != nil && o.ProductPrice.Free()
}

// isConverted reports whether the first order after the trial was paid.
func (s *subscription) isConverted() bool {
	return slices.ContainsFunc(s.orders, func(o *order) bool {
		return o.BillingReason == polar.BillingCycle && o.last().Paid() && o.isAfterTrial()
	})
}

// trial tells that a trial lasts longer than it was to.
func (s *subscription) trial(before, now state) {
	if !now.Trialing() || !before.Trialing() || before.TrialEnd == 0 || now.TrialEnd <= before.TrialEnd {
		return
	}
	c := s.news("trial", formatter.Trial, "", now, "Trial extended to "+s.day(now.TrialEnds(), now.at))
	c.Tone = formatter.Blue
	c.Fields = append(c.Fields, formatter.Field{Name: "First charge", Times: known(now.TrialEnds())})
	s.add(c)
}

func known(t time.Time) []time.Time {
	if t.IsZero() {
		return nil
	}
	return []time.Time{t}
}
