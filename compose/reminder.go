package compose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// reminder is an event of ours about a failed payment: soon Polar gives it up.
type reminder struct {
	polar.Deadline
	event formatter.Event
	at    time.Time
}

// remindersOf are those of a timeline, which has nothing else, as the routes
// look at them: one counts as subscription.past_due, whose card it repeats.
func remindersOf(t *timeline) []reminder {
	var all []reminder
	for _, d := range t.deliveries {
		if len(d.Body) > 0 {
			all = append(all, reminder{polar.Body(d.Body).Deadline(), formatter.Event{Seq: d.Seq, Type: "subscription.past_due"}, d.At})
		}
	}
	return all
}

// joinReminders gives each subscription its own, and returns cards of those
// whose subscription is not known.
func (c *composer) joinReminders(all []reminder) {
	slices.SortStableFunc(all, func(a, b reminder) int { return a.at.Compare(b.at) })
	for _, r := range all {
		i := slices.IndexFunc(c.subs, func(s *subscription) bool { return strings.EqualFold(s.id, r.SubscriptionID) })
		if i < 0 {
			c.lone = append(c.lone, r)
			continue
		}
		c.subs[i].reminders = append(c.subs[i].reminders, r)
	}
}

// card is the reminder where nothing else is known.
func (r reminder) card() formatter.Card {
	return formatter.Card{
		Key: "reminder:" + stamp(r.Since.Time), Kind: formatter.Unpaid, Events: []formatter.Event{r.event}, Time: r.at,
		Mark: "⚠️", Tone: formatter.Red, Headline: r.words(),
		Fields: []formatter.Field{
			{Name: "Last try expected", Times: []time.Time{r.Ends.Time}}, {Name: "At risk now", Text: r.atRisk()},
		},
		Note: "Then Polar ends the subscription. If the customer updates their card before, it is charged right away.",
		Link: open(subscriptionPage, r.SubscriptionID),
	}
}

func (r reminder) words() string { return joined(" ", span(r.at, r.Ends.Time), "left to pay") }

// atRisk is "3 customers, $147.00 and €30.00 a month".
func (r reminder) atRisk() string {
	if r.AtRisk.Customers == 0 {
		return ""
	}
	var sums []string
	for _, m := range r.AtRisk.Monthly {
		sums = append(sums, moneyOf(m.Amount, m.Currency))
	}
	if len(sums) == 0 {
		return plural(int(r.AtRisk.Customers), "customer")
	}
	return listed(plural(int(r.AtRisk.Customers), "customer"), strings.Join(sums, " and ")+" a month")
}

// remind adds the cards of the reminders before a time, of all for the zero
// time. One that came too late, because the payment had been settled, is over.
func (s *subscription) remind(before time.Time) {
	for len(s.reminders) > 0 && (before.IsZero() || s.reminders[0].at.Before(before)) {
		r := s.reminders[0]
		s.reminders = s.reminders[1:]
		if s.due == nil && s.settled == "" {
			continue // nothing is known of the failure any more: its message stays as it is
		}
		c := r.card()
		s.wordBill(&c, r.words(), s.billOf(s.dueFrom.at), s.dueFrom)
		c.Who, c.Country, c.Product = s.person().who(), s.person().country, s.Subscription.Product.Title()
		c.Facts.Products = []string{s.product(s.dueFrom), cmp.Or(s.dueFrom.ProductID, s.ProductID)}
		c.Fields = slices.Insert(c.Fields, 1, s.person().field())
		c.Context = []string{s.since()}
		s.reminded = s.add(c)
		if s.due == nil {
			resolve(&s.reminded, s.settled)
		}
	}
}

// settle marks the cards of a failed payment with what became of it.
func (s *subscription) settle(outcome string) {
	s.settled = outcome
	resolve(&s.due, outcome)
	resolve(&s.reminded, outcome)
}

// Unpaid is a failed payment of a subscription that Polar still tries to charge.
type Unpaid struct {
	Subscription, Customer string    // ids
	Since                  time.Time // the first failure
	Ends                   time.Time // the last try, after which Polar gives it up
	Monthly                formatter.Money
	IsTest                 bool
}

// StillUnpaid are the failed payments of a history for which somebody can still
// do something. A customer who leaves does not pay, and samples are not real.
func StillUnpaid(h *History) []Unpaid {
	var all []Unpaid
	c := newComposer(h, Options{})
	for _, s := range c.subs {
		s.cards()
		now := s.last()
		if s.due == nil || s.leaving != nil || now.Status != "past_due" || c.prefix == "SAMPLE" {
			continue
		}
		all = append(all, Unpaid{
			Subscription: s.ID, Customer: cmp.Or(customerID(s.Customer), s.CustomerID), Since: s.failedSince(s.dueFrom), Ends: s.givesUp(),
			Monthly: formatter.Money{Amount: s.monthly(now), Currency: s.Currency}, IsTest: c.prefix == "TEST",
		})
	}
	return all
}

// givesUp is when Polar tries for the last time, as far as it is known.
func (s *subscription) givesUp() time.Time {
	last := s.failedSince(s.dueFrom).AddDate(0, 0, retryDays[len(retryDays)-1])
	if bill := s.billOf(s.dueFrom.at); bill != nil && bill.NextPaymentAttemptAt.After(last) {
		return bill.NextPaymentAttemptAt.Time
	}
	return last
}

// monthly is what the subscription brings in a month, after its discount.
func (s *subscription) monthly(now state) int64 {
	interval, count := now.Interval, now.Intervals
	if interval == "" {
		interval, count = s.RecurringInterval, s.RecurringIntervalCount
	}
	inYear := map[string]int64{"day": 365, "week": 52, "month": 12, "year": 1}[interval]
	months := 12 * max(1, count)
	return (amountOr0(now.Amount)*inYear + months/2) / months
}
