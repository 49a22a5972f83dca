package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/bwmarrin/discordgo"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
	"polarbell/lookalike"
)

// maxCards is how many cards a message has at most.
const maxCards = 10

type previewCommand struct {
	Format string `enum:"text,slack,discord,html" default:"text" help:"text (readable), slack or discord (the exact JSON body), html (a page that looks like both)."`
	What   string `arg:"" name:"event" help:"An event type such as order.paid, a file with a delivery's body or an array of them, or - for standard input."`
}

// Run prints what a destination would get for one delivery.
func (c previewCommand) Run(s Streams) error {
	bodies, _, err := readBodies(c.What, s.In)
	if err != nil {
		return err
	}
	options := compose.Options{Sandbox: os.Getenv("POLAR_SERVER") == "sandbox"}
	if settings, err := config.LoadForJournal(); err == nil {
		options.Zone = settings.TimeZone
	}
	cards, err := cardsOf(bodies, options)
	if err != nil {
		return fmt.Errorf("%s: %w", c.What, err)
	}
	m := messageOf(cards)
	switch c.Format {
	case "slack":
		return printJSON(s.Out, formatter.Slack(m))
	case "discord":
		return printJSON(s.Out, formatter.Discord(m))
	case "html":
		return previewPage(s.Out, m)
	}
	_, err = fmt.Fprint(s.Out, formatter.Text(m))
	printReceivers(s.Out, bodies, options)
	return err
}

// messageOf puts cards into one message.
func messageOf(cards []formatter.Card) formatter.Message {
	m := formatter.Message{Cards: cards[:min(len(cards), maxCards)]}
	if len(m.Cards) > 1 {
		m.Summary = compose.Summary(m.Cards)
	}
	return m
}

func printJSON(w io.Writer, message any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(message)
}

// previewPage shows a message side by side as both platforms would.
func previewPage(w io.Writer, m formatter.Message) error {
	now := time.Now()
	discord := formatter.Discord(m)
	page := lookalike.Page{Title: "polarbell preview", Columns: []lookalike.Column{
		{Name: "preview", Platform: "slack", Messages: []lookalike.Message{
			{Body: lookalike.Slack(formatter.Slack(m)), Posted: now},
		}},
		{Name: "preview", Platform: "discord", Messages: []lookalike.Message{
			{Body: lookalike.Discord(*discord), Posted: now, Silent: discord.Flags&discordgo.MessageFlagsSuppressNotifications != 0},
		}},
	}}
	return page.Write(w)
}
