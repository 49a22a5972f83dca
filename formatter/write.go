package formatter

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
)

// dialect is how a platform writes plain text, each by the part of a card.
type dialect struct {
	text    func(string) string // headline, field, note
	quote   func(string) string
	context func(string) string
	time    func(time.Time) string
	between string // several times
}

// written is a card in a platform's dialect and within its limits. A part that
// the card lacks is "".
type written struct {
	headline string
	fields   []writtenField
	quote    string
	note     string
	context  string
}

type writtenField struct{ name, value string }

// part is a text that may be cut, and times behind it that are kept whole.
type part struct {
	text    string
	escape  func(string) string
	escaped string
	times   []string
	between string
}

func newPart(text string, escape func(string) string) part {
	return part{text: text, escape: escape, escaped: escape(text)}
}

// write puts a card into a dialect, total characters at most: headline and
// names of fields as they are, then the longest of the rest is cut first.
func write(c Card, d dialect, total int) written {
	w := written{headline: fit(headline(c), maxTitle, d.text)}
	left := total - size(w.headline) - len("\n") // between quote and note
	parts := make([]part, 0, maxFields+3)
	for _, f := range c.Fields {
		p := fieldPart(f, d)
		if len(w.fields) == maxFields || p.size() == 0 {
			continue
		}
		name := fit(cmp.Or(clean(f.Name), "More"), maxName, d.text)
		left -= size(name)
		w.fields = append(w.fields, writtenField{name: name})
		parts = append(parts, p)
	}
	parts = append(parts,
		newPart(cleanLines(c.Quote), d.quote),
		newPart(cleanLines(c.Note), d.text),
		newPart(joinClean(c.Context), d.context))
	limit := share(sizes(parts), left)
	for i := range w.fields {
		w.fields[i].value = parts[i].fit(limit)
	}
	rest := parts[len(w.fields):]
	w.quote, w.note, w.context = rest[0].fit(limit), rest[1].fit(limit), rest[2].fit(limit)
	return w
}

// headline is a card's headline as plain text of at most maxHeadline.
func headline(c Card) string {
	return cmp.Or(fit(clean(c.Headline), maxHeadline, same), "News from Polar")
}

func fieldPart(f Field, d dialect) part {
	p := newPart(clean(f.Text), d.text)
	p.between = d.between
	for _, t := range f.Times[:min(len(f.Times), maxTimes)] {
		if isShowable(t) {
			p.times = append(p.times, d.time(t))
		}
	}
	return p
}

func (p part) size() int {
	n := size(p.escaped)
	for _, t := range p.times {
		n += size(t) + len(p.between)
	}
	return n
}

// fit leaves out times from the last before it cuts one.
func (p part) fit(limit int) string {
	for p.size() > limit && len(p.times) > 1 {
		p.times = p.times[:len(p.times)-1]
	}
	times := strings.Join(p.times, p.between)
	if times == "" || p.text == "" {
		return fit(p.text, limit, p.escape) + times
	}
	return fit(p.text, limit-size(times)-len(p.between), p.escape) + p.between + times
}

func sizes(parts []part) []int {
	n := make([]int, len(parts))
	for i, p := range parts {
		n[i] = p.size()
	}
	return n
}

// joinClean sets a row of short texts: "INV-0042 · since March 2026".
func joinClean(texts []string) string {
	row := make([]string, len(texts))
	for i, s := range texts {
		row[i] = clean(s)
	}
	return joinRow(row...)
}

// joinRow leaves out what is empty.
func joinRow(parts ...string) string {
	row := parts[:0]
	for _, s := range parts {
		if s != "" {
			row = append(row, s)
		}
	}
	return strings.Join(row, separator)
}

// isShowable leaves out the zero time and years that a platform would refuse.
func isShowable(t time.Time) bool {
	return t.Unix() > 0 && t.Year() <= 9999
}

// utc is a time for readers whose time zone cannot be known.
func utc(t time.Time) string {
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

// link is a card's address if it is one that no platform can misread, or "".
func link(c Card) string {
	s := c.Link
	if len(s) > maxLink || !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return ""
	}
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>|\"`\\", r) }
	if strings.ContainsFunc(s, odd) {
		return ""
	}
	if _, err := url.Parse(s); err != nil {
		return ""
	}
	return s
}

// allPlain reports that no card may have more than its headline.
func allPlain(cards []Card) bool {
	return !slices.ContainsFunc(cards, func(c Card) bool { return !c.Plain })
}
