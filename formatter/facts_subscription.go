package formatter

import "time"

// retryDays are when Polar tries a failed renewal again, counted from the
// first failure.
// Source: polarsource/polar, server/polar/order/service.py.
var retryDays = []int{2, 7, 14, 21}

// price is the subscription's, for one interval.
func (f *facts) price() string {
	return price(f.sub.Amount, f.sub.Currency, everyInterval(f.sub.RecurringInterval, f.sub.RecurringIntervalCount))
}

func (f *facts) products() string {
	if f.before.ProductID == f.now.ProductID {
		return f.product()
	}
	return change(f.before.Product, f.product())
}

// prices are "$30.00 → $70.00 a month", and name both intervals where they
// differ.
func (f *facts) prices() string {
	if equal(f.before.Amount, f.now.Amount) && sameInterval(f.before, f.now) {
		return f.price()
	}
	every := ""
	if !sameInterval(f.before, f.now) {
		every = everyInterval(f.before.Interval, f.before.Intervals)
	}
	return change(price(f.before.Amount, f.sub.Currency, every), f.price())
}

func (f *facts) trialStart() time.Time {
	return firstTime(f.sub.TrialStart, f.sub.StartedAt, f.sub.CreatedAt)
}

func (f *facts) since() string {
	started := firstTime(f.sub.StartedAt, f.sub.CreatedAt)
	if started.IsZero() {
		return ""
	}
	return started.UTC().Format("January 2006")
}

// takesEffect is when a change of plan that waits will happen.
func (f *facts) takesEffect() []time.Time {
	if f.sub.PendingUpdate == nil {
		return nil
	}
	return known(f.sub.PendingUpdate.AppliesAt)
}

// retries are all the dates that were expected when the renewal failed: a card
// that lost one as each passed would change without news.
func (f *facts) retries() []time.Time {
	due := firstTime(f.sub.PastDueAt)
	if due.IsZero() {
		return nil
	}
	dates := make([]time.Time, len(retryDays))
	for i, days := range retryDays {
		dates[i] = due.AddDate(0, 0, days)
	}
	return dates
}

// date is the day in UTC, with the year where it is not the year of the news.
func (f *facts) date(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.UTC().Year() != f.time.UTC().Year():
		return t.UTC().Format("2 Jan 2006")
	}
	return t.UTC().Format("2 Jan")
}
