package config

import "strings"

// unknown reports an entry whose destination does not exist. Where no
// destination is set at all, that alone is the mistake.
func (r *reader) unknown(e entry, all []Destination) {
	if r.nowhere {
		return
	}
	cure := "set a destination first"
	if len(all) > 0 {
		cure = "write one of the names that exist: " + strings.Join(namesOf(all), ", ")
	}
	if r.lacksChannels() {
		cure += "; or, for a Slack channel, set " + r.channelsFor(e.name) + ", without which SLACK_BOT_TOKEN posts nowhere"
	}
	r.wrong(e, "names a destination that does not exist; %s", cure)
}

func namesOf(all []Destination) (names []string) {
	for _, d := range all {
		names = append(names, d.Name)
	}
	return names
}

// lacksChannels reports whether there is a Slack token, but not where it posts.
func (r *reader) lacksChannels() bool {
	return r.SlackToken+r.SlackTokenFile != "" && r.SlackChannels == ""
}

// channelsFor is SLACK_CHANNELS with a destination of a name.
func (r *reader) channelsFor(name string) string {
	if !validName(name) || show(name) == "" {
		name = "sales"
	}
	return "SLACK_CHANNELS='" + name + ":#channel'"
}

// checkGiven reports that there is nowhere to post to, or a token that posts
// nowhere beside other destinations.
func (r *reader) checkGiven() {
	given := r.SlackChannels + r.SlackWebhooks + r.SlackHooksFile + r.DiscordWebhooks + r.DiscordFile
	r.nowhere = given == "" && r.requires(destination)
	switch {
	case r.nowhere && r.lacksChannels():
		r.mistake("SLACK_CHANNELS", "is required by SLACK_BOT_TOKEN, which does not say where to post; set %s", r.channelsFor(r.firstRouted()))
	case r.nowhere:
		r.mistake("SLACK_CHANNELS, SLACK_WEBHOOKS, DISCORD_WEBHOOKS",
			"no destination is set; set one of them, with quotes: SLACK_CHANNELS='sales:#sales'")
	case given != "" && r.lacksChannels():
		r.warning("SLACK_BOT_TOKEN", "posts nowhere without SLACK_CHANNELS; set %s, or remove the token", r.channelsFor(""))
	}
}

// firstRouted is the name that ROUTES begins with, if it has one.
func (r *reader) firstRouted() string {
	name, _ := cutName(r.Routes)
	return name
}
