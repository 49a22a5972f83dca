package polar

import (
	"slices"
	"strings"
)

// Match reports whether a route's pattern covers a type. A pattern is a type,
// a family as "order.*", "*", or "news": what a sales channel wants.
func Match(pattern, eventType string) bool {
	switch {
	case pattern == "*":
		return true
	case pattern == "news":
		return isNews(eventType)
	case strings.HasSuffix(pattern, ".*"):
		return strings.HasPrefix(eventType, strings.TrimSuffix(pattern, "*"))
	}
	return pattern == eventType
}

// isNews holds for unknown types too, so that a new kind of refund reaches the
// sales channel on its first day.
func isNews(eventType string) bool {
	switch eventType {
	case "order.created", "order.paid", "order.refunded", "checkout.expired":
		return true
	case "subscription.cycled", "subscription.migrated":
		return false
	}
	return slices.Contains([]string{"refund", "subscription", "polarbell"}, family(eventType))
}

// KnownPattern reports whether a pattern covers at least one known type. If it
// does not, meant is the pattern it was most likely a slip of, or "".
func KnownPattern(pattern string) (ok bool, meant string) {
	known := patterns()
	nearest := min(3, len(pattern)) // "order.payed" is 2 from "order.paid"; farther off is guessing
	for _, p := range known {
		if p == pattern {
			return true, ""
		}
		if d := distance(strings.ToLower(pattern), p); d < nearest {
			nearest, meant = d, p
		}
	}
	return false, meant
}

func patterns() []string {
	known := []string{"*", "news"}
	for _, k := range all {
		known = append(known, k.Name, family(k.Name)+".*")
	}
	return known
}

// distance is Levenshtein's: how many characters to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
