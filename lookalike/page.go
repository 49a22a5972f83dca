// Package lookalike shows messages as people see them in Slack and Discord, in
// HTML. It reads what the platform gets, so what it shows is what was sent, and
// it knows only the markup that formatter writes.
package lookalike

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"
)

// Page is channels side by side. It loads nothing from elsewhere.
type Page struct {
	Title   string
	Intro   string   // a sentence below the title, if there is one
	Buttons []string // each posts its text as "button" to the page's address
	Columns []Column
}

// Column is a channel on a page.
type Column struct {
	Name     string    // "sales"
	Platform string    // "slack" or "discord"
	Author   string    // who posts; empty for polarbell
	Caption  string    // a sentence below the name, if there is one
	Messages []Message // the oldest first
}

// Message is one message of a column.
type Message struct {
	Body   template.HTML // from Slack or Discord
	Posted time.Time
	Edited bool
	Silent bool // posted without a notification
}

// CSS has the style rules of a message. They apply inside an element of the
// class "slack" or "discord".
//
//go:embed message.css
var CSS string

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	pages = template.Must(template.New("").Funcs(template.FuncMap{
		"mrkdwn":   mrkdwn,
		"markdown": markdown,
		"time":     timeHTML,
		"parsed":   parsed,
		"rows":     rows,
		"tone":     toneClass,
	}).Parse(pageHTML))
)

// Write writes the page. A script shows times in the reader's time zone; without
// it they are in UTC.
func (p Page) Write(w io.Writer) error {
	err := pages.ExecuteTemplate(w, "page", map[string]any{
		"Page": p, "CSS": template.CSS(pageCSS + CSS), "JS": template.JS(pageJS),
	})
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// render panics on an error: templates and values are our own.
func render(name string, v any) template.HTML {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		panic(err)
	}
	return template.HTML(b.String())
}
