package admin

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
)

//go:embed *.html style.css script.js icon.svg
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"ago":   func(t time.Time) template.HTML { return timeHTML("ago", t) },
	"date":  func(t time.Time) template.HTML { return timeHTML("date", t) },
	"never": func(t time.Time) bool { return time.Until(t) > 365*24*time.Hour },
	"join":  func(names []string) string { return strings.Join(names, ", ") },
	"short": shortSubject,
	"class": func(f fate) string { return strings.ReplaceAll(strings.ToLower(string(f)), " ", "-") },
	"ask":   newQuestion,
	"count": func(all []standing, state string) int {
		return len(slices.DeleteFunc(slices.Clone(all), func(s standing) bool { return s.State() != state }))
	},
}).ParseFS(files, "*.html"))

// question is what a person is asked before an action.
type question struct{ ID, Button, Action, Text, Sure, Destination string }

func newQuestion(id, button, action, text, sure string, destination ...string) question {
	return question{id, button, action, text, sure, strings.Join(destination, "")}
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

// shortSubject cuts a long id to what people compare.
func shortSubject(s string) string {
	family, id, _ := strings.Cut(s, ":")
	if runes := []rune(id); len(runes) > 20 {
		id = string(runes[:8]) + "…"
	}
	return family + ":" + id
}

// cardColour is a card's colour as the formatter writes it, which the policy
// would not let through.
var cardColour = regexp.MustCompile(`style="border-color:(#[0-9a-f]{6})"`)

// recoloured has the style sheet colour a card. In a card's text the quotes
// are escaped, so nothing else is touched.
func recoloured(card template.HTML) template.HTML {
	return template.HTML(cardColour.ReplaceAllString(string(card), `data-colour="$1"`))
}

// colours are style rules for all colours that cards have.
func colours() string {
	var rules strings.Builder
	for tone := formatter.Grey; tone <= formatter.Blue; tone++ {
		cards := []formatter.Card{{Headline: "-", Tone: tone, Note: "-"}}
		for _, card := range []template.HTML{
			formatter.SlackHTML(formatter.Slack(cards)), formatter.DiscordHTML(*formatter.Discord(cards)),
		} {
			for _, found := range cardColour.FindAllStringSubmatch(string(card), -1) {
				fmt.Fprintf(&rules, "[data-colour=\"%s\"] { border-color: %[1]s }\n", found[1])
			}
		}
	}
	return rules.String()
}

var contentTypes = map[string]string{
	"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
}

// asset serves what the pages need beside themselves.
func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	kind, known := contentTypes[name]
	if !known {
		http.NotFound(w, r)
		return
	}
	body, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	if name == "style.css" {
		body = append(body, colours()...)
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body)
}
