package formatter

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
)

// Column is a channel as a page shows it.
type Column struct {
	Name     string // "sales"
	Platform string // "slack" or "discord"
	Messages []Message
}

// Message is one message of a column, the oldest first.
type Message struct {
	Body   template.HTML // of SlackHTML or DiscordHTML
	Posted time.Time
	Edited bool
	Silent bool // posted without a notification
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS template.CSS
	//go:embed page.js
	pageJS template.JS

	pages = template.Must(template.New("").Funcs(template.FuncMap{
		"mrkdwn":   mrkdwn,
		"markdown": markdown,
		"time":     timeHTML,
	}).Parse(pageHTML))
)

// Page writes channels side by side as one page that needs nothing else: no
// picture, style or script from elsewhere. Times are in the reader's own time
// zone, and in UTC where scripts are off.
func Page(w io.Writer, title string, columns []Column) error {
	err := pages.ExecuteTemplate(w, "page", map[string]any{
		"Title": title, "Columns": columns, "CSS": pageCSS, "JS": pageJS,
	})
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// show is for templates and values of our own, which cannot fail.
func show(name string, v any) template.HTML {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		panic(err)
	}
	return template.HTML(b.String())
}

// timeHTML is a time that page.js rewrites in the manner named.
func timeHTML(manner string, t time.Time) template.HTML {
	return template.HTML(fmt.Sprintf(`<time datetime="%s" data-as="%s">%s</time>`,
		t.UTC().Format(time.RFC3339), template.HTMLEscapeString(manner), utc(t)))
}

// blockHTML sets lines, those behind "> " as a quotation.
func blockHTML(s string, inline func(string) string) template.HTML {
	var b strings.Builder
	inside, first := false, true
	for line := range strings.SplitSeq(s, "\n") {
		text, quote := strings.CutPrefix(line, "> ")
		switch {
		case quote && !inside:
			b.WriteString("<blockquote>")
		case !quote && inside:
			b.WriteString("</blockquote>")
		case !first:
			b.WriteString("<br>")
		}
		b.WriteString(inline(text))
		inside, first = quote, false
	}
	if inside {
		b.WriteString("</blockquote>")
	}
	return template.HTML(b.String())
}
