package config

import (
	"strings"

	"polarbell/polar"
)

// routes gives each destination its patterns.
func (r *reader) routes(all []Destination) {
	before := "name" // whose pattern it probably is if an entry has no name
	for _, e := range r.entries("ROUTES", r.Routes) {
		if e.name == "" {
			r.wrong(e, "has no destination; write %s:%s", before, patternFor(e.value))
			continue
		}
		before = e.name
		patterns := r.patterns(e)
		if i := find(all, e.name); i >= 0 {
			all[i].Routes = append(all[i].Routes, patterns...)
		} else {
			r.wrong(e, "names a destination that does not exist; %s", known(all))
		}
	}
}

// patternFor is value if that is a pattern, else an example of one.
func patternFor(value string) string {
	if ok, _ := polar.KnownPattern(value); ok {
		return value
	}
	return "news"
}

func (r *reader) patterns(e entry) []string {
	var patterns []string
	for p := range strings.SplitSeq(e.value, "|") {
		p = strings.TrimSpace(p)
		ok, meant := polar.KnownPattern(p)
		switch {
		case p == "":
			r.wrong(e, "has an empty pattern; write %s:news", e.name)
		case ok:
			patterns = append(patterns, p)
		case meant != "":
			r.wrong(e, "has an unknown pattern%s; did you mean %s?", show(p), meant)
		default:
			r.wrong(e, "has an unknown pattern%s; write a type such as order.paid, or order.*, * or news", show(p))
		}
	}
	return patterns
}

// public marks the destinations of PUBLIC.
func (r *reader) public(all []Destination) {
	for i, name := range r.items("PUBLIC", r.Public) {
		if at := find(all, name); at >= 0 {
			all[at].Public = true
		} else {
			e := entry{variable: "PUBLIC", number: i + 1, shown: show(name)}
			r.wrong(e, "names a destination that does not exist; %s", known(all))
		}
	}
}

// known lists the names that exist, as a cure.
func known(all []Destination) string {
	if len(all) == 0 {
		return "set a destination first"
	}
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.Name
	}
	return "write one of the names that exist: " + strings.Join(names, ", ")
}
