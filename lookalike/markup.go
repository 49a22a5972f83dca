package lookalike

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// blockHTML writes lines of markup as HTML; lines behind "> " become a
// quotation.
func blockHTML(s string, line func(string) string) template.HTML {
	var b strings.Builder
	inside, first := false, true
	for raw := range strings.SplitSeq(s, "\n") {
		text, quote := strings.CutPrefix(raw, "> ")
		switch {
		case quote && !inside:
			b.WriteString("<blockquote>")
		case !quote && inside:
			b.WriteString("</blockquote>")
		case !first:
			b.WriteString("<br>")
		}
		b.WriteString(line(text))
		inside, first = quote, false
	}
	if inside {
		b.WriteString("</blockquote>")
	}
	return template.HTML(b.String())
}

// lineHTML copies text up to each of the special characters and lets token
// read what starts there.
func lineHTML(s, special string, text func(string) string, token func(string) (html, rest string)) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, special)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(text(s[:i]))
		if s = s[i:]; s == "" {
			break
		}
		html, rest := token(s)
		b.WriteString(html)
		s = rest
	}
	return b.String()
}

func linkHTML(url, label string) string {
	return `<a href="` + template.HTMLEscapeString(url) + `">` + label + `</a>`
}

// Each platform writes times in its own ways; page.js knows them by these
// names.
const (
	slackTime   = "slack"
	slackDate   = "slack-date"
	discordTime = "discord"
	discordDate = "discord-date"
)

// timeHTML is a time that page.js rewrites for the reader; without scripts it
// is in UTC.
func timeHTML(manner string, t time.Time) template.HTML {
	format := "2 Jan 2006, 15:04 UTC"
	if manner == slackDate || manner == discordDate {
		format = "2 Jan 2006"
	}
	t = t.UTC()
	return template.HTML(fmt.Sprintf(`<time datetime="%s" data-as="%s">%s</time>`,
		t.Format(time.RFC3339), template.HTMLEscapeString(manner), t.Format(format)))
}
