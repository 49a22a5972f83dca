package compose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// subscription is a customer's standing agreement.
type subscription struct {
	*timeline
	polar.Subscription
	orders []*order

	list []*formatter.Card
	// What goes on: a payment that is due, a cancellation, a pause or a change of
	// plan to come. What becomes of each marks its card.
	due, leaving, pausing, planned *formatter.Card
	dueFrom                        state
	plannedFrom                    polar.State
	leavingFrom                    state

	reminders []reminder      // that no card tells yet
	reminded  *formatter.Card // of the payment that is due
	settled   string          // what became of the last one that was
}

func newSubscription(t *timeline) *subscription {
	s := &subscription{timeline: t, Subscription: t.body().Subscription()}
	s.ID, t.record = cmp.Or(s.ID, s.id), s.record
	return s
}

// inside is the subscription as its order has it, where the journal has no
// delivery of its own.
func inside(o *order) *subscription {
	s := &subscription{}
	if o.Subscription != nil {
		s.Subscription = *o.Subscription
	}
	s.ID = cmp.Or(s.ID, o.SubscriptionID)
	s.Customer, s.Product = cmp.Or(s.Customer, o.Customer), cmp.Or(s.Product, o.Product)
	s.timeline = &timeline{id: s.ID, zone: o.zone, states: []state{{State: s.State(), at: o.CreatedAt.Time}}}
	return s
}

// cards compare each state with the one before.
func (s *subscription) cards() []formatter.Card {
	s.start()
	s.firstSeen(s.first())
	for i, now := range s.states[1:] {
		s.remind(now.at)
		s.changed(s.states[i], now)
	}
	s.remind(time.Time{})
	s.paidLate()
	s.ofOneDelivery()
	cards := make([]formatter.Card, len(s.list))
	for i, c := range s.list {
		cards[i] = *c
	}
	return cards
}

// firstSeen tells of a state whose earlier one is not known: of what somebody
// must know, and of what its delivery says by its type.
func (s *subscription) firstSeen(now state) {
	switch {
	case now.Over():
		s.ended(state{}, now)
		return
	case now.PastDue():
		s.failed(now)
	}
	switch {
	case now.Canceling:
		s.cancels(now)
	case now.Paused(), now.Pausing:
		s.pauses(now)
	case now.saidBy("subscription.uncanceled"):
		s.add(s.news("stays", formatter.Cancel, "✅", now, "Staying after all"))
	case now.saidBy("subscription.resumed"):
		s.add(s.resumed(now))
	}
	if !now.Changes().IsZero() {
		s.plans(now.State, now)
	}
	// Active, and since when is not known: its order, if one comes, says more.
	billed := func(o *order) bool { return near(o.happened(), now.at) }
	if len(s.list) == 0 && now.saidBy("subscription.active") && !slices.ContainsFunc(s.orders, billed) {
		s.add(s.news("active", formatter.Record, "", now, "Subscription active"))
	}
}

// changed tells what is new in a state; one delivery may bring several pieces
// of news.
func (s *subscription) changed(before, now state) {
	switch {
	case now.Over() && !before.Over():
		s.ended(before, now)
		return
	case before.Over() && !now.Over():
		s.reinstated(now)
		return
	case before.Over():
		return
	case now.PastDue() && !before.PastDue():
		s.failed(now)
	case before.PastDue() && !now.PastDue():
		s.recovered(now)
	case s.due != nil && now.Status == "unpaid" && before.Status != "unpaid":
		s.givenUp()
	}
	s.cancellation(before, now)
	s.pause(before, now)
	s.planChange(before, now)
	s.trial(before, now)
}

// ofOneDelivery tells of deliveries that are news by their type: that Polar took
// the billing over, and the start of a period, whose order says more, so that it
// is wanted only where its type is routed by name.
func (s *subscription) ofOneDelivery() {
	for _, d := range s.deliveries {
		now := state{State: d.State, at: d.At, events: []formatter.Event{{Seq: d.Seq, Type: d.Type}}}
		switch d.Type {
		case "subscription.migrated":
			from := cmp.Or(polar.InWords(d.State.Provider), "another provider")
			s.add(s.news("migrated", formatter.Record, "", now, "Moved from "+from))
		case "subscription.cycled":
			s.add(s.news("cycled", "", "", now, "New billing period"))
		}
	}
}

