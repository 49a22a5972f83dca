package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// ended tells how a subscription ended.
func (s *subscription) ended(before, now state) {
	resolve(&s.pausing, "→ ended")
	resolve(&s.planned, "→ ended")
	switch {
	case before.Incomplete(), now.Status == "incomplete_expired":
		c := s.news("notstarted", formatter.Cancel, "", now, "")
		c.Headline, c.Context, c.Amount = headline("First payment failed", s.who(), short(s.product(now))+", not started"), nil, nil
		s.add(c)
	case s.due != nil && s.leaving == nil && s.CustomerCancellationReason != "":
		s.settle("→ canceled")
		s.leftAtOnce(now)
	case s.due != nil, before.Status == "" && !s.PastDueAt.IsZero():
		c := s.news("lost", formatter.Unpaid, "👋", now, "Lost to failed payment")
		c.Tone = formatter.Red
		s.settle("→ lost on " + s.day(now.at, now.at))
		resolve(&s.leaving, "→ lost to failed payment")
		s.add(c)
	case s.endsEarly(now):
		resolve(&s.leaving, "→ ended on "+s.day(now.at, now.at))
		s.leftAtOnce(now)
	case s.leaving != nil:
		s.leaving.Events = append(slices.Clone(s.leaving.Events), now.events...)
		s.wordEnd(s.leaving, now)
	default:
		s.leftAtOnce(now)
	}
}

// endsEarly reports whether the end comes before the day that was announced.
func (s *subscription) endsEarly(now state) bool {
	return s.leaving != nil && now.at.Before(s.leavingFrom.Ends().Add(-soon))
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
	case now.Canceling && now.Ends() != before.Ends() && s.leaving != nil:
		s.leavingFrom = now
		s.wordLeaving(s.leaving)
	case before.Canceling && !now.Canceling:
		s.callOffLeaving()
		s.add(s.news("stays", formatter.Cancel, "✅", now, "Staying after all"))
	}
}

// cancels tells that the subscription will end with its period.
func (s *subscription) cancels(now state) {
	s.leavingFrom = now
	s.leaving = s.add(s.leavingCard(now, ""))
	s.wordLeaving(s.leaving)
}

func (s *subscription) wordLeaving(c *formatter.Card) {
	from, words := s.leavingFrom, "Canceled"
	if from.Trialing() {
		words = "Trial canceled"
	}
	ends := from.Ends()
	if ends.IsZero() && s.last().Canceling { // of a release that did not keep it
		ends = firstTime(s.EndsAt, s.CurrentPeriodEnd)
	}
	c.Headline = headline(words+with(", ends ", s.day(ends, from.at)), s.who(), s.plan(from))
}

// callOffLeaving leaves out the reason and the comment, which are known of the
// newest cancellation alone.
func (s *subscription) callOffLeaving() {
	if c := s.leaving; c != nil {
		s.wordLeaving(c)
		c.Fields, c.Quote = []formatter.Field{s.person().field()}, ""
	}
	resolve(&s.leaving, "→ called off")
}

func (s *subscription) leavingCard(now state, words string) formatter.Card {
	c := s.news("cancel", formatter.Cancel, "👋", now, words)
	if now.Trialing() || s.endsInTrial(now) {
		c.Kind = formatter.Trial
	}
	c.Fields = append(c.Fields, formatter.Field{Name: "Reason", Text: polar.InWords(s.CustomerCancellationReason)})
	c.Quote = strings.TrimSpace(s.CustomerCancellationComment)
	if lasted := s.lasted(now.at); lasted != "" {
		c.Context, c.Customer = []string{lasted}, lasted
	}
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
	s.due, s.reminded, s.leaving = nil, nil, nil
	s.add(s.news("again", formatter.Subscriber, "✅", now, "Active again"))
}
