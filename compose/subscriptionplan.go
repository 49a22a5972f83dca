package compose

import (
	"cmp"
	"slices"

	"polarbell/formatter"
	"polarbell/polar"
)

// planChange tells of another product, list price, interval, number of seats or
// units: at once, planned for the next period, or called off. A discount that
// begins or ends is not a change of plan.
func (s *subscription) planChange(before, now state) {
	was, waits := !before.Changes().IsZero(), !now.Changes().IsZero()
	differs := comparePlans(before.State, now.State) != samePlan
	switch {
	case differs && was && !waits && s.planned != nil && isAsPlanned(before.State, now):
		s.tookEffect(before, now)
	case differs:
		if was && !waits {
			resolve(&s.planned, "→ replaced")
		}
		s.changedPlan(before, now)
	}
	switch {
	case waits && (!was || plannedDiffers(before.State, now.State)):
		resolve(&s.planned, "→ replaced")
		s.plans(before.State, now)
	case was && !waits && !differs:
		s.calledOff(before, now)
	}
}

// isAsPlanned tells a planned change that took effect from another one, made at
// once, that Polar drops the planned one for.
func isAsPlanned(before polar.State, now state) bool {
	return !now.at.Before(before.Changes().Add(-soon)) &&
		(before.NextProduct == "" || before.NextProduct == now.ProductID) &&
		(before.NextSeats == nil || difference(before.NextSeats, now.Seats) == 0) &&
		(before.NextUnits == nil || difference(before.NextUnits, now.Units) == 0)
}

func plannedDiffers(a, b polar.State) bool {
	return a.ChangesAt != b.ChangesAt || a.NextProduct != b.NextProduct ||
		difference(a.NextSeats, b.NextSeats) != 0 || difference(a.NextUnits, b.NextUnits) != 0
}

// planDifference is what a change of plan is about.
type planDifference int

const (
	samePlan planDifference = iota
	otherInterval
	moreSeats
	fewerSeats
	moreUnits
	fewerUnits
	upgrade
	downgrade
	otherProduct // at the same price, or at an unknown one
)

// comparePlans takes what is not known on both sides as unchanged.
func comparePlans(before, now polar.State) planDifference {
	product := before.ProductID != "" && now.ProductID != "" && before.ProductID != now.ProductID
	price := difference(before.Price, now.Price)
	seats, units := difference(before.Seats, now.Seats), difference(before.Units, now.Units)
	switch {
	case before.Interval != "" && now.Interval != "" && (before.Interval != now.Interval || before.Intervals != now.Intervals):
		return otherInterval
	case seats != 0 && !product:
		return either(seats > 0, moreSeats, fewerSeats)
	case units != 0 && !product:
		return either(units > 0, moreUnits, fewerUnits)
	case price != 0:
		return either(price > 0, upgrade, downgrade)
	case product:
		return otherProduct
	}
	return samePlan
}

func difference(before, now *int64) int64 {
	if before == nil || now == nil {
		return 0
	}
	return *now - *before
}