func (s *subscription) add(c formatter.Card) *formatter.Card {
	s.list = append(s.list, &c)
	return &c
}

// resolve marks a card with what became of its news; it is not posted any more.
func resolve(card **formatter.Card, outcome string) {
	if *card != nil {
		(*card).Over = true
		mark(*card, outcome)
		*card = nil
	}
}

// tones of a subscription's marks.
var tones = map[string]formatter.Tone{
	"🎉": formatter.Green, "✅": formatter.Green, "📈": formatter.Green,
	"⚠️": formatter.Red, "👋": formatter.Amber, "📉": formatter.Amber,
}

// news is a card of a state: what happened, to whom, the plan.
func (s *subscription) news(key string, kind formatter.Kind, mark string, now state, what string) formatter.Card {
	return formatter.Card{
		Key: key + ":" + stamp(now.at), Kind: kind, Events: now.events, Echoes: now.echoes, Time: now.at, Who: s.person().who(),
		Product: s.Subscription.Product.Title(), Country: s.person().country, Mark: mark, Tone: tones[mark],
		Headline: headline(what, s.who(), s.plan(now)),
		Fields:   []formatter.Field{s.person().field()}, Context: []string{s.since()}, Link: open(subscriptionPage, s.ID),
		Amount: s.amount(now), Facts: formatter.Facts{Products: []string{s.product(now), cmp.Or(now.ProductID, s.ProductID)}},
	}
}

// amount is the price of a period, nil where rate does not say one.
func (s *subscription) amount(now state) *formatter.Money {
	price := s.price(now)
	if amountOr0(price) == 0 && (now.Metered || s.Metered()) {
		return nil
	}
	return moneyIf(price, s.Currency)
}

// plan is "Pro Plan, $30.00 a month", as it was in a state.
func (s *subscription) plan(now state) string { return listed(short(s.product(now)), s.rate(now)) }

func (s *subscription) product(now state) string {
	return cmp.Or(strings.TrimSpace(now.Product), s.Subscription.Product.Title())
}

// price is what the plan costs in a state: before any discount where that is
// known, else what a period costs after it.
func (s *subscription) price(now state) *int64 { return cmp.Or(s.listPrice(now), now.Amount) }

// listPrice is what the plan costs in a state before any discount, nil where
// that is not known.
func (s *subscription) listPrice(now state) *int64 {
	if now.Price == nil && (now.ProductID == "" || strings.EqualFold(now.ProductID, s.ProductID)) {
		return s.ListPrice()
	}
	return now.Price
}

// rate is the price of one period, "$30.00 a month", "billed by usage". A price
// of 0 that a discount may have made is not "free".
func (s *subscription) rate(now state) string {
	price, metered := s.price(now), now.Metered || s.Metered()
	switch {
	case metered && amountOr0(price) == 0:
		return "billed by usage"
	case price == nil:
		return ""
	case *price == 0:
		return either(s.listPrice(now) != nil, "free", "")
	case metered:
		return joined(" ", money(price, s.Currency), s.every(now), "and usage")
	}
	return joined(" ", money(price, s.Currency), s.every(now))
}

func (s *subscription) every(now state) string {
	if now.Interval != "" {
		return everyInterval(now.Interval, now.Intervals)
	}
	return everyInterval(s.RecurringInterval, s.RecurringIntervalCount)
}

// stateAt is the state at a time, the first one before it is known.
func (s *subscription) stateAt(at time.Time) state {
	found := s.first()
	for _, st := range s.states {
		if !st.at.After(at) {
			found = st
		}
	}
	return found
}

func (s *subscription) person() person { return personOf(s.Customer, "", nil) }

func (s *subscription) who() string { return short(s.person().who()) }

func (s *subscription) since() string {
	return with("since ", month(firstTime(s.StartedAt, s.Subscription.CreatedAt)))
}
