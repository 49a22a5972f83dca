package reporter

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestOnClock: summer time begins and ends.
func TestOnClock(t *testing.T) {
	for _, c := range []struct{ name, zone, at, want string }{
		{"an ordinary day", "Europe/Oslo", "2026-11-26 09:00", "2026-11-26T08:00:00Z"},
		{"a day in summer", "Europe/Oslo", "2026-07-01 09:00", "2026-07-01T07:00:00Z"},
		{"in UTC", "UTC", "2026-11-26 09:00", "2026-11-26T09:00:00Z"},
		{"the morning of the day that is an hour short", "Europe/Oslo", "2026-03-29 09:00", "2026-03-29T07:00:00Z"},
		{"before the hour that is skipped", "Europe/Oslo", "2026-03-29 01:59", "2026-03-29T00:59:00Z"},
		{"in the hour that is skipped", "Europe/Oslo", "2026-03-29 02:30", "2026-03-29T01:00:00Z"},
		{"after the hour that is skipped", "Europe/Oslo", "2026-03-29 03:00", "2026-03-29T01:00:00Z"},
		{"before the hour that comes twice", "Europe/Oslo", "2026-10-25 01:59", "2026-10-24T23:59:00Z"},
		{"in the hour that comes twice", "Europe/Oslo", "2026-10-25 02:30", "2026-10-25T00:30:00Z"},
		{"after the hour that comes twice", "Europe/Oslo", "2026-10-25 03:00", "2026-10-25T02:00:00Z"},
		{"the midnight of the long day", "Europe/Oslo", "2026-10-25 00:00", "2026-10-24T22:00:00Z"},
		{"the midnight after it", "Europe/Oslo", "2026-10-26 00:00", "2026-10-25T23:00:00Z"},
		{"skipped in New York", "America/New_York", "2026-03-08 02:00", "2026-03-08T07:00:00Z"},
		{"twice in New York", "America/New_York", "2026-11-01 01:15", "2026-11-01T05:15:00Z"},
		{"skipped in the south", "Australia/Sydney", "2026-10-04 02:45", "2026-10-03T16:00:00Z"},
		{"twice in the south", "Australia/Sydney", "2026-04-05 02:45", "2026-04-04T15:45:00Z"},
		{"half an hour is skipped", "Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"},
		{"half an hour comes twice", "Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"},
		{"midnight is skipped", "Asia/Beirut", "2026-03-29 00:00", "2026-03-28T22:00:00Z"},
		{"half past midnight is skipped", "Asia/Beirut", "2026-03-29 00:30", "2026-03-28T22:00:00Z"},
		{"far ahead of UTC", "Pacific/Kiritimati", "2026-11-26 09:00", "2026-11-25T19:00:00Z"},
		{"far behind UTC", "Pacific/Pago_Pago", "2026-11-26 09:00", "2026-11-26T20:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse("2006-01-02 15:04", c.at)
			if err != nil {
				t.Fatal(err)
			}
			date := at.Truncate(24 * time.Hour)
			if got := onClock(date, at.Sub(date), zoneOf(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("%s in %s: got %s, want %s", c.at, c.zone, got, c.want)
			}
		})
	}
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		name           string
		digest         Digest
		zone, now      string
		want, from, to string
	}{
		{
			"at its time",
			Digest{At: 9 * time.Hour},
			"Europe/Oslo", "2026-11-27T08:00:00Z",
			"2026-11-27T08:00:00Z", "2026-11-25T23:00:00Z", "2026-11-26T23:00:00Z",
		},
		{
			"a second before",
			Digest{At: 9 * time.Hour},
			"Europe/Oslo", "2026-11-27T07:59:59Z",
			"2026-11-26T08:00:00Z", "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z",
		},
		{
			"where it is another day",
			Digest{At: 9 * time.Hour},
			"Pacific/Auckland", "2026-11-26T20:00:00Z",
			"2026-11-26T20:00:00Z", "2026-11-25T11:00:00Z", "2026-11-26T11:00:00Z",
		},
		{
			"of the day that is an hour short",
			Digest{At: 9 * time.Hour},
			"Europe/Oslo", "2026-03-30T07:00:00Z",
			"2026-03-30T07:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z",
		},
		{
			"of the day that is an hour long",
			Digest{At: 9 * time.Hour},
			"Europe/Oslo", "2026-10-26T08:00:00Z",
			"2026-10-26T08:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z",
		},
		{
			"in the hour that is skipped",
			Digest{At: 2*time.Hour + 30*time.Minute},
			"Europe/Oslo", "2026-03-29T01:00:00Z",
			"2026-03-29T01:00:00Z", "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z",
		},
		{
			"in the hour that comes twice, the second time",
			Digest{At: 2*time.Hour + 30*time.Minute},
			"Europe/Oslo", "2026-10-25T01:30:00Z",
			"2026-10-25T00:30:00Z", "2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z",
		},
		{
			"a week, on Monday",
			Digest{Weekly: true, Weekday: time.Monday, At: 8 * time.Hour},
			"Europe/Oslo", "2026-11-30T07:00:00Z",
			"2026-11-30T07:00:00Z", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z",
		},
		{
			"a week, before Monday's hour",
			Digest{Weekly: true, Weekday: time.Monday, At: 8 * time.Hour},
			"Europe/Oslo", "2026-11-30T06:59:00Z",
			"2026-11-23T07:00:00Z", "2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z",
		},
		{
			"a week, on Friday",
			Digest{Weekly: true, Weekday: time.Friday, At: 8 * time.Hour},
			"UTC", "2026-11-28T00:00:00Z",
			"2026-11-27T08:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z",
		},
		{
			"a week, on Sunday",
			Digest{Weekly: true, Weekday: time.Sunday},
			"UTC", "2026-11-29T00:00:00Z",
			"2026-11-29T00:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z",
		},
		{
			"the week that is an hour short",
			Digest{Weekly: true, Weekday: time.Monday},
			"America/New_York", "2026-03-09T12:00:00Z",
			"2026-03-09T04:00:00Z", "2026-03-02T05:00:00Z", "2026-03-09T04:00:00Z",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			at, p := c.digest.due(now, zoneOf(t, c.zone))
			for i, got := range []time.Time{at, p.from, p.to} {
				if want := []string{c.want, c.from, c.to}[i]; got.UTC().Format(time.RFC3339) != want {
					t.Errorf("%s: got %s, want %s", []string{"due", "from", "to"}[i], got.UTC().Format(time.RFC3339), want)
				}
			}
		})
	}
}

