package config

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const slackAPI = "https://slack.com/api/"

var (
	slackID   = regexp.MustCompile(`^[CGDU][A-Z0-9]+$`)
	slackName = regexp.MustCompile(`^#[^\s#:,A-Z]{1,80}$`)
	botToken  = regexp.MustCompile(`^xoxb-[!-~]+$`)

	// slackPath is the path of an incoming webhook: workspace, webhook, token.
	slackPath = regexp.MustCompile(`^/services/[A-Za-z0-9]+/([A-Za-z0-9]+)/[A-Za-z0-9_-]+$`)
)

// slackToken checks the form, because Slack refuses other tokens only at the
// first message and does not say why.
func (r *reader) slackToken() Secret {
	const variable = "SLACK_BOT_TOKEN"
	const cure = "copy the Bot User OAuth Token (xoxb-…) from the page OAuth & Permissions of your Slack app"
	switch t := r.SlackToken; {
	case t == "" && r.SlackChannels != "" && r.SlackTokenFile == "":
		r.mistake(variable, "is required by SLACK_CHANNELS; %s", cure)
	case t == "", botToken.MatchString(t):
	case strings.HasPrefix(t, "xoxp-"):
		r.mistake(variable, "is a user token (xoxp-); %s", cure)
	case strings.HasPrefix(t, "xapp-"):
		r.mistake(variable, "is an app-level token (xapp-); %s", cure)
	case strings.HasPrefix(t, "xoxe"):
		r.mistake(variable, "is a token that expires (xoxe); turn off token rotation and %s", cure)
	default:
		r.mistake(variable, "is not a bot token; %s", cure)
	}
	return Secret(r.SlackToken)
}

// slackAPI ends in /api/, as that of GovSlack does: without it Slack answers with
// a page.
func (r *reader) slackAPI() *url.URL {
	u := r.api("SLACK_API_URL", r.SlackAPI, slackAPI)
	if u.Host != "" && u.User == nil && !strings.HasSuffix(u.Path, "/api/") {
		r.mistake("SLACK_API_URL", "does not end in /api/; write one like %s, or leave it out", slackAPI)
	}
	return u
}

func (r *reader) slackChannel(e entry) Destination {
	d := Destination{Name: e.name, Platform: SlackChannel, Channel: e.value}
	switch {
	case e.value == "":
		r.wrong(e, "has no channel; write name:C0123ABC or name:#channel, and in .env put quotes around the list because of the #")
	case strings.Contains(e.value, "//"):
		r.wrong(e, "is a URL; write name:C0123ABC or name:#channel, and put URLs of webhooks into SLACK_WEBHOOKS or DISCORD_WEBHOOKS")
	case strings.Contains(e.value, ";"):
		r.wrong(e, "has a ; in it; separate several channels by commas")
	case !slackID.MatchString(e.value) && !slackName.MatchString(e.value):
		r.wrong(e, "is not a channel; write name:C0123ABC or name:#channel")
	default:
		d.Name = cmp.Or(e.name, "slack-"+strings.TrimPrefix(e.value, "#"))
	}
	return d
}

// slackWebhook accepts Slack's own hosts, and that of SLACK_API_URL for tests
// and proxies. Entries are secrets, so mistakes do not quote them.
func (r *reader) slackWebhook(e entry) Destination {
	const form = "name:https://hooks.slack.com/services/…"
	d := Destination{Name: e.name, Platform: SlackWebhook}
	u, err := url.Parse(e.value)
	parts := []string(nil)
	if err == nil {
		parts = slackPath.FindStringSubmatch(strings.TrimSuffix(u.Path, "/"))
	}
	switch {
	case e.value == "":
		r.wrong(e, "has no URL; write %s", form)
	case err != nil || u.Host == "":
		r.wrong(e, "is not a URL; write %s", form)
	case isDiscord(u.Hostname()):
		r.wrong(e, "is a Discord webhook; move it to DISCORD_WEBHOOKS")
	case !r.isSlackHook(u):
		r.wrong(e, "does not begin with https://hooks.slack.com/; write %s", form)
	case parts == nil && (strings.HasPrefix(u.Path, "/workflows/") || strings.HasPrefix(u.Path, "/triggers/")):
		r.wrong(e, "starts a workflow, which cannot show cards; create an incoming webhook: %s", form)
	case parts == nil:
		r.wrong(e, "is not the whole URL of an incoming webhook; copy it again: %s", form)
	default:
		d.Name = cmp.Or(e.name, "slack-"+parts[1])
		d.WebhookID = parts[1]
		d.URL = Secret(u.Scheme + "://" + u.Host + parts[0])
	}
	return d
}

func (r *reader) isSlackHook(u *url.URL) bool {
	if slices.Contains([]string{"hooks.slack.com", "hooks.slack-gov.com"}, u.Host) {
		return u.Scheme == "https"
	}
	api, err := url.Parse(r.SlackAPI)
	return err == nil && u.Host == api.Host && u.Scheme == api.Scheme
}
