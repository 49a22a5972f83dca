package formatter

import (
	"cmp"
	"slices"
	"strings"
)

// separator stands between the parts of a headline and of a context row.
const separator = " · "

// Headline is a card's headline as plain text: mark, prefix and headline,
// cleaned, at most 120 characters behind the mark. It is never empty.
func Headline(c Card) string {
	mark := fit(clean(c.Mark), maxMark, same)
	prefix := fit(clean(c.Prefix), maxName, same)
	text := joinRow(prefix, cmp.Or(clean(c.Headline), ellipsis))
	return strings.TrimSpace(mark + " " + fit(text, maxHeadline, same))
}

// headline is the headline of the whole message.
func (m Message) headline() string {
	if len(m.Cards) == 1 {
		return Headline(m.Cards[0])
	}
	return fit(cmp.Or(clean(m.Summary), ellipsis), maxHeadline, same)
}

// headlinesOnly reports whether no card may show more than its headline.
func (m Message) headlinesOnly() bool {
	return !slices.ContainsFunc(m.Cards, func(c Card) bool { return !c.HeadlineOnly })
}

// headlines has one line for each card.
func (m Message) headlines() string {
	lines := make([]string, len(m.Cards))
	for i, c := range m.Cards {
		lines[i] = Headline(c)
	}
	return strings.Join(lines, "\n")
}

// joinRow leaves out what is empty.
func joinRow(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, separator)
}

// joinLines leaves out what is empty.
func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}
