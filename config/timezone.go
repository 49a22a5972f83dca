package config

import (
	"strings"
	"time"
	_ "time/tzdata" // a container may lack the zones
	"unicode"
)

// timeZone is where a day begins and ends: TIMEZONE, else TZ, else UTC. TZ is
// set by others too, and in forms that Go does not know.
func (r *reader) timeZone() *time.Location {
	if r.TimeZone == "" {
		zone, ok := zoneNamed(strings.TrimPrefix(r.TZ, ":"))
		if !ok {
			r.warning("TZ", "is not a time zone's name, so days begin and end in UTC; set TIMEZONE, such as Europe/Oslo")
		}
		return zone
	}
	zone, ok := zoneNamed(r.TimeZone)
	if ok {
		return zone
	}
	if meant := zoneMeant(r.TimeZone); meant != "" {
		r.mistake("TIMEZONE", "is not a time zone's name%s; did you mean %s?", show(r.TimeZone), meant)
	} else {
		r.mistake("TIMEZONE", "is not a time zone's name%s; write one such as Europe/Oslo or America/New_York, or UTC", show(r.TimeZone))
	}
	return time.UTC
}

// zoneNamed is UTC for no name and for one that does not exist. "Local" is
// whatever this machine happens to have.
func zoneNamed(name string) (*time.Location, bool) {
	if strings.EqualFold(name, "local") {
		return time.UTC, false
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, false
	}
	return zone, true
}

// abbreviations that are not names, by a place where they are used.
var abbreviations = map[string]string{
	"pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "mdt": "America/Denver", "cst": "America/Chicago",
	"cdt": "America/Chicago", "edt": "America/New_York", "bst": "Europe/London", "cest": "Europe/Berlin", "eest": "Europe/Helsinki",
	"ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "sgt": "Asia/Singapore", "aest": "Australia/Sydney", "aedt": "Australia/Sydney",
	"z": "UTC", "utc": "UTC", "gmt": "UTC",
}

// zoneMeant is the name that people meant by an abbreviation, a city alone, or
// other upper and lower case.
func zoneMeant(text string) string {
	if name, found := abbreviations[strings.ToLower(text)]; found {
		return name
	}
	name := titled(text)
	for _, area := range []string{"", "Europe/", "America/", "Asia/", "Africa/", "Australia/", "Atlantic/", "Pacific/", "Indian/"} {
		if _, ok := zoneNamed(area + name); ok {
			return area + name
		}
	}
	return ""
}

// titled writes "new york" as "New_York".
func titled(text string) string {
	isFirst := true
	return strings.Map(func(c rune) rune {
		was := isFirst
		isFirst = c == '/' || c == '_' || c == ' ' || c == '-'
		switch {
		case c == ' ':
			return '_'
		case was:
			return unicode.ToUpper(c)
		}
		return unicode.ToLower(c)
	}, strings.TrimSpace(text))
}
