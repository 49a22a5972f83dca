package compose

import (
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// retryDays are when Polar tries a failed renewal again, counted from the
// first failure. Source: polarsource/polar, server/polar/order/service.py.
var retryDays = []int{2, 7, 14, 21}

// failed tells that a renewal was not paid.
func (s *subscription) failed(now state) {
	c := s.news("unpaid", formatter.Unpaid, "⚠️", now, "")
	words := "Renewal failed"
	if s.EndsTrial(now.at) {
		words = "First charge failed"
	}
	bill := s.billOf(now.at)
	s.wordBill(&c, words, bill, now)
	if bill != nil {
		c.Fields = slices.Insert(c.Fields, 0, formatter.Field{Name: "Declined", Text: bill.declined})
	}
	if now.Status == "past_due" {
		c.Fields = slices.Insert(c.Fields, 0, formatter.Field{Name: "Expected retries", Times: s.retries(now)})
		c.Note = "Polar will retry. If the customer updates their card, it is charged right away."
	}
	s.due, s.dueFrom, s.settled = s.add(c), now, ""
}

// givenUp notes that Polar retries no more; the customer may still pay.
func (s *subscription) givenUp() {
	for _, c := range []*formatter.Card{s.due, s.reminded} {
		if c != nil {
			c.Fields, c.Note = []formatter.Field{s.person().field()}, ""
			mark(c, "→ no more retries")
		}
	}
}

// failedSince is when a payment failed. That may be before it is known.
func (s *subscription) failedSince(now state) time.Time {
	if !s.PastDueAt.IsZero() && s.PastDueAt.Before(now.at) {
		return s.PastDueAt.Time
	}
	return now.at
}

// retries are the expected ones still to come.
func (s *subscription) retries(now state) []time.Time {
	since := s.failedSince(now)
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
		c.Amount = moneyIf(bill.charged(), bill.Currency)
	case amountOr0(now.Amount) > 0:
		amount, c.Amount = money(now.Amount, s.Currency), moneyIf(now.Amount, s.Currency)
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
		bill.becomesPartOf(&c)
		mark(&c, bill.refundOutcome())
	}
	s.settle("→ recovered" + after)
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
