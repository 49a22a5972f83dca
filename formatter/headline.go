package formatter

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"polarbell/polar"
)

// write fills in a pattern of words.go: parts that lack a fact are left out.
func (f *facts) write(pattern string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(pattern, separator) {
		text, ok := f.fill(part)
		if !ok || text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(separator)
		}
		b.WriteString(text)
	}
	return b.String()
}

// fill writes one part. It is false if a fact is missing outside of brackets;
// brackets do not nest. What a fact says is never read as a pattern.
func (f *facts) fill(part string) (string, bool) {
	var b strings.Builder
	for part != "" {
		open := strings.IndexAny(part, "[{")
		if open < 0 {
			b.WriteString(part)
			break
		}
		b.WriteString(part[:open])
		closing := byte('}')
		if part[open] == '[' {
			closing = ']'
		}
		inside, rest, _ := strings.Cut(part[open+1:], string(closing))
		part = rest
		if closing == ']' {
			if text, ok := f.fill(inside); ok {
				b.WriteString(text)
			}
			continue
		}
		fact := factsByName[inside](f)
		if fact == "" {
			return "", false
		}
		b.WriteString(fact)
	}
	return b.String(), true
}

// headed puts an event's words before the headline, then the state, unless
// those words say it already.
func (f *facts) headed(event string) string {
	w := wordings[f.kind]
	if event == "" {
		return f.write(w.headline)
	}
	state, rest := w.parts()
	if slices.Contains(strings.Fields(w.unsaid), event) {
		state = ""
	}
	parts := []string{polar.KindOf(event).Words, withFirst(f.write(state), unicode.ToLower), f.write(rest)}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return strings.Join(parts, separator)
}

// parts divides a headline into the state and the rest.
func (w wording) parts() (state, rest string) {
	first, rest, _ := strings.Cut(w.headline, separator)
	if strings.HasPrefix(first, "{") {
		return w.state, w.headline
	}
	return cmp.Or(w.state, first), rest
}
