package compose

import (
	"regexp"
	"slices"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// Pattern selects cards: by what happened ("refund"), by the deliveries that
// they tell of ("order.paid", "order.*"), by "news", "alerts" or "*". All but
// the types may have conditions. One that takes away has a - before it.
type Pattern struct {
	takes      bool
	name       string
	conditions []condition
}

// Mistake is what is wrong with a pattern, and what to write instead. Only Part
// repeats what was written.
type Mistake struct{ Part, Fault, Cure string }

func (m Mistake) Error() string { return m.Fault + ": " + m.Cure }

// typeForm is what event types look like, known or not.
var typeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)$`)

func parsePattern(text string) (Pattern, *Mistake) {
	text = strings.TrimSpace(text)
	rest, takes := strings.CutPrefix(text, "-")
	name, conditions := rest, ""
	if i := strings.IndexAny(rest, "[<>=≥"); i >= 0 {
		name, conditions = rest[:i], rest[i:]
	}
	p := Pattern{takes: takes, name: strings.Join(strings.Fields(strings.ToLower(name)), "")}
	if fault := p.checkName(name); fault != nil {
		fault.Part = text
		return p, fault
	}
	var fault *Mistake
	if p.conditions, fault = parseConditions(conditions); fault != nil {
		return p, fault
	}
	if len(p.conditions) > 0 && strings.Contains(p.name, ".") {
		return p, &Mistake{text, "has a condition on a type, and only kinds have them", "write " + p.kindInstead() + conditionExample}
	}
	return p, nil
}

const conditionExample = "[amount>=100usd]"

// checkName names the cure for what people write instead of a pattern.
func (p Pattern) checkName(written string) *Mistake {
	separated := strings.FieldsFunc(strings.ToLower(written), func(c rune) bool { return strings.ContainsRune(" /+&", c) })
	switch {
	case p.isKnown():
		return nil
	case p.name == "":
		return &Mistake{Fault: "has an empty pattern", Cure: "write news"}
	case p.name == "digest" || p.name == "digests":
		return &Mistake{Fault: "names the digest, which goes where DIGEST says", Cure: "set DIGEST to name:daily 09:00"}
	case strings.ContainsAny(p.name, ";"):
		return &Mistake{Fault: "has a semicolon", Cure: "put a comma between destinations: sales:news,ops:*"}
	case strings.ContainsAny(p.name, ":"):
		return &Mistake{Fault: "has a second colon", Cure: "put a comma between destinations: sales:news,ops:*"}
	case len(separated) > 1 && !slices.ContainsFunc(separated, func(s string) bool { return !(Pattern{name: s}).isKnown() }):
		return &Mistake{Fault: "has patterns without a | between them", Cure: "write " + strings.Join(separated, "|")}
	case strings.HasPrefix(p.name, "!"):
		return &Mistake{Fault: "has an unknown pattern", Cure: "to take something away, write a - before it, as in news|-abandoned"}
	}
	if meant := meantBy(p.name); meant != "" {
		return &Mistake{Fault: "has an unknown pattern", Cure: "did you mean " + meant + "?"}
	}
	if typeForm.MatchString(p.name) {
		return nil
	}
	return &Mistake{Fault: "has an unknown pattern", Cure: "write a kind such as sale or refund, a type such as order.paid, or order.*, *, news or alerts"}
}

func (p Pattern) isKnown() bool {
	family, isFamily := strings.CutSuffix(p.name, ".*")
	switch {
	case p.name == "*", p.name == "news", p.name == "alerts", isKind(p.name):
		return true
	case isFamily:
		return polar.IsFamily(family)
	}
	return polar.Known(p.name)
}

// IsUnknownType reports whether the pattern is a type, or a family, that this
// version does not know.
func (p Pattern) IsUnknownType() bool { return !p.isKnown() }

// synonyms are what people call some kinds.
var synonyms = map[string]string{
	"order": "sale", "purchase": "sale", "paid": "sale", "subscription": "subscriber", "signup": "subscriber", "converted": "subscriber",
	"usage": "renewal", "upgrade": "plan", "downgrade": "plan", "seats": "plan", "paused": "plan", "resumed": "plan",
	"churn": "cancel", "cancellation": "cancel", "canceled": "cancel", "cancelled": "cancel", "ended": "cancel",
	"failed": "unpaid", "past_due": "unpaid", "lost": "unpaid", "recovered": "unpaid", "refunded": "refund", "dispute": "refund",
	"checkout": "abandoned", "expired": "abandoned", "customer": "record", "product": "record", "polarbell": "bridge",
	"all": "*", "everything": "*", "alert": "alerts", "urgent": "alerts",
}

// meantBy is the pattern that a name is most likely a slip of, or "".
func meantBy(name string) string {
	for _, form := range []string{name, strings.TrimSuffix(name, "s")} {
		if isKind(form) {
			return form
		}
		if kind, ok := synonyms[form]; ok {
			return kind
		}
	}
	others := []string{"news", "alerts"}
	for _, kind := range Kinds {
		others = append(others, string(kind))
	}
	return polar.NearestType(name, others...)
}

// kindInstead is the kind that says about the same as a type.
func (p Pattern) kindInstead() string {
	family, event, _ := strings.Cut(p.name, ".")
	for _, c := range mayTell(p.name) {
		if c.Kind != "" && c.Kind != formatter.Waiting && c.Kind != formatter.Record && event != "*" {
			return string(c.Kind)
		}
	}
	if family == "refund" {
		return family
	}
	return "sale"
}

// String is the pattern as it is written.
func (p Pattern) String() string {
	text := p.name
	if p.takes {
		text = "-" + text
	}
	if len(p.conditions) == 0 {
		return text
	}
	parts := make([]string, len(p.conditions))
	for i, c := range p.conditions {
		parts[i] = c.String()
	}
	return text + "[" + strings.Join(parts, "&") + "]"
}

// Equal compares what patterns select.
func (p Pattern) Equal(q Pattern) bool { return p.String() == q.String() }

// covers reports whether the card is one that the pattern names, its conditions
// apart.
func (p Pattern) covers(c formatter.Card) bool {
	family, isFamily := strings.CutSuffix(p.name, ".*")
	switch {
	case p.name == "*":
		return c.Kind != ""
	case p.name == "news":
		return isNewsKind(c.Kind)
	case p.name == "alerts":
		return c.Facts.Alert
	case isFamily:
		return c.Kind != "" && hasType(c, func(t string) bool { return strings.HasPrefix(t, family+".") })
	case strings.Contains(p.name, "."):
		return hasType(c, func(t string) bool { return t == p.name })
	}
	return string(c.Kind) == p.name
}

func hasType(c formatter.Card, is func(string) bool) bool {
	return slices.ContainsFunc(c.Events, func(e formatter.Event) bool { return is(e.Type) })
}

// isMet reports whether the card meets all conditions.
func (p Pattern) isMet(c formatter.Card) bool {
	return !slices.ContainsFunc(p.conditions, func(k condition) bool { return !k.isMet(c, !p.takes) })
}
