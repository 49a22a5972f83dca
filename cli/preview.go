package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/bwmarrin/discordgo"

	"polarbell/formatter"
)

type previewCommand struct {
	Format string `enum:"text,slack,discord,html" default:"text" help:"text (readable), slack or discord (the exact JSON body), html (a page that looks like both)."`
	What   string `arg:"" name:"event" help:"An event type such as order.paid, a file with a delivery's body, or - for standard input."`
}

// Run prints what a destination would get for one delivery.
func (c previewCommand) Run(s Streams) error {
	body, _, err := readBody(c.What, s.In)
	if err != nil {
		return err
	}
	card, err := cardOf(body, formatter.Options{Sandbox: os.Getenv("POLAR_SERVER") == "sandbox"})
	if err != nil {
		return fmt.Errorf("%s: %w", c.What, err)
	}
	cards := []formatter.Card{card}
	switch c.Format {
	case "slack":
		return printJSON(s.Out, formatter.Slack(cards))
	case "discord":
		return printJSON(s.Out, formatter.Discord(cards))
	case "html":
		return previewPage(s.Out, cards)
	}
	_, err = fmt.Fprint(s.Out, formatter.Text(cards))
	return err
}

func printJSON(w io.Writer, message any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(message)
}

// previewPage shows a message side by side as both platforms would.
func previewPage(w io.Writer, cards []formatter.Card) error {
	now := time.Now()
	discord := formatter.Discord(cards)
	return formatter.Page(w, "polarbell preview", []formatter.Column{
		{Name: "preview", Platform: "slack", Messages: []formatter.Message{
			{Body: formatter.SlackHTML(formatter.Slack(cards)), Posted: now},
		}},
		{Name: "preview", Platform: "discord", Messages: []formatter.Message{
			{Body: formatter.DiscordHTML(*discord), Posted: now, Silent: discord.Flags&discordgo.MessageFlagsSuppressNotifications != 0},
		}},
	})
}
