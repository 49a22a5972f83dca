package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
)

// Route decides which cards a destination gets. Its patterns are read from left
// to right, and the last one that fits decides. No patterns, or only ones that
// take away, give everything else.
type Route []Pattern

// ParseRoute reads patterns with a | between them.
func ParseRoute(text string) (Route, []Mistake) {
	var route Route
	var mistakes []Mistake
	for _, part := range SplitOutside(text, '|') {
		p, mistake := parsePattern(part)
		if mistake != nil {
			mistakes = append(mistakes, *mistake)
			continue
		}
		route = append(route, p)
	}
	return route, mistakes
}

// MustRoute is ParseRoute for a text that is known to be right.
func MustRoute(text string) Route {
	route, mistakes := ParseRoute(text)
	if len(mistakes) > 0 {
		panic(mistakes[0].Error())
	}
	return route
}

// SplitOutside splits a text at a separator, but not inside the brackets of
// conditions.
func SplitOutside(text string, separator rune) []string {
	var parts []string
	depth, start := 0, 0
	for i, c := range text {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == separator && depth <= 0:
			parts = append(parts, text[start:i])
			start = i + len(string(separator))
		}
	}
	return append(parts, text[start:])
}

// String is the route as it is written.
func (r Route) String() string {
	if len(r) == 0 {
		return "*"
	}
	texts := make([]string, len(r))
	for i, p := range r {
		texts[i] = p.String()
	}
	return strings.Join(texts, "|")
}

// Wants reports whether the route asks for a card. A card without a kind, such
// as the start of a billing period, is wanted only by its type's own name, and
// one for a certain destination by no route.
func (r Route) Wants(c formatter.Card) bool {
	return c.To == "" && r.decide(c, func(p Pattern) bool { return p.isMet(c) })
}

// decide takes what is taken away before anything is given from all the rest.
func (r Route) decide(c formatter.Card, meets func(Pattern) bool) bool {
	wanted := c.Kind != "" && !slices.ContainsFunc(r, func(p Pattern) bool { return !p.takes })
	for _, p := range r.ordered() {
		if p.covers(c) && meets(p) {
			wanted = !p.takes
		}
	}
	return wanted
}

// MayShow reports whether a delivery of a type may lead to a card that the route
// asks for. Conditions are known only of the card; strangers get no card but of
// what was bought.
func (r Route) MayShow(eventType string, public bool) bool { return r.MayShowOf("", eventType, public) }

// MayShowOf is MayShow for a delivery of an organization, by its label: the one
// condition that is known. "" says that it is not known.
func (r Route) MayShowOf(organization Organization, eventType string, public bool) bool {
	return slices.ContainsFunc(mayTell(eventType), func(c formatter.Card) bool {
		isForStrangers := c.Kind == formatter.Sale || c.Kind == formatter.Subscriber
		c.Facts.Organization = organization.Name()
		return (isForStrangers || !public) && r.decide(c, func(p Pattern) bool { return p.mayBeMet(c) })
	})
}

// mayBeMet reports whether a card of which only the organization is known may
// meet the conditions. One that takes away must: what is not known passes.
func (p Pattern) mayBeMet(c formatter.Card) bool {
	return !slices.ContainsFunc(p.conditions, func(k condition) bool {
		if k.about == aboutOrganization && c.Facts.Organization != "" {
			return !k.isMet(c, !p.takes)
		}
		return p.takes
	})
}

// IsUnderWay reports whether a type leads, in the ordinary course, only to what
// is still under way.
func IsUnderWay(eventType string) bool {
	return !slices.ContainsFunc(mayTell(eventType), func(c formatter.Card) bool { return c.Kind != formatter.Waiting })
}

// Names reports whether the route asks for a type of event by its own name or its
// family's.
func (r Route) Names(eventType string) bool {
	of := formatter.Card{Kind: formatter.Record, Events: []formatter.Event{{Type: eventType}}}
	return slices.ContainsFunc(r, func(p Pattern) bool { return !p.takes && p.isType() && p.covers(of) })
}

// Organizations are those that conditions name.
func (r Route) Organizations() []string {
	var names []string
	for _, p := range r {
		for _, c := range p.conditions {
			if c.about == aboutOrganization {
				names = append(names, c.values...)
			}
		}
	}
	return names
}

// Reaches reports whether the route may ask for news of an organization.
func (r Route) Reaches(organization string) bool {
	of := formatter.Card{Facts: formatter.Facts{Organization: organization}}
	reaches := !slices.ContainsFunc(r, func(p Pattern) bool { return !p.takes })
	for _, p := range r {
		about := slices.DeleteFunc(slices.Clone(p.conditions), func(c condition) bool { return c.about != aboutOrganization })
		switch {
		case slices.ContainsFunc(about, func(c condition) bool { return !c.isMet(of, true) }):
		case !p.takes && p.name != string(formatter.Bridge) && !strings.HasPrefix(p.name, "polarbell."):
			reaches = true // what the bridge says of itself is of no organization
		case p.name == "*" && len(about) == len(p.conditions):
			reaches = false
		}
	}
	return reaches
}
