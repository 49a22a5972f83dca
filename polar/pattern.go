package polar

import "slices"

// IsFamily reports whether the table has a type of a family such as "order".
func IsFamily(name string) bool {
	return slices.ContainsFunc(all, func(t EventType) bool { return family(t.Name) == name })
}

// Own is the family of the bridge's own events.
const Own = "polarbell"

// IsOwn reports whether a type is one of the bridge's own.
func IsOwn(eventType string) bool { return family(eventType) == Own }

// NearestType returns the type, the family as "order.*", or one of the other
// names that a text is most likely a slip of, or "".
func NearestType(text string, others ...string) (meant string) {
	const most = 2 // "order.payed" is 2 from "order.paid"; farther off is guessing
	return Nearest(text, slices.Concat(names(), others), min(most, len(text)-1))
}

func names() []string {
	var known []string
	for _, t := range all {
		known = append(known, t.Name, family(t.Name)+".*")
	}
	return known
}
