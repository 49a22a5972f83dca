package formatter

import (
	"net/url"
	"strings"
	"time"
)

// visible is what a reader sees of a card: texts are cleaned, and what no
// platform can show is left out. Cutting and escaping follow, by platform.
type visible struct {
	headline string
	only     bool // the headline alone
	tone     Tone
	fields   []Field
	quote    string
	note     string
	context  string
	time     time.Time // zero if there is nothing to show
	link     Link      // zero if the address cannot be shown
}

func visibleOf(c Card) visible {
	v := visible{headline: Headline(c), only: c.HeadlineOnly, tone: c.Tone}
	if v.only {
		return v
	}
	v.fields = visibleFields(c.Fields)
	v.quote, v.note = cleanLines(c.Quote), cleanLines(c.Note)
	v.context = cleanRow(c.Context)
	if isShowable(c.Time) {
		v.time = c.Time
	}
	if isShowableURL(c.Link.URL) {
		v.link = Link{Text: clean(c.Link.Text), URL: c.Link.URL}
	}
	return v
}

func visibleFields(fields []Field) []Field {
	shown := make([]Field, 0, min(len(fields), maxFields))
	for _, f := range fields {
		f = visibleField(f)
		if f.Name != "" && (f.Text != "" || len(f.Times) > 0) && len(shown) < maxFields {
			shown = append(shown, f)
		}
	}
	return shown
}

func visibleField(f Field) Field {
	v := Field{Name: clean(f.Name), Text: clean(f.Text)}
	if _, _, found := cutAddress(v.Text, f.Email); found && isAddress(f.Email) {
		v.Email = f.Email
	}
	for _, t := range f.Times {
		if isShowable(t) && len(v.Times) < maxTimes {
			v.Times = append(v.Times, t)
		}
	}
	return v
}

// cleanRow makes one row of short texts: "NIMB-0042 · since March 2026".
func cleanRow(texts []string) string {
	row := make([]string, len(texts))
	for i, s := range texts {
		row[i] = clean(s)
	}
	return joinRow(row...)
}

// isShowable is false for the zero time and for years that a platform refuses.
func isShowable(t time.Time) bool {
	return t.Unix() > 0 && t.Year() <= 9999
}

// isShowableURL reports whether s is a web address that no platform can
// misread. Slack would end a link at a "|" or ">".
func isShowableURL(s string) bool {
	escaped := len(s) + len("amp;")*strings.Count(s, "&")
	if escaped > maxLink || !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return false
	}
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>|\"`\\", r) }
	if strings.ContainsFunc(s, odd) {
		return false
	}
	_, err := url.Parse(s)
	return err == nil
}

// isAddress reports whether s is an e-mail address of harmless characters. Any
// other is shown as text, never as a link.
func isAddress(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && isAddressPart(local) && isAddressPart(domain)
}

func isAddressPart(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isAddressRune(r) }) < 0
}

func isAddressRune(r rune) bool {
	return r < 0x80 && isWord(byte(r)) || isOneOf(r, "._%+-")
}
