package reporter

import (
	"time"

	"polarbell/polar"
)

// Digest is when one destination is told how a day or a week went.
type Digest struct {
	Destination   string
	Organizations []string // whose orders count, by their labels; none: all
	Weekly        bool
	Weekday       time.Weekday  // of a weekly one
	At            time.Duration // the time of day, on the clock of the zone: 9h
}

// period is whole days, or what has passed of them.
type period struct {
	name     string    // polar.Day or polar.Week
	first    time.Time // the first day, as a date
	from, to time.Time
	soFar    bool
}

// due is when the digest was to be told last, and of which period.
func (d Digest) due(now time.Time, zone *time.Location) (at time.Time, p period) {
	for day := dateOf(now, zone); ; day = day.AddDate(0, 0, -1) {
		at := onClock(day, d.At, zone)
		if (!d.Weekly || day.Weekday() == d.Weekday) && !at.After(now) {
			return at, lastWhole(d.period(), day, zone)
		}
	}
}

func (d Digest) period() string {
	if d.Weekly {
		return polar.Week
	}
	return polar.Day
}

// lastWhole is the last day, or the last week from Monday on, that is over on a
// day.
func lastWhole(name string, day time.Time, zone *time.Location) period {
	first, days := day.AddDate(0, 0, -1), 1
	if name == polar.Week {
		sinceMonday := (int(day.Weekday()) + 6) % 7
		first, days = day.AddDate(0, 0, -sinceMonday-7), 7
	}
	return period{name: name, first: first, from: onClock(first, 0, zone), to: onClock(first.AddDate(0, 0, days), 0, zone)}
}

// today is what has passed of the day.
func today(now time.Time, zone *time.Location) period {
	first := dateOf(now, zone)
	return period{name: polar.Day, first: first, from: onClock(first, 0, zone), to: now, soFar: true}
}

// before is the period that this one is compared with: the same weekday of the
// week before until the same time of day, or the week before.
func (p period) before(zone *time.Location) period {
	b := p
	b.first = p.first.AddDate(0, 0, -7)
	b.from, b.to = onClock(b.first, 0, zone), p.from
	switch {
	case p.soFar:
		day, clock := dateOf(p.to, zone), clockOf(p.to, zone)
		b.to = onClock(day.AddDate(0, 0, -7), clock, zone)
	case p.name == polar.Day:
		b.to = onClock(b.first.AddDate(0, 0, 1), 0, zone)
	}
	return b
}

// day is one day as a period.
func day(date time.Time, zone *time.Location) period {
	return period{name: polar.Day, first: date, from: onClock(date, 0, zone), to: onClock(date.AddDate(0, 0, 1), 0, zone)}
}

// A date is midnight in UTC of the day that it is in the zone, so that days can
// be counted without regard to the zone's clock.
func dateOf(at time.Time, zone *time.Location) time.Time {
	year, month, day := at.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func clockOf(at time.Time, zone *time.Location) time.Duration {
	at = at.In(zone)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
}

// onClock is when the zone's clock shows a time on a date. Of a time that comes
// twice, when summer time ends, it is the first; of one that is skipped, when it
// begins, the moment from which the clock goes on.
func onClock(date time.Time, clock time.Duration, zone *time.Location) time.Time {
	shown := date.Add(clock) // as if the zone were UTC
	before, after := offset(shown.Add(-24*time.Hour), zone), offset(shown.Add(24*time.Hour), zone)
	for _, o := range []time.Duration{max(before, after), min(before, after)} {
		if at := shown.Add(-o).In(zone); offset(at, zone) == o {
			return at
		}
	}
	start, _ := shown.Add(-before).In(zone).ZoneBounds()
	return start
}

// offset is how much the zone's clock is ahead of UTC at a time.
func offset(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
