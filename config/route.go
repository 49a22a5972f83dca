package config

import (
	"strings"

	"polarbell/polar"
)

// routes gives each destination its patterns.
func (r *reader) routes(all []Destination) {
	before := "name" // whose pattern a lonely one probably is
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
			r.wrong(e, "names no destination; %s", known(all))
		}
	}
}

// patternFor is what stood in a pattern's place if it is one, else an example.
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
			r.wrong(e, "has a pattern that matches no known type%s; did you mean %s?", show(p), meant)
		default:
			r.wrong(e, "has a pattern that matches no known type%s; write a type such as order.paid, or order.*, * or news", show(p))
		}
	}
	return patterns
}

// public marks the destinations that strangers can read.
func (r *reader) public(all []Destination) {
	for i, name := range r.items("PUBLIC", r.Public) {
		if at := find(all, name); at >= 0 {
			all[at].Public = true
		} else {
			e := entry{variable: "PUBLIC", number: i + 1, shown: show(name)}
			r.wrong(e, "names no destination; %s", known(all))
		}
	}
}

// known lists the names there are, as a cure.
func known(all []Destination) string {
	if len(all) == 0 {
		return "there is none yet"
	}
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.Name
	}
	return "there are " + strings.Join(names, ", ")
}
