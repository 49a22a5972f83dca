package compose

import (
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// What moves recurring revenue.
const (
	MovedNew      = "new"       // a subscription begins to pay: at its start, after a trial, or again after its end
	MovedUp       = "upgrade"   // a larger plan, more seats or units
	MovedDown     = "downgrade" // a smaller plan, fewer seats or units
	MovedDiscount = "discount"  // a discount begins or ends
	MovedEnded    = "ended"     // a subscription that paid has ended
)

// Movement is a change of what a subscription brings in.
type Movement struct {
	At    time.Time
	What  string
	Month formatter.Money // more or less each month, after the discount and before tax
}

// Cancellation is a customer's decision to leave that was not called off.
type Cancellation struct {
	At     time.Time
	Reason string // Polar's word, such as "too_expensive", or ""
}

// Recurring is what a history says of its subscriptions.
type Recurring struct {
	Movements     []Movement
	Cancellations []Cancellation
}

// RecurringOf reads the subscriptions of a history. Trials and free plans bring
// nothing in, a failed payment takes nothing away before the subscription ends.
//
// Tests and samples count nowhere.
func RecurringOf(h *History) (r Recurring) {
	c := newComposer(h, Options{})
	if c.prefix != "" {
		return r
	}
	for _, s := range c.subs {
		r.Movements = append(r.Movements, s.movements()...)
		r.Cancellations = append(r.Cancellations, s.cancellations()...)
	}
	return r
}

// movements compare each state with the one before.
func (s *subscription) movements() []Movement {
	var all []Movement
	add := func(at time.Time, what string, amount int64) {
		all = append(all, Movement{at, what, formatter.Money{Amount: amount, Currency: s.Currency}})
	}
	before, paid := s.first(), s.paidBefore()
	for _, now := range s.states {
		pays, was, is := s.pays(now, paid), s.monthly(before), s.monthly(now)
		switch {
		case pays && !paid:
			add(s.beganToPay(before, now), MovedNew, is)
		case paid && !pays:
			add(now.at, MovedEnded, -was)
		case pays && is != was:
			add(now.at, moved(before, now, is-was), is-was)
		}
		before, paid = now, pays
	}
	return all
}

func moved(before, now state, by int64) string {
	switch comparePlans(before.State, now.State) {
	case samePlan:
		return MovedDiscount
	case moreSeats, moreUnits, upgrade:
		return MovedUp
	case fewerSeats, fewerUnits, downgrade:
		return MovedDown
	}
	return either(by > 0, MovedUp, MovedDown)
}

// paidBefore reports whether the subscription paid before the first state that
// is known of it.
func (s *subscription) paidBefore() bool {
	first := s.first()
	if first.Over() {
		return first.Status == "canceled" && !s.endsInTrial(first)
	}
	return !s.beganHere() && s.pays(first, true)
}

// pays reports whether the subscription brings money in; paid is whether it did
// before this state.
func (s *subscription) pays(now state, paid bool) bool {
	switch {
	case now.Over(), now.Incomplete(), now.Trialing(), s.isFree(now, nil):
		return false
	case now.Active() && !paid:
		return !s.hadTrial() || len(s.orders) == 0 || s.isConverted()
	case now.Active():
		return true
	}
	return paid
}

func (s *subscription) hadTrial() bool {
	return slices.ContainsFunc(s.states, func(st state) bool { return st.Trialing() })
}

// beganToPay is when the first order after a trial was paid, else when the
// subscription became active.
func (s *subscription) beganToPay(before, now state) time.Time {
	for _, o := range s.orders {
		if before.Trialing() && o.BillingReason == polar.BillingCycle && o.last().Paid() && o.isAfterTrial() {
			return o.happened()
		}
	}
	return now.at
}

// cancellations are those of subscriptions that paid, or would have.
func (s *subscription) cancellations() []Cancellation {
	var all []Cancellation
	before := state{}
	for _, now := range s.states {
		isOver := now.Over() && !before.Over() && !before.Canceling
		isLost := before.PastDue() || before.Status == "" && !s.PastDueAt.IsZero()
		switch {
		case before.Canceling && !now.Canceling && !now.Over() && len(all) > 0:
			all = all[:len(all)-1]
		case before.Trialing(), now.Trialing(), now.Incomplete(), before.Incomplete(), s.endsInTrial(now), s.isFree(now, nil):
		case now.Canceling && !before.Canceling && !now.Over():
			all = append(all, Cancellation{now.at, s.CustomerCancellationReason})
		case isOver && (!isLost || s.CustomerCancellationReason != ""):
			at := now.at
			if before.Status == "" && !s.CanceledAt.IsZero() {
				at = s.CanceledAt.Time
			}
			all = append(all, Cancellation{at, s.CustomerCancellationReason})
		}
		before = now
	}
	return all
}
