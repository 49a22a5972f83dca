package compose

import (
	"slices"

	"polarbell/formatter"
	"polarbell/polar"
)

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
		return "Paused" + with(" until ", s.day(s.ResumesAt.Time, now.at))
	}
	return "Pauses" + with(" on ", s.day(s.CurrentPeriodEnd.Time, now.at))
}

// resumed tells that a pause is over; the bill made with it is part of it.
func (s *subscription) resumed(now state) formatter.Card {
	c := s.news("resumed", formatter.Plan, "✅", now, "Resumed")
	s.claimBills(&c, polar.BillingCycle, now)
	return c
}
