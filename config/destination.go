package config

import (
	"slices"

	"polarbell/compose"
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

// Destination is one channel that shows cards.
type Destination struct {
	Name     string // identifies it in the journal, so it never changes
	Platform Platform

	Channel string // SlackChannel: an ID or "#name"
	URL     Secret // SlackWebhook: the whole URL

	WebhookID string // SlackWebhook, Discord
	Token     Secret // Discord
	ThreadID  string // Discord: "" for the channel itself

	Routes    compose.Route // what it gets; none means everything
	Public    bool          // strangers can read it
	Anonymous bool          // it shows no person
	Daily     compose.Route // what comes as one message a day; none means nothing
	Calls     []compose.Call
	Digests   []Digest
}

// Where says what the destination posts to, without its token.
func (d Destination) Where() string {
	switch {
	case d.Platform == SlackChannel:
		return "channel " + d.Channel
	case d.Platform == SlackWebhook:
		return "incoming webhook " + d.WebhookID
	case d.ThreadID != "":
		return "webhook " + d.WebhookID + ", thread " + d.ThreadID
	}
	return "webhook " + d.WebhookID
}

// destinations reads the three lists, and applies ROUTES, PUBLIC, ANONYMOUS,
// DAILY, MENTIONS and DIGEST to them. An entry with a mistake keeps its name, so
// that a route to it is not reported as a second mistake.
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
	r.checkGiven()
	r.routes(all)
	r.audiences(all)
	r.daily(all)
	r.mentions(all)
	r.digests(all)
	return all
}

func (r *reader) add(all []Destination, e entry, d Destination) []Destination {
	switch {
	case d.Name == "":
		return all
	case !validName(d.Name):
		r.wrong(e, "needs a name, because none can be derived from it; write name:…")
		return all
	case find(all, d.Name) >= 0:
		r.wrong(e, "has a name that another one has already%s; give each destination its own, as in name:…", show(d.Name))
	}
	return append(all, d)
}

func find(all []Destination, name string) int {
	return slices.IndexFunc(all, func(d Destination) bool { return d.Name == name })
}
