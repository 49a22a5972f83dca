package admin

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/lookalike"
)

//go:embed *.html style.css script.js icon.svg
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"ago":       func(t time.Time) template.HTML { return timeHTML("ago", t) },
	"date":      func(t time.Time) template.HTML { return timeHTML("date", t) },
	"never":     func(t time.Time) bool { return time.Until(t) > 365*24*time.Hour },
	"join":      func(names []string) string { return strings.Join(names, ", ") },
	"short":     shortSubject,
	"class":     classOf,
	"clean":     formatter.Clean,
	"breakable": breakable,
	"ask":       newQuestion,
	"inState":   inState,
	"behind":    behind,
	"letters":   letters,
	"lettersAt": firstWithLetters,
}).ParseFS(files, "*.html"))

// question is what a person is asked before an action. The button's name goes on
// in About for those who do not see beside what it stands.
type question struct{ ID, Button, About, Action, Text, Sure, Destination string }

func newQuestion(id, button, about, action, text, sure string, destination ...string) question {
	return question{id, button, about, action, text, sure, strings.Join(destination, "")}
}

// timeHTML is a time that script.js rewrites for the reader; without scripts
// it is in UTC.
func timeHTML(manner string, t time.Time) template.HTML {
	if t.IsZero() {
		return "never"
	}
	t = t.UTC()
	return template.HTML(fmt.Sprintf(`<time datetime="%s" data-as="%s">%s</time>`,
		t.Format(time.RFC3339), manner, t.Format("2 Jan 15:04:05 UTC")))
}

// breakable is a name such as order.paid or news|-abandoned that may go on in the
// next line behind its dots and bars, so that no word is broken.
func breakable(name string) template.HTML {
	escaped := template.HTMLEscapeString(formatter.Clean(name))
	return template.HTML(strings.NewReplacer(".", ".<wbr>", "|", "|<wbr>", "_", "_<wbr>", ":", ":<wbr>", "@", "@<wbr>").Replace(escaped))
}

// shortSubject cuts a long id to what people compare.
func shortSubject(s string) string {
	family, id, _ := strings.Cut(s, ":")
	if runes := []rune(id); len(runes) > 20 {
		id = string(runes[:8]) + "…"
	}
	return family + ":" + id
}

var contentTypes = map[string]string{
	"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
}

// asset serves the pages' style, script and icon.
func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	contentType, isKnown := contentTypes[name]
	if !isKnown {
		http.NotFound(w, r)
		return
	}
	body, _ := files.ReadFile(name) // embedded: cannot fail
	if name == "style.css" {
		body = append(body, lookalike.CSS...)
	}
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(body)
}
