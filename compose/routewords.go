package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
)

// Words say what the route gives of a kind: "yes", "no", "from $100.00 or
// €90.00", "marked ⚠️ or ✅, not in Norway".
func (r Route) Words(kind formatter.Kind) string {
	var given, taken []string
	all := !slices.ContainsFunc(r, func(p Pattern) bool { return !p.takes })
	for _, p := range r.ordered() {
		words, whole := p.words(kind)
		switch {
		case words == "":
		case whole && p.takes:
			all, given, taken = false, nil, nil
		case whole:
			all, given, taken = true, nil, nil
		case p.takes && (all || len(given) > 0):
			taken = append(taken, words)
		case !p.takes && !all:
			given = append(given, words)
		}
	}
	words := strings.Join(given, " or ")
	if all {
		words = "yes"
	}
	if words == "" {
		return "no"
	}
	return listed(words, with("not ", strings.Join(taken, " nor ")))
}

// ordered has what is taken away before anything is given behind the rest.
func (r Route) ordered() Route {
	i := slices.IndexFunc(r, func(p Pattern) bool { return !p.takes })
	if i <= 0 {
		return r
	}
	return slices.Concat(r[i:], r[:i])
}

// words say which cards of a kind the pattern covers, "" for none; whole says
// that it covers all.
func (p Pattern) words(kind formatter.Kind) (words string, whole bool) {
	switch {
	case p.covers(formatter.Card{Kind: kind}):
	case p.name == "alerts" && mayAlert(kind):
		words = "marked ⚠️ or ✅"
	case p.isType() && p.mayCover(kind):
		words = "told by " + p.name
	default:
		return "", false
	}
	for _, c := range p.conditions {
		if kind != formatter.Bridge {
			words = joined(" ", words, c.words())
		}
	}
	if words == "" {
		return "all", true
	}
	return words, false
}

func (p Pattern) isType() bool { return strings.Contains(p.name, ".") }

// mayCover reports whether a type that the pattern names leads to cards of the
// kind.
func (p Pattern) mayCover(kind formatter.Kind) bool {
	return someTellable(func(c formatter.Card) bool { return c.Kind == kind && p.covers(c) })
}

func mayAlert(kind formatter.Kind) bool {
	return someTellable(func(c formatter.Card) bool { return c.Kind == kind && c.Facts.Alert })
}

// Others are the types that the route names and that lead to none of the kinds:
// they are told of only where they are named.
func (r Route) Others() []string {
	var names []string
	for _, p := range r {
		isTold := slices.ContainsFunc(Kinds, func(kind formatter.Kind) bool { return p.mayCover(kind) })
		if p.isType() && !p.takes && !isTold {
			names = append(names, p.name)
		}
	}
	return names
}

// Thresholds are the patterns that compare amounts: what is in a currency that
// they do not name passes.
func (r Route) Thresholds() []string {
	var texts []string
	for _, p := range r {
		if !p.takes && slices.ContainsFunc(p.conditions, func(c condition) bool { return c.about == aboutAmount }) {
			texts = append(texts, p.String())
		}
	}
	return texts
}

func (c condition) words() string {
	var values []string
	for i, text := range c.text {
		switch c.about {
		case aboutAmount:
			text = c.least[i].String()
		case aboutCountry:
			text, _ = countryNamed(text)
			text = withArticle(text)
		}
		values = append(values, text)
	}
	preposition := map[string]string{aboutAmount: "from ", aboutCountry: "in "}[c.about]
	if preposition == "" {
		preposition = "of "
	}
	return preposition + strings.Join(values, " or ")
}
