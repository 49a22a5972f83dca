package cli

import (
	"context"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"
	"github.com/slack-go/slack"

	"polarbell/lookalike"
	"polarbell/standin"
)

// showPage shows the stand-ins' channels as they are now, made from the very
// JSON they took, beside what Polar posts by itself. It looks again every two
// seconds.
func (p *player) showPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Refresh", "2")
	page := lookalike.Page{
		Title: "polarbell demo", Intro: p.comparison() + " Play a story again:",
		Columns: append([]lookalike.Column{p.alone()}, demoColumns(p.platforms)...),
	}
	for _, s := range p.script.Stories {
		page.Buttons = append(page.Buttons, s.Title)
	}
	_ = page.Write(w) // an error is the reader's having left
}

// press plays the story whose button was pressed.
func (p *player) press(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(p.script.Stories, func(s story) bool { return s.Title == r.PostFormValue("button") })
	if i < 0 {
		http.Error(w, "no such story", http.StatusBadRequest)
		return
	}
	go func() { _ = p.play(ctx, p.script.Stories[i]) }() // the demo may have ended
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// alone is the channel with Polar's own alerts.
func (p *player) alone() lookalike.Column {
	p.mu.Lock()
	defer p.mu.Unlock()
	return lookalike.Column{
		Name: "sales", Platform: "slack", Author: "Polar.sh", Messages: slices.Clone(p.alerts),
		Caption: "Polar's own alerts for the same deliveries, without polarbell",
	}
}

func demoColumns(platforms *standin.Server) []lookalike.Column {
	captions := []string{ // in the order of newPlatforms
		"polarbell: one message per piece of news, edited as it goes on", "The same in Discord",
		"A channel that strangers read: no names, no amounts",
	}
	var columns []lookalike.Column
	for i, channel := range platforms.Channels() {
		column := lookalike.Column{Name: platforms.Name(channel), Caption: captions[i]}
		for _, m := range platforms.Messages(channel) {
			column.Platform = m.Platform
			column.Messages = append(column.Messages, lookalike.Message{
				Body: shownAs(m), Posted: m.Posted, Edited: m.Edits > 0, Silent: m.Silent,
			})
		}
		columns = append(columns, column)
	}
	return columns
}

// shownAs is a message as its platform shows it.
func shownAs(m standin.Message) template.HTML {
	if m.Platform == "slack" {
		var body slack.WebhookMessage
		_ = json.Unmarshal(m.Body, &body) // the stand-in has validated it
		return lookalike.Slack(body)
	}
	var body discordgo.WebhookParams
	_ = json.Unmarshal(m.Body, &body)
	return lookalike.Discord(body)
}
