package cli

import (
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/bwmarrin/discordgo"
	"github.com/slack-go/slack"

	"polarbell/lookalike"
	"polarbell/standin"
)

// demoPage shows the stand-ins' channels as they are now, made from the very
// JSON they took. It looks again every two seconds.
func demoPage(platforms *standin.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Refresh", "2")
		_ = lookalike.Page(w, "polarbell demo", demoColumns(platforms)) // an error is the reader's having left
	}
}

func demoColumns(platforms *standin.Server) []lookalike.Column {
	var columns []lookalike.Column
	for _, channel := range platforms.Channels() {
		column := lookalike.Column{Name: platforms.Name(channel)}
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