func either[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// changedPlan tells of a change that took effect; the bill made with it is part
// of it.
func (s *subscription) changedPlan(before, now state) {
	c := s.news("plan", formatter.Plan, "", now, "")
	s.wordPlan(&c, before.State, now)
	s.claimBills(&c, polar.BillingUpdate, now)
	s.add(c)
}

// wordPlan words what changed between two states.
func (s *subscription) wordPlan(c *formatter.Card, before polar.State, now state) {
	was, is := s.product(state{State: before}), s.product(now)
	by := ""
	if d := difference(before.Price, now.Price); d != 0 {
		by = joined(" ", signed(d, s.Currency), s.every(now))
	}
	products := short(is)
	if was != is {
		products = short(was) + " → " + short(is)
	}
	difference := comparePlans(before, now.State)
	c.Amount = s.changeOf(before, now.State)
	c.Facts.Products = []string{was, before.ProductID, is, now.ProductID}
	c.Mark, c.Tone = "📈", formatter.Green
	switch difference {
	case downgrade, fewerSeats, fewerUnits:
		c.Mark, c.Tone = "📉", formatter.Amber
	}
	switch difference {
	case moreSeats, fewerSeats:
		c.Headline = headline("Seats "+number(before.Seats)+" → "+number(now.Seats), s.who(), short(is))
	case moreUnits, fewerUnits:
		c.Headline = headline(unitNoun(s.Prices)+" "+number(before.Units)+" → "+number(now.Units), s.who(), short(is))
	case upgrade:
		c.Headline = headline("Upgraded", s.who(), listed(products, by))
	case downgrade:
		c.Headline = headline("Downgraded", s.who(), listed(products, by))
	default:
		c.Mark, c.Tone = "", formatter.Blue
		c.Headline = headline("Plan changed", s.who(), listed(products, s.rate(now)))
	}
	if old, new := s.rate(state{State: before}), s.rate(now); old != "" && old != new {
		c.Fields = append(c.Fields, formatter.Field{Name: "Price", Text: old + " → " + new})
	}
	if was != is {
		c.Fields = append(c.Fields, fromTo("Seats", before.Seats, now.Seats), fromTo(unitNoun(s.Prices), before.Units, now.Units))
	}
}

// fromTo is a field only where a number changed.
func fromTo(name string, before, now *int64) formatter.Field {
	if difference(before, now) == 0 {
		return formatter.Field{}
	}
	return formatter.Field{Name: name, Text: number(before) + " → " + number(now)}
}

// plans tells of a change that waits for the next period.
func (s *subscription) plans(before polar.State, now state) {
	c := s.news("planned", formatter.Plan, "📉", now, "")
	words, what := s.plannedChange(now.State)
	if words == "Plan change" {
		c.Mark, c.Tone = "", formatter.Blue
	}
	c.Headline = headline(words+" on "+s.day(now.Changes(), now.at), s.who(), what)
	next := s.next(now.State)
	c.Amount = nil
	if words == "Upgrade" || words == "Downgrade" {
		c.Amount = s.changeOf(now.State, next)
	}
	c.Facts.Products = append(c.Facts.Products, next.Product, next.ProductID)
	s.planned, s.plannedFrom = s.add(c), before
}

// plannedChange words a change to come: Polar names the new product by its id
// alone, so its name is known only where another state has it.
func (s *subscription) plannedChange(now polar.State) (words, what string) {
	next := s.next(now)
	product := short(s.product(state{State: now}))
	if next.Product != "" && next.Product != now.Product {
		product += " → " + short(next.Product)
	}
	switch d := comparePlans(now, next); d {
	case moreSeats, fewerSeats:
		return "Seats " + number(now.Seats) + " → " + number(next.Seats), product
	case moreUnits, fewerUnits:
		return unitNoun(s.Prices) + " " + number(now.Units) + " → " + number(next.Units), product
	case upgrade, downgrade:
		by := joined(" ", signed(difference(now.Price, next.Price), s.Currency), s.every(state{State: now}))
		return either(d == upgrade, "Upgrade", "Downgrade"), listed(product, by)
	}
	return "Plan change", product
}

// next is the state that a planned change leads to.
func (s *subscription) next(now polar.State) polar.State {
	next := now
	next.ProductID = cmp.Or(now.NextProduct, now.ProductID)
	next.Product, next.Price = s.productByID(next.ProductID)
	next.Seats, next.Units = cmp.Or(now.NextSeats, now.Seats), cmp.Or(now.NextUnits, now.Units)
	return next
}

// changeOf is the amount in the headline of a change of plan: how much a period
// costs more or less, or its new price. Seats and units have none.
func (s *subscription) changeOf(before, now polar.State) *formatter.Money {
	switch comparePlans(before, now) {
	case moreSeats, fewerSeats, moreUnits, fewerUnits:
		return nil
	case upgrade, downgrade:
		by := difference(before.Price, now.Price)
		return &formatter.Money{Amount: max(by, -by), Currency: s.Currency}
	}
	return s.amount(state{State: now})
}

// productByID finds a product's name and price among the subscription's states.
func (s *subscription) productByID(id string) (name string, price *int64) {
	for _, st := range slices.Backward(s.states) {
		if st.ProductID == id && id != "" {
			return st.Product, st.Price
		}
	}
	return "", nil
}

// tookEffect rewords the card of the planned change.
func (s *subscription) tookEffect(before, now state) {
	c := s.planned
	c.Events = append(slices.Clone(c.Events), now.events...)
	c.Outcome, c.Fields = "in effect", c.Fields[:1]
	s.wordPlan(c, s.plannedFrom, now)
	s.planned = nil
}

func (s *subscription) calledOff(before, now state) {
	words := "Plan change"
	if s.planned != nil {
		words, _ = s.plannedChange(before.State)
	}
	c := s.news("kept", formatter.Plan, "✅", now, "")
	c.Headline, c.Amount = headline(words+" called off", s.who(), "stays on "+short(s.product(now))), nil
	resolve(&s.planned, "→ called off")
	s.add(c)
}

// isOfOtherChange reports whether the order was made nearer to another change
// of plan.
func (s *subscription) isOfOtherChange(o *order, now state) bool {
	distance := now.at.Sub(o.CreatedAt.Time).Abs()
	for i, other := range s.states[1:] {
		if comparePlans(s.states[i].State, other.State) != samePlan && other.at.Sub(o.CreatedAt.Time).Abs() < distance {
			return true
		}
	}
	return false
}

// claimBills makes the paid bills that came with a change part of its card.
func (s *subscription) claimBills(c *formatter.Card, reason string, now state) {
	for _, o := range s.orders {
		if o.BillingReason != reason || o.claimed || !o.last().Paid() || !near(o.CreatedAt.Time, now.at) || s.isOfOtherChange(o, now) {
			continue
		}
		o.becomesPartOf(c)
		if amountOr0(o.TotalAmount) < 0 {
			c.Fields = append(c.Fields, formatter.Field{Name: "Credited", Text: o.credit()})
		} else {
			c.Fields = append(c.Fields, o.paidField("Paid today"))
		}
	}
}
