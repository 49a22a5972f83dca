package config

import (
	"strings"

	"polarbell/compose"
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
		route := r.route(e)
		if i := find(all, e.name); i >= 0 {
			all[i].Routes = append(all[i].Routes, route...)
		} else {
			r.unknown(e, all)
		}
	}
}

// patternFor is value if that is a pattern, else an example of one.
func patternFor(value string) string {
	if route, mistakes := compose.ParseRoute(value); len(mistakes) == 0 && !route[0].IsUnknownType() {
		return value
	}
	return "news"
}

// route reads an entry's patterns. A type that is not known may be one that
// Polar has added since.
func (r *reader) route(e entry) compose.Route {
	route, mistakes := compose.ParseRoute(e.value)
	for _, m := range mistakes {
		if m.Part = strings.TrimSpace(m.Part); m.Part == "" {
			m.Cure = "write " + e.name + ":news, with single quotes around the whole value: a shell cuts it off at | and >"
		}
		r.wrong(e, "%s%s; %s", m.Fault, show(m.Part), m.Cure)
	}
	for _, p := range route {
		if p.IsUnknownType() {
			r.warning(e.variable, "entry %d%s has a type that this version does not know%s; it is taken as it is", e.number, e.shown, show(p.String()))
		}
	}
	return route
}
