package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"polarbell/polar"
)

// Digest is when a destination is told how a day or a week went.
type Digest struct {
	Weekly       bool
	Weekday      time.Weekday // of a weekly one
	Hour, Minute int          // on the clock of TIMEZONE
}

// String says when: "daily at 09:00", "weekly on Monday at 08:00".
func (d Digest) String() string {
	if d.Weekly {
		return fmt.Sprintf("weekly on %v at %02d:%02d", d.Weekday, d.Hour, d.Minute)
	}
	return fmt.Sprintf("daily at %02d:%02d", d.Hour, d.Minute)
}

const (
	daily  = "daily"
	weekly = "weekly"

	usualHour = 9
)

// digests gives destinations their digests: an entry is "name:daily 09:00" or
// "name:daily|weekly mon 08:00".
func (r *reader) digests(all []Destination) {
	for n, item := range r.items("DIGEST", r.Digest) {
		e := entry{variable: "DIGEST", number: n + 1, shown: show(item)}
		e.name, e.value = cutName(item)
		first, _, _ := strings.Cut(item, " ")
		i := find(all, e.name)
		switch {
		case item == "":
			r.wrong(e, "is empty; remove a comma")
		case i < 0 && (e.name == "" || isPeriod(first)):
			r.wrong(e, "has no destination; write name:daily 09:00")
		case i < 0:
			r.unknown(e, all)
		case all[i].Public:
			r.wrong(e, "tells strangers how the business goes; take it out, or the name out of PUBLIC")
		default:
			all[i].Digests = r.addDigests(e, all[i].Digests)
		}
	}
}

// isPeriod reports whether a text is a period, or nearly.
func isPeriod(text string) bool { return polar.Nearest(lower(text), []string{daily, weekly}, 2) != "" }

func lower(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// addDigests reads an entry's digests, with a | between them.
func (r *reader) addDigests(e entry, digests []Digest) []Digest {
	for part := range strings.SplitSeq(e.value, "|") {
		d, fault := parseDigest(lower(part))
		switch {
		case fault != "":
			r.wrong(e, "%s", fault)
		case slices.ContainsFunc(digests, func(other Digest) bool { return other.Weekly == d.Weekly }):
			r.wrong(e, "asks for a second digest of the same kind for %s; write one daily and one weekly at most", e.name)
		default:
			digests = append(digests, d)
		}
	}
	return digests
}

// parseDigest reads "daily", "daily 18:30" or "weekly mon 08:00". The fault says
// what to write instead.
func parseDigest(text string) (d Digest, fault string) {
	d = Digest{Weekday: time.Monday, Hour: usualHour}
	words := strings.Fields(text)
	switch {
	case len(words) == 0:
		return d, "does not say when; write daily 09:00 or weekly mon 09:00"
	case words[0] == weekly:
		d.Weekly = true
	case words[0] != daily:
		instead := cmp.Or(polar.Nearest(words[0], []string{daily, weekly}, 2), "daily or weekly")
		return d, "has neither daily nor weekly" + show(words[0]) + "; write " + instead
	}
	return d, d.parseTime(words[1:])
}

// parseTime reads what stands behind the period: a day of the week, a time of
// day, both or neither.
func (d *Digest) parseTime(words []string) (fault string) {
	if len(words) == 0 {
		return ""
	}
	day, isDay := weekday(words[0])
	switch {
	case isDay && !d.Weekly:
		return "has a day of the week for a daily digest" + show(words[0]) + "; write weekly " + words[0]
	case isDay:
		d.Weekday, words = day, words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	if fault := d.parseClock(words[0]); fault != "" || len(words) == 1 {
		return fault
	}
	if _, isDay := weekday(words[1]); isDay && d.Weekly {
		return "has the day behind the time; write weekly " + words[1] + " " + words[0]
	}
	return "has too much behind the time" + show(words[1]) + "; write daily 09:00 or weekly mon 09:00"
}

// parseClock reads a time of day.
func (d *Digest) parseClock(text string) (fault string) {
	hour, minute, found := strings.Cut(text, ":")
	h, errHour := strconv.Atoi(hour)
	m, errMinute := strconv.Atoi(minute)
	switch {
	case !found && errHour != nil && d.Weekly:
		return "has neither a day of the week nor a time of day" + show(text) + "; write weekly mon 09:00"
	case !found, errHour != nil, errMinute != nil, len(minute) != 2, len(hour) > 2:
		return "has a time of day that cannot be read" + show(text) + "; write it as 09:00 or 18:30"
	case h < 0 || h > 23 || m < 0 || m > 59:
		return "has a time of day that does not exist" + show(text) + "; write one from 00:00 to 23:59"
	}
	d.Hour, d.Minute = h, m
	return ""
}

// weekday reads "mon" or "monday".
func weekday(text string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := strings.ToLower(day.String()); len(text) >= 3 && strings.HasPrefix(name, text) {
			return day, true
		}
	}
	return 0, false
}

// checkDigests warns where no digest has anything to tell.
func (r *reader) checkDigests(c Config) {
	if c.Sandbox && r.Digest != "" {
		r.warning("DIGEST", "tells nothing while POLAR_SERVER is sandbox: orders there are tests, and tests count nowhere")
	}
}
