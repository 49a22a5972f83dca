package config

import (
	"fmt"
	"io"
	"slices"

	"polarbell/polar"
)

// Platform is how a destination is reached.
type Platform int

// The three kinds of destination.
const (
	SlackChannel Platform = iota // through the bot's token
	SlackWebhook                 // an incoming webhook: posts, but never edits
	Discord
)

func (p Platform) String() string {
	return [...]string{"Slack channel", "Slack webhook", "Discord webhook"}[p]
}

// Destination is one place that shows cards. It prints without its secrets.
type Destination struct {
	Name     string // its identity in the journal, for ever
	Platform Platform

	Channel string // SlackChannel: an ID or "#name"
	URL     string // SlackWebhook: the whole URL, a secret

	WebhookID string // Discord
	Token     string // Discord: a secret
	ThreadID  string // Discord: "" for the channel itself

	Routes []string // patterns of event types; none means all
	Public bool     // strangers read along
}

// Wants reports whether the destination's routes cover a type.
func (d Destination) Wants(eventType string) bool {
	covers := func(pattern string) bool { return polar.Match(pattern, eventType) }
	return len(d.Routes) == 0 || slices.ContainsFunc(d.Routes, covers)
}

// String tells the destination's name and platform.
func (d Destination) String() string {
	return fmt.Sprintf("%s (%v)", d.Name, d.Platform)
}

// Format keeps every verb of fmt, "%+v" and "%#v" too, from printing secrets.
func (d Destination) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, d.String()) }

// MarshalText keeps encoders and log/slog from printing secrets.
func (d Destination) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// destinations reads the three lists and what ROUTES and PUBLIC say of them.
// An entry with a mistake keeps its name, so that routes to it are not called
// wrong as well.
func (r *reader) destinations() []Destination {
	var all []Destination
	for _, list := range []struct {
		variable, value string
		parse           func(entry) Destination
	}{
		{"SLACK_CHANNELS", r.SlackChannels, r.slackChannel},
		{"SLACK_WEBHOOKS", r.SlackWebhooks, r.slackWebhook},
		{"DISCORD_WEBHOOKS", r.DiscordWebhooks, r.discordWebhook},
	} {
		for _, e := range r.entries(list.variable, list.value) {
			all = r.add(all, e, list.parse(e))
		}
	}
	given := r.SlackChannels + r.SlackWebhooks + r.SlackHooksFile + r.DiscordWebhooks + r.DiscordFile
	if given == "" && r.purpose == forBridge {
		r.mistake("SLACK_CHANNELS, SLACK_WEBHOOKS, DISCORD_WEBHOOKS",
			"no destination at all; set one of them, with quotes: SLACK_CHANNELS='sales:#sales'")
	}
	r.routes(all)
	r.public(all)
	return all
}

func (r *reader) add(all []Destination, e entry, d Destination) []Destination {
	switch {
	case d.Name == "":
		return all
	case !validName(d.Name):
		r.wrong(e, "needs a name, since none can be made of it; write name:…")
		return all
	case find(all, d.Name) >= 0:
		r.wrong(e, "is the second with the name%s; give each its own, as in name:…", show(d.Name))
	}
	return append(all, d)
}

func find(all []Destination, name string) int {
	return slices.IndexFunc(all, func(d Destination) bool { return d.Name == name })
}
