package formatter

import (
	"strings"
	"time"
)

// dialect is how a platform writes the parts of a card.
type dialect struct {
	text    func(string) string
	context func(string) string
	address func(string) string    // of e-mail; nil where it is text
	time    func(time.Time) string // date and time of day
	date    func(time.Time) string
}

// when is the card's time, or "".
func (d dialect) when(v visible) string {
	if v.time.IsZero() {
		return ""
	}
	return d.time(v.time)
}

// value escapes a field's text around its e-mail address, which becomes a link.
func (d dialect) value(address string) func(string) string {
	if d.address == nil || address == "" {
		return d.text
	}
	return func(s string) string {
		before, after, found := cutAddress(s, address)
		if !found {
			return d.text(s)
		}
		return d.text(before) + d.address(address) + d.text(after)
	}
}

// layout is what stands below a headline, in a platform's dialect and within
// its limits. A part that the card lacks is "".
type layout struct {
	fields  []layoutField
	quote   string
	note    string
	context string
}

type layoutField struct{ name, value string }

// layOut writes a card, at most total characters. Names of fields are kept; of
// the rest the longest part is cut first.
func layOut(v visible, d dialect, total int) layout {
	var l layout
	left := total - len("\n") // between quote and note
	parts := make([]part, 0, maxFields+3)
	for _, f := range v.fields {
		name := fit(f.Name, maxName, d.text)
		left -= size(name)
		l.fields = append(l.fields, layoutField{name: name})
		parts = append(parts, fieldPart(f, d))
	}
	quote := func(s string) string { return quoted(s, d.text) }
	parts = append(parts, newPart(v.quote, quote), newPart(v.note, d.text), newPart(v.context, d.context))
	limit := share(sizes(parts), left)
	for i := range l.fields {
		l.fields[i].value = parts[i].fit(limit)
	}
	rest := parts[len(l.fields):]
	l.quote, l.note, l.context = rest[0].fit(limit), rest[1].fit(limit), rest[2].fit(limit)
	return l
}

// part is a text that may be cut, and times behind it that are kept whole.
type part struct {
	text    string
	escape  func(string) string
	escaped string
	times   []string
}

const betweenTimes = ", "

func newPart(text string, escape func(string) string) part {
	return part{text: text, escape: escape, escaped: escape(text)}
}

// fieldPart writes one time as date and time of day, several as dates.
func fieldPart(f Field, d dialect) part {
	p := newPart(f.Text, d.value(f.Email))
	write := d.time
	if len(f.Times) > 1 {
		write = d.date
	}
	for _, t := range f.Times {
		p.times = append(p.times, write(t))
	}
	return p
}

func (p part) size() int {
	n := size(p.escaped)
	for _, t := range p.times {
		n += size(t) + len(betweenTimes)
	}
	return n
}

// fit leaves out times, the last first, before it cuts the text.
func (p part) fit(limit int) string {
	for p.size() > limit && len(p.times) > 1 {
		p.times = p.times[:len(p.times)-1]
	}
	times := strings.Join(p.times, betweenTimes)
	if times == "" {
		return fit(p.text, limit, p.escape)
	}
	text := fit(p.text, limit-size(times)-len(betweenTimes), p.escape)
	if text == "" {
		return times
	}
	return text + betweenTimes + times
}

func sizes(parts []part) []int {
	n := make([]int, len(parts))
	for i, p := range parts {
		n[i] = p.size()
	}
	return n
}

// utc is a time for readers whose time zone is unknown.
func utc(t time.Time) string {
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

func utcDate(t time.Time) string {
	return t.UTC().Format("2 Jan 2006")
}
