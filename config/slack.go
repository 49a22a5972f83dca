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

// slackToken checks the form: other tokens fail only at the first message, and
// then with words that do not tell why.
func (r *reader) slackToken() string {
	const variable = "SLACK_BOT_TOKEN"
	const cure = "copy the Bot User OAuth Token, xoxb-…, from the Slack app's page OAuth & Permissions"
	switch t := r.SlackToken; {
	case t == "" && r.SlackChannels != "" && r.SlackTokenFile == "":
		r.mistake(variable, "is required by SLACK_CHANNELS; %s", cure)
	case t == "", botToken.MatchString(t):
	case strings.HasPrefix(t, "xoxp-"):
		r.mistake(variable, "is a user's token (xoxp-); %s", cure)
	case strings.HasPrefix(t, "xapp-"):
		r.mistake(variable, "is an app-level token (xapp-); %s", cure)
	case strings.HasPrefix(t, "xoxe"):
		r.mistake(variable, "is a token that expires (xoxe); turn token rotation off and %s", cure)
	default:
		r.mistake(variable, "is no bot token; %s", cure)
	}
	return r.SlackToken
}

func (r *reader) slackChannel(e entry) Destination {
	d := Destination{Name: e.name, Platform: SlackChannel, Channel: e.value}
	switch {
	case e.value == "":
		r.wrong(e, "has no channel; write name:C0123ABC or name:#channel, in .env with quotes because of the #")
	case strings.Contains(e.value, "//"):
		r.wrong(e, "is a URL; write name:C0123ABC or name:#channel, and webhooks' URLs into SLACK_WEBHOOKS or DISCORD_WEBHOOKS")
	case !slackID.MatchString(e.value) && !slackName.MatchString(e.value):
		r.wrong(e, "names no channel; write name:C0123ABC or name:#channel")
	default:
		d.Name = cmp.Or(e.name, "slack-"+strings.TrimPrefix(e.value, "#"))
	}
	return d
}

// slackWebhook takes Slack's own hosts, and the one of SLACK_API_URL for tests
// and proxies. Entries are never shown: they are secrets.
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
		r.wrong(e, "is no URL; write %s", form)
	case isDiscord(u.Hostname()):
		r.wrong(e, "is a webhook of Discord; move it to DISCORD_WEBHOOKS")
	case !r.isSlackHook(u):
		r.wrong(e, "is not at https://hooks.slack.com; write %s", form)
	case parts == nil && (strings.HasPrefix(u.Path, "/workflows/") || strings.HasPrefix(u.Path, "/triggers/")):
		r.wrong(e, "starts a workflow, which cannot show a card; make an incoming webhook: %s", form)
	case parts == nil:
		r.wrong(e, "is not the whole URL of an incoming webhook; copy it anew: %s", form)
	default:
		d.Name = cmp.Or(e.name, "slack-"+parts[1])
		d.URL = u.Scheme + "://" + u.Host + parts[0]
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
