package compose

import (
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// Payments that fail.

// retryDays are when Polar tries a failed renewal again, counted from the
// first failure. Source: polarsource/polar, server/polar/order/service.py.
var retryDays = []int{2, 7, 14, 21}

// failed tells that a renewal was not paid.
func (s *subscription) failed(now state) {
	c := s.news("unpaid", formatter.Unpaid, "⚠️", now, "")
	words := "Renewal failed"
	if s.isFirstCharge(now.at) {
		words = "First charge failed"
	}
	s.wordBill(&c, words, s.billOf(now.at), now)
	if now.Status == "past_due" {
		c.Fields = slices.Insert(c.Fields, 0, formatter.Field{Name: "Expected retries", Times: s.retries(now)})
		c.Note = "Polar will retry. If the customer updates their card, it is charged right away."
	}
	s.due = s.add(c)
}

// givenUp notes that Polar retries no more; the customer may still pay.
func (s *subscription) givenUp() {
	s.due.Fields, s.due.Note = []formatter.Field{s.person().field()}, ""
	mark(s.due, "→ no more retries")
}

// retries are the expected ones still to come. The failure may be older than
// what is known of it.
func (s *subscription) retries(now state) []time.Time {
	since := now.at
	if !s.PastDueAt.IsZero() && s.PastDueAt.Before(since) {
		since = s.PastDueAt.Time
	}
	var dates []time.Time
	for _, days := range retryDays {
		if at := since.AddDate(0, 0, days); at.After(now.at) {
			dates = append(dates, at)
		}
	}
	return dates
}

// wordBill heads a card with the amount of a period's bill, of what the period
// costs where the bill is not known.
func (s *subscription) wordBill(c *formatter.Card, words string, bill *order, now state) {
	amount := ""
	switch rate := s.rate(now); {
	case bill != nil:
		amount = bill.amount()
		c.Amount = &formatter.Money{Amount: amountOr0(bill.charged()), Currency: bill.Currency}
	case amountOr0(now.Amount) > 0:
		amount = money(now.Amount, s.Currency)
	case rate != "free":
		amount = rate
	}
	c.Headline = headline(words, amount, s.who(), short(s.product(now)))
}

// billOf is the order of the period in which a payment failed, or nil.
func (s *subscription) billOf(due time.Time) *order {
	for _, o := range slices.Backward(s.orders) {
		if o.BillingReason == polar.BillingCycle && !o.CreatedAt.After(due.Add(soon)) && due.Sub(o.CreatedAt.Time) <= 24*time.Hour {
			return o
		}
	}
	return nil
}

// recovered tells that the payment came in after all; the bill that says the
// same is part of it.
func (s *subscription) recovered(now state) {
	var since time.Time
	if s.due != nil {
		since = s.due.Time
	}
	c := s.news("recovered", formatter.Unpaid, "✅", now, "")
	c.Key = "recovered:" + stamp(since)
	bill, after := s.billOf(since), with(" after ", span(since, now.at))
	s.wordBill(&c, "Recovered"+after, bill, now)
	if bill != nil && bill.last().Paid() {
		bill.claimed = true
		c.Events = append(slices.Clone(c.Events), bill.news()...)
		mark(&c, bill.refundOutcome())
	}
	resolve(&s.due, "→ recovered"+after)
	s.add(c)
}

// paidLate is the recovery as an order alone tells it: the bill of a failed
// payment is paid, and the subscription's own delivery has not come.
func (s *subscription) paidLate() {
	if s.due == nil {
		return
	}
	bill := s.billOf(s.due.Time)
	if bill != nil && bill.last().Paid() && bill.happened().After(s.due.Time) {
		now := s.last()
		now.at, now.events, now.echoes = bill.happened(), nil, nil
		s.recovered(now)
	}
}

// The end.

// ended tells how a subscription ended.
func (s *subscription) ended(before, now state) {
	resolve(&s.pausing, "→ ended")
	resolve(&s.planned, "→ ended")
	switch {
	case before.Incomplete(), now.Status == "incomplete_expired":
		c := s.news("notstarted", formatter.Cancel, "", now, "")
		c.Headline, c.Context = headline("First payment failed", s.who(), short(s.product(now))+", not started"), nil
		s.add(c)
	case s.due != nil && s.leaving == nil && s.CustomerCancellationReason != "":
		resolve(&s.due, "→ canceled")
		s.leftAtOnce(now)
	case s.due != nil, before.Status == "" && !s.PastDueAt.IsZero():
		c := s.news("lost", formatter.Unpaid, "👋", now, "Lost to failed payment")
		c.Tone = formatter.Red
		resolve(&s.due, "→ lost on "+day(now.at, now.at))
		resolve(&s.leaving, "→ lost to failed payment")
		s.add(c)
	case s.leaving != nil:
		s.leaving.Events = append(slices.Clone(s.leaving.Events), now.events...)
		s.wordEnd(s.leaving, now)
	default:
		s.leftAtOnce(now)
	}
}

// wordEnd rewords the card of a cancellation once its day has come.
func (s *subscription) wordEnd(c *formatter.Card, now state) {
	words := "Subscription ended"
	if s.endsInTrial(now) {
		words = "Trial ended, not converted"
	}
	c.Outcome, c.Tone, c.Headline = "ended", formatter.Grey, headline(words, s.who(), s.plan(now))
}

// endsInTrial reports whether the subscription ends without ever having been
// paid for.
func (s *subscription) endsInTrial(now state) bool {
	end := s.TrialEnd.Time
	return !end.IsZero() && !now.at.After(end.Add(soon)) && !s.isConverted()
}

// leftAtOnce tells of an end whose cancellation is not known.
func (s *subscription) leftAtOnce(now state) {
	words := "Canceled immediately"
	if s.endsInTrial(now) {
		words = "Trial canceled immediately"
	}
	s.leaving = s.add(s.leavingCard(now, words))
	if !s.CanceledAt.IsZero() && s.EndedAt.Sub(s.CanceledAt.Time) > soon {
		s.wordEnd(s.leaving, now)
	}
}

// cancellation tells that a subscription will end, and that it stays after all.
func (s *subscription) cancellation(before, now state) {
	switch {
	case now.Canceling && !before.Canceling:
		s.cancels(now)
	case before.Canceling && !now.Canceling:
		s.callOffLeaving()
		s.add(s.news("stays", formatter.Cancel, "✅", now, "Staying after all"))
	}
}

// cancels tells that the subscription will end with its period.
func (s *subscription) cancels(now state) {
	ends := firstTime(s.EndsAt, s.CurrentPeriodEnd)
	s.leaving = s.add(s.leavingCard(now, cancelWords(now)+with(", ends ", day(ends, now.at))))
	s.leavingFrom = now
}

func cancelWords(now state) string {
	if now.Trialing() {
		return "Trial canceled"
	}
	return "Canceled"
}

// callOffLeaving leaves of a cancellation only what its own state says: the
// end, the reason and the comment are known of the newest cancellation alone.
func (s *subscription) callOffLeaving() {
	if c := s.leaving; c != nil {
		c.Headline = headline(cancelWords(s.leavingFrom), s.who(), s.plan(s.leavingFrom))
		c.Fields, c.Quote = []formatter.Field{s.person().field()}, ""
	}
	resolve(&s.leaving, "→ called off")
}

func (s *subscription) leavingCard(now state, words string) formatter.Card {
	c := s.news("cancel", formatter.Cancel, "👋", now, words)
	if now.Trialing() || s.endsInTrial(now) {
		c.Kind = formatter.Trial
	}
	c.Fields = append(c.Fields, formatter.Field{Name: "Reason", Text: inWords(s.CustomerCancellationReason)})
	c.Quote = strings.TrimSpace(s.CustomerCancellationComment)
	return c
}

// reinstated tells that a subscription is active again after its end.
func (s *subscription) reinstated(now state) {
	for _, c := range slices.Backward(s.list) {
		if strings.HasPrefix(c.Key, "cancel:") || strings.HasPrefix(c.Key, "lost:") {
			mark(c, "→ active again")
			break
		}
	}
	s.due, s.leaving = nil, nil
	s.add(s.news("again", formatter.Subscriber, "✅", now, "Active again"))
}

// Pauses.

func (s *subscription) pause(before, now state) {
	switch {
	case now.Paused() && !before.Paused() && s.pausing != nil:
		s.pausing.Events = append(slices.Clone(s.pausing.Events), now.events...)
		s.pausing.Outcome, s.pausing.Headline = "paused", headline(s.pauseWords(now), s.who(), s.plan(now))
	case now.Paused() && !before.Paused(), now.Pausing && !before.Pausing:
		s.pauses(now)
	case before.Paused() && !now.Paused():
		s.endPause("Paused", before, "→ resumed")
		s.add(s.resumed(now))
	case before.Pausing && !now.Pausing:
		s.endPause("Pause planned", before, "→ called off")
		s.add(s.news("unpaused", formatter.Plan, "✅", now, "Pause called off"))
	}
}

// endPause leaves out the days of a pause, which are known of the newest one
// alone.
func (s *subscription) endPause(words string, before state, outcome string) {
	if s.pausing != nil {
		s.pausing.Headline = headline(words, s.who(), s.plan(before))
	}
	resolve(&s.pausing, outcome)
}

func (s *subscription) pauses(now state) {
	c := s.news("pause", formatter.Plan, "", now, s.pauseWords(now))
	c.Tone = formatter.Blue
	s.pausing = s.add(c)
}

func (s *subscription) pauseWords(now state) string {
	if now.Paused() {
		return "Paused" + with(" until ", day(s.ResumesAt.Time, now.at))
	}
	return "Pauses" + with(" on ", day(s.CurrentPeriodEnd.Time, now.at))
}

// resumed tells that a pause is over; the bill made with it is part of it.
func (s *subscription) resumed(now state) formatter.Card {
	c := s.news("resumed", formatter.Plan, "✅", now, "Resumed")
	s.claimBills(&c, polar.BillingCycle, now)
	return c
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
		o.claimed = true
		c.Events = append(slices.Clone(c.Events), o.news()...)
		if amountOr0(o.TotalAmount) < 0 {
			c.Fields = append(c.Fields, formatter.Field{Name: "Credited", Text: o.credit()})
		} else {
			c.Fields = append(c.Fields, o.paidField("Paid today"))
		}
	}
}
