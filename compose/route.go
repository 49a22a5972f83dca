package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
)

// Wants reports whether a route's patterns ask for a card. A pattern is a type,
// a family as "order.*", "*", or "news": what people should hear. No patterns
// means "*". A card without a kind, such as the start of a billing period, is
// wanted only by its type's own name.
func Wants(patterns []string, c formatter.Card) bool {
	if len(patterns) == 0 {
		return c.Kind != ""
	}
	return slices.ContainsFunc(patterns, func(p string) bool { return covers(p, c) })
}

func covers(pattern string, c formatter.Card) bool {
	family, isFamily := strings.CutSuffix(pattern, "*")
	switch {
	case pattern == "news":
		return c.Kind != "" && c.Kind != formatter.Waiting && c.Kind != formatter.Record
	case isFamily:
		return c.Kind != "" && hasType(c, func(t string) bool { return strings.HasPrefix(t, family) })
	}
	return hasType(c, func(t string) bool { return t == pattern })
}

func hasType(c formatter.Card, is func(string) bool) bool {
	return slices.ContainsFunc(c.Events, func(e formatter.Event) bool { return is(e.Type) })
}
