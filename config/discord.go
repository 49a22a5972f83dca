package config

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
)

const discordAPI = "https://discord.com/api/v10/"

var (
	discordHost = regexp.MustCompile(`^((canary|ptb|www)\.)?(discord|discordapp)\.com$`)
	digits      = regexp.MustCompile(`^[0-9]+$`)

	// discordPath matches a webhook's ID, its token and what people leave after it.
	discordPath = regexp.MustCompile(`/webhooks/([0-9]+)/([A-Za-z0-9_-]+)(/[a-z]+)?/?$`)
)

var apiVersion = regexp.MustCompile(`/v[0-9]+/$`)

// discordAPI gets the version that it lacks: Discord's default is an old one.
func (r *reader) discordAPI() *url.URL {
	u := r.api("DISCORD_API_URL", r.DiscordAPI, discordAPI)
	switch {
	case u.Host == "" || u.User != nil || apiVersion.MatchString(u.Path): // api has said what is wrong
	case strings.HasSuffix(u.Path, "/api/"):
		u = u.JoinPath("v10/")
	default:
		r.mistake("DISCORD_API_URL", "does not end in /api/v10/; write one like %s, or leave it out", discordAPI)
	}
	return u
}

func isDiscord(host string) bool { return discordHost.MatchString(strings.ToLower(host)) }

// discordWebhook accepts a URL as people paste it, with any API version, and
// keeps the ID, the token and the thread: calls go to DISCORD_API_URL. Entries
// are secrets, so mistakes do not quote them.
func (r *reader) discordWebhook(e entry) Destination {
	const form = "name:https://discord.com/api/webhooks/ID/TOKEN"
	d := Destination{Name: e.name, Platform: Discord}
	u, err := url.Parse(e.value)
	parts := []string(nil)
	if err == nil {
		parts = discordPath.FindStringSubmatch(u.Path)
		d.ThreadID = u.Query().Get("thread_id")
	}
	switch {
	case e.value == "":
		r.wrong(e, "has no URL; write %s", form)
	case err != nil || u.Host == "":
		r.wrong(e, "is not a URL; write %s", form)
	case u.Hostname() == "hooks.slack.com":
		r.wrong(e, "is a Slack webhook; move it to SLACK_WEBHOOKS")
	case !r.isDiscordHook(u):
		r.wrong(e, "does not begin with https://discord.com/; write %s", form)
	case parts == nil:
		r.wrong(e, "is not the whole URL of a webhook; copy it again: %s", form)
	case parts[3] != "":
		r.wrong(e, "ends in %s, which expects another format; remove that ending", parts[3])
	case u.Query().Has("thread_id") && !digits.MatchString(d.ThreadID):
		r.wrong(e, "has a thread_id that is not an ID; copy the thread's ID, which has only digits")
	default:
		d.WebhookID, d.Token = parts[1], Secret(parts[2])
		d.Name = cmp.Or(e.name, "discord-"+d.WebhookID)
	}
	return d
}

func (r *reader) isDiscordHook(u *url.URL) bool {
	if isDiscord(u.Hostname()) {
		return u.Scheme == "https"
	}
	api, err := url.Parse(r.DiscordAPI)
	return err == nil && u.Host == api.Host && u.Scheme == api.Scheme
}
