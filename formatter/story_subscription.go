package formatter

import (
	"time"

	"polarbell/polar"
)

// subscriptionNews is everything that happened to a subscription, told by
// comparing each of its states with the one before.
func subscriptionNews(t *track) []news {
	var all []news
	var dueSince time.Time
	for i, s := range t.steps {
		n := news{at: s.at, track: t, dueSince: dueSince}
		if i > 0 {
			n.before = t.steps[i-1].brief
			n.kind = changeOf(n.before, s.brief)
		} else {
			n.kind = firstOf(t, s.brief)
		}
		if n.kind == newsCanceled {
			n.kind = endOf(t, n.before)
		}
		if isDue(s.brief) && !isDue(n.before) {
			dueSince = s.at
		}
		if n.kind != newsNone && !s.old {
			all = append(all, n)
		}
	}
	return append(all, cycles(t)...)
}

// cycles are the starts of billing periods, which leave the state as it is.
func cycles(t *track) []news {
	var all []news
	for _, d := range t.deliveries {
		if d.Type == "subscription.cycled" && !d.old {
			all = append(all, news{kind: newsCycled, at: d.At, track: t})
		}
	}
	return all
}

// firstOf tells of a subscription whose earlier state is not known. What an
// update alone says of it is told only where somebody must know.
func firstOf(t *track, now polar.Brief) kind {
	switch {
	case isOver(now), t.heard("subscription.revoked"):
		return newsCanceled
	case isDue(now), t.heard("subscription.past_due"):
		return newsPastDue
	case now.Canceling, t.heard("subscription.canceled"):
		return newsCancels
	case t.heard("subscription.created"):
		return startOf(now)
	case t.heard("subscription.uncanceled"):
		return newsUncanceled
	case t.heard("subscription.resumed"):
		return newsResumed
	case t.heard("subscription.paused"):
		return newsPaused
	case t.heard("subscription.active"):
		return activeOf(t, now)
	}
	return newsNone
}

// activeOf tells a new subscription from one that is active again.
func activeOf(t *track, now polar.Brief) kind {
	sub := t.subscription()
	if t.steps[0].at.Sub(sub.CreatedAt.Time) < soon {
		return startOf(now)
	}
	return newsActive
}

func startOf(now polar.Brief) kind {
	switch {
	case now.Status == "incomplete":
		return newsWaiting
	case now.Status == "trialing":
		return newsTrial
	case now.Amount != nil && *now.Amount == 0:
		return newsFree
	}
	return newsSubscriber
}

// changeOf is what a step from one known state to the next means; newsCanceled
// stands for every kind of end.
func changeOf(before, now polar.Brief) kind {
	switch {
	case isOver(now):
		if isOver(before) {
			return newsNone
		}
		return newsCanceled
	case isDue(now) != isDue(before):
		return either(isDue(now), newsPastDue, newsRecovered)
	case before.Status == "trialing" && now.Status == "active":
		return newsConverted
	case before.Status == "incomplete" && now.Status != before.Status:
		return startOf(now)
	case (now.Status == "paused") != (before.Status == "paused"):
		return either(now.Status == "paused", newsPaused, newsResumed)
	case now.Canceling != before.Canceling:
		return either(now.Canceling, newsCancels, newsUncanceled)
	case now.Pausing != before.Pausing:
		return either(now.Pausing, newsPauses, newsUnpauses)
	}
	return planOf(before, now)
}

// endOf tells how a subscription ended.
func endOf(t *track, before polar.Brief) kind {
	sub := t.subscription()
	switch {
	case before.Status == "incomplete":
		return newsVoid
	case isDue(before), before.Status == "" && !sub.PastDueAt.IsZero():
		return newsLost
	case before.Canceling, !sub.CanceledAt.IsZero() && sub.EndedAt.Sub(sub.CanceledAt.Time) > soon:
		return newsEnded
	}
	return newsCanceled
}

// planOf compares what is subscribed to; what is not known on both sides has
// not changed.
func planOf(before, now polar.Brief) kind {
	product := before.ProductID != "" && now.ProductID != "" && before.ProductID != now.ProductID
	price, seats := compare(before.Amount, now.Amount), compare(before.Seats, now.Seats)
	switch {
	case !sameInterval(before, now):
		return newsSwitched
	case seats != 0 && !product:
		return either(seats > 0, newsMoreSeats, newsFewerSeats)
	case price != 0:
		return either(price > 0, newsUpgraded, newsDowngraded)
	case product:
		return newsSwitched
	}
	return newsNone
}

func compare(before, now *int64) int64 {
	if before == nil || now == nil {
		return 0
	}
	return *now - *before
}

func sameInterval(before, now polar.Brief) bool {
	return before.Interval == "" || before.Interval == now.Interval && before.Intervals == now.Intervals
}

func either[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func isOver(b polar.Brief) bool {
	return b.Status == "canceled" || b.Status == "incomplete_expired"
}

func isDue(b polar.Brief) bool { return b.Status == "past_due" || b.Status == "unpaid" }
