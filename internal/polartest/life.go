package polartest

import (
	"math/rand/v2"
	"time"
)

// Live lets the customer do something at random, within half a year: look and
// leave, buy, subscribe and all that may follow.
func (s *Shop) Live(r *rand.Rand) {
	trial := 0
	product := oneOf(r, Book, Gift, Pro, Pro, Pro, Hobby)
	if product == Pro && r.IntN(3) == 0 {
		trial = 14
	}
	c := s.visit(product, trial)
	for range r.IntN(3) {
		s.Pass(spanUpTo(r, time.Minute))
		c.Fill()
	}
	if !s.pay(r, c) {
		c.Expire()
		return
	}
	if !product.Monthly {
		s.afterPurchase(r, c.Buy())
		return
	}
	s.afterStart(r, c.Subscribe())
}

// pay tries to pay; it is false for a customer who leaves.
func (s *Shop) pay(r *rand.Rand, c *Checkout) bool {
	for r.IntN(4) == 0 {
		s.Pass(spanUpTo(r, time.Minute))
		c.Confirm()
		s.Pass(spanUpTo(r, 20*time.Second))
		c.Decline()
	}
	if r.IntN(6) == 0 {
		return false
	}
	s.Pass(spanUpTo(r, 2*time.Minute))
	c.Confirm()
	s.Pass(spanUpTo(r, 20*time.Second))
	return true
}

// afterPurchase may give money back, in up to three parts.
func (s *Shop) afterPurchase(r *rand.Rand, o *Order) {
	for o.Left() > 0 && r.IntN(3) > 0 {
		s.Pass(spanUpTo(r, oneOf(r, time.Hour, 48*time.Hour, 20*24*time.Hour)))
		amount := oneOf(r, o.Left(), max(1, o.Left()/2), min(1000, o.Left()))
		switch r.IntN(4) {
		case 0:
			refund := o.RefundSlowly(amount)
			s.Pass(spanUpTo(r, oneOf(r, time.Minute, 3*24*time.Hour)))
			if r.IntN(3) == 0 {
				refund.Fail()
			} else {
				refund.Succeed()
			}
		case 1:
			refund := o.Refund(amount)
			s.Pass(spanUpTo(r, time.Hour))
			refund.Echo()
			if r.IntN(4) == 0 {
				s.Pass(spanUpTo(r, 48*time.Hour))
				refund.Fail()
			}
		default:
			o.Refund(amount)
		}
	}
}

// afterStart is a subscription's life, a few periods long.
func (s *Shop) afterStart(r *rand.Rand, sub *Subscription) {
	for range r.IntN(6) {
		s.passWithin(r, sub)
		if r.IntN(3) == 0 {
			s.Pass(spanUpTo(r, time.Hour))
			sub.Touch()
		}
		steps := []func(*rand.Rand, *Subscription) (goesOn bool){s.renew, s.renew, s.leave, s.leaveNow}
		switch {
		case sub.product.Price == 0:
			steps = append(steps, s.change)
		case sub.o["status"] == "trialing":
			steps = append(steps, s.failToPay)
		default:
			steps = append(steps, s.failToPay, s.pause, s.change, s.plan, s.refundLast)
		}
		if !oneOf(r, steps...)(r, sub) {
			return
		}
	}
}

func (s *Shop) renew(_ *rand.Rand, sub *Subscription) bool {
	sub.Renew()
	return true
}

func (s *Shop) failToPay(r *rand.Rand, sub *Subscription) bool {
	sub.FailRenewal()
	s.Pass(spanUpTo(r, oneOf(r, 50*time.Minute, 48*time.Hour, 20*24*time.Hour)))
	if r.IntN(3) == 0 {
		sub.Lose()
		return false
	}
	sub.Recover()
	return true
}

func (s *Shop) leave(r *rand.Rand, sub *Subscription) bool {
	sub.Cancel()
	if r.IntN(2) == 0 {
		s.Pass(spanUpTo(r, 10*time.Minute))
		sub.Touch()
	}
	s.passWithin(r, sub)
	if r.IntN(2) == 0 {
		sub.End()
		return false
	}
	sub.Stay()
	return true
}

func (s *Shop) leaveNow(_ *rand.Rand, sub *Subscription) bool {
	sub.CancelNow()
	return false
}

func (s *Shop) pause(r *rand.Rand, sub *Subscription) bool {
	sub.PausePlanned()
	sub.Pause()
	s.Pass(spanUpTo(r, 30*24*time.Hour))
	sub.Resume()
	return true
}

func (s *Shop) change(r *rand.Rand, sub *Subscription) bool {
	sub.Change(oneOf(r, other(sub.product)...))
	return true
}

func (s *Shop) plan(r *rand.Rand, sub *Subscription) bool {
	sub.Plan(oneOf(r, other(sub.product)...))
	s.passWithin(r, sub)
	if r.IntN(2) == 0 {
		sub.KeepPlan()
	} else {
		sub.Renew()
	}
	return true
}

func (s *Shop) refundLast(r *rand.Rand, sub *Subscription) bool {
	s.afterPurchase(r, sub.Last)
	return true
}

// passWithin lets at most the rest of the period pass.
func (s *Shop) passWithin(r *rand.Rand, sub *Subscription) {
	left := sub.EndOfPeriod().Sub(s.Now) - time.Hour
	if left > 0 {
		s.Pass(spanUpTo(r, oneOf(r, min(left, time.Hour), left)))
	}
}

// other are the plans that a customer of one may change to.
func other(p Product) []Product {
	var plans []Product
	for _, plan := range []Product{Basic, Pro, Team} {
		if plan != p {
			plans = append(plans, plan)
		}
	}
	return plans
}

func oneOf[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// spanUpTo is at least a second.
func spanUpTo(r *rand.Rand, d time.Duration) time.Duration {
	return time.Second + time.Duration(r.Int64N(int64(d)))
}
