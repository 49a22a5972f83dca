package config_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"polarbell/config"
)

func TestUnreadInDotEnv(t *testing.T) {
	const nearest = ": no such setting; did you mean "
	for _, c := range []struct{ name, line, want string }{
		{"a letter lost", "SLACK_CHANEL='#x'", "SLACK_CHANEL" + nearest + "SLACK_CHANNELS?"},
		{"a short name", "PUBLC='sales'", "PUBLC" + nearest + "PUBLIC?"},
		{"small letters", "routes='sales:news'", "routes" + nearest + "ROUTES?"},
		{"a word lost", "SLACK_TOKEN='hidden'", "SLACK_TOKEN" + nearest + "SLACK_BOT_TOKEN?"},
		{"half of a name", "WEBHOOK_SECRET='hidden'", "WEBHOOK_SECRET" + nearest + "POLAR_WEBHOOK_SECRET?"},
		{"a word between lost", "POLAR_SECRET='hidden'", "POLAR_SECRET" + nearest + "POLAR_WEBHOOK_SECRET?"},
		{"one word", "DOMAIN='nimbus.dev'", "DOMAIN" + nearest + "TLS_DOMAIN?"},
		{"a URL of Slack's", "SLACK_URL='hidden'", "SLACK_URL" + nearest + "SLACK_WEBHOOKS?"},
		{"a URL of Discord's", "DISCORD_URL='hidden'", "DISCORD_URL" + nearest + "DISCORD_WEBHOOKS?"},
		{"a key for a token", "POLAR_API_KEY='hidden'", "POLAR_API_KEY" + nearest + "POLAR_ACCESS_TOKEN?"},
		{
			"a bot in Discord", "DISCORD_BOT_TOKEN='hidden'", "DISCORD_BOT_TOKEN: no such setting; a Discord webhook's URL is all that is needed, " +
				"with ?thread_id=… for a thread: DISCORD_WEBHOOKS='team:https://discord.com/api/webhooks/…'",
		},
		{
			"another secret of Slack's", "SLACK_SIGNING_SECRET='hidden'", "SLACK_SIGNING_SECRET: no such setting; " +
				"of a Slack app only the Bot User OAuth Token is needed, in SLACK_BOT_TOKEN; remove this one",
		},
		{"another program's", "FAVOURITE_COLOUR='hidden'", "FAVOURITE_COLOUR: no such setting; remove it from .env"},
		{"a secret alone", secret, ".env: line 1 sets something that is not a setting; remove it, or put the right name before it"},
		{"a token alone", token + "=", ".env: line 1 does not set anything; write NAME='value', or begin it with # if it is a comment"},

		{"a proxy", "HTTPS_PROXY='http://proxy:3128'", ""},
		{"a proxy in small letters", "no_proxy='localhost'", ""},
		{"compose.yaml's", "POSTGRES_PASSWORD='hidden'", ""},
		{"a file with a secret", "ADMIN_PASSWORD_FILE=''", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(nil))
			name, _, _ := strings.Cut(c.line, "=")
			restore(t, name)
			write(t, ".env", c.line)
			_, err := config.Load()
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("mistakes:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestUnreadInTheEnvironment(t *testing.T) {
	for _, c := range []struct{ name, variable, want string }{
		{"one letter", "DISCORD_WEBHOOK", "DISCORD_WEBHOOK: no such setting; did you mean DISCORD_WEBHOOKS?"},
		{"two letters", "RETENSHION", "RETENSHION: no such setting; did you mean RETENTION?"},
		{"small letters", "routes", "routes: no such setting; did you mean ROUTES?"},
		{"our beginning", "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET: no such setting; of a Slack app only the Bot User OAuth Token is needed, in SLACK_BOT_TOKEN; remove this one"},
		{"nobody's, with our beginning", "SLACK_FAVOURITE", "SLACK_FAVOURITE: no such setting; nothing reads it"},

		{"a short name", "PUBLC", ""},
		{"three letters", "DATABASE", ""},
		{"somebody else's", "KUBERNETES_PORT", ""},
		{"a setting", "RETENTION", ""},
		{"a platform's", "RENDER", ""},
		{"a proxy", "HTTPS_PROXY", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(vars{"DATABASE_URL": "x.db"}))
			t.Setenv(c.variable, "4d")
			got, err := config.Load()
			if err != nil {
				t.Fatal(err)
			}
			want := []string{c.want}
			if c.want == "" {
				want = nil
			}
			if !slices.Equal(got.Warnings, want) {
				t.Errorf("warnings: %q, want %q", got.Warnings, want)
			}
		})
	}
}

// What .env sets is not reported twice.
func TestUnreadOnce(t *testing.T) {
	within(t, right(nil))
	restore(t, "SLACK_CHANEL")
	write(t, ".env", "SLACK_CHANEL='x'")
	if _, err := config.Load(); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("mistakes:\n%v\nwant one", err)
	}
}

// "docker run --env-file" leaves the quotes on, also around what Go reads.
func TestProxyInQuotes(t *testing.T) {
	within(t, right(nil))
	t.Setenv("HTTPS_PROXY", "'http://proxy.example.com:3128'")
	if _, err := config.Load(); err != nil {
		t.Fatal(err)
	}
	if got, want := os.Getenv("HTTPS_PROXY"), "http://proxy.example.com:3128"; got != want {
		t.Errorf("HTTPS_PROXY = %s, want %s", got, want)
	}
}