// TestEachDayOfAYearIsDueOnce: looking each minute finds each day's digest exactly
// once, one after the other.
func TestEachDayOfAYearIsDueOnce(t *testing.T) {
	for _, name := range []string{"Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kolkata", "America/Santiago"} {
		zone := zoneOf(t, name)
		for _, clock := range []time.Duration{0, 2*time.Hour + 30*time.Minute, 9 * time.Hour, 23*time.Hour + 59*time.Minute} {
			d, days := Digest{At: clock}, map[time.Time]time.Time{}
			last := time.Time{}
			for now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); now.Year() == 2026; now = now.Add(30 * time.Minute) {
				at, p := d.due(now, zone)
				if known, ok := days[p.first]; ok && !known.Equal(at) {
					t.Fatalf("%s, %v: %s is due at %s and at %s", name, clock, p.first.Format(time.DateOnly), known, at)
				}
				if !last.IsZero() && p.first.After(last) && p.first.Sub(last) != 24*time.Hour {
					t.Fatalf("%s, %v: after %s comes %s", name, clock, last.Format(time.DateOnly), p.first.Format(time.DateOnly))
				}
				if p.first.Before(last) {
					t.Fatalf("%s, %v: back to %s", name, clock, p.first.Format(time.DateOnly))
				}
				days[p.first], last = at, p.first
			}
			if len(days) < 365 {
				t.Errorf("%s, %v: got %d days, want 365 or more", name, clock, len(days))
			}
		}
	}
}
