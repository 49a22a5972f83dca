package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/config"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, variable, value, want string }{
		{"a given one", "SLACK_CHANNELS", "sales:C0123ABC", "sales"},
		{"letters of any script", "SLACK_CHANNELS", "продажи:C0123ABC", "продажи"},
		{"spaces around it", "SLACK_CHANNELS", " sales : #sales ", "sales"},
		{"a channel's ID", "SLACK_CHANNELS", "C0123ABC", "slack-C0123ABC"},
		{"a channel's name", "SLACK_CHANNELS", "#sales", "slack-sales"},
		{"a webhook of Slack", "SLACK_WEBHOOKS", slackHook, "slack-B0123"},
		{"a webhook of Discord", "DISCORD_WEBHOOKS", discordHook, "discord-1234567890123456789"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(vars{"SLACK_CHANNELS": "", c.variable: c.value})).Destinations
			if len(got) != 1 || got[0].Name != c.want {
				t.Errorf("destinations = %v, want one named %s", got, c.want)
			}
		})
	}
}

func TestSlackWebhookURLs(t *testing.T) {
	const path = "/services/T0123/B0123/QwErTyUiOpAsDfGhJkLzXcVb"
	for _, c := range []struct{ name, value, want string }{
		{"as Slack shows it", slackHook, slackHook},
		{"a trailing slash", slackHook + "/", slackHook},
		{"a query", slackHook + "?x=1", slackHook},
		{"Slack for governments", "https://hooks.slack-gov.com" + path, "https://hooks.slack-gov.com" + path},
		{"the host of SLACK_API_URL", "http://127.0.0.1:9" + path, "http://127.0.0.1:9" + path},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(vars{"SLACK_API_URL": "http://127.0.0.1:9/api/", "SLACK_WEBHOOKS": c.value})).Destinations
			if len(got) != 2 || string(got[1].URL) != c.want {
				t.Errorf("URL differs from %s", c.want)
			}
		})
	}
}

func TestDiscordWebhookURLs(t *testing.T) {
	const rest = "webhooks/123/To-k_n"
	for _, c := range []struct{ name, value, thread string }{
		{"as Discord shows it", "https://discord.com/api/" + rest, ""},
		{"the old host", "https://discordapp.com/api/" + rest, ""},
		{"the canary's", "https://canary.discord.com/api/" + rest, ""},
		{"the test build's", "https://ptb.discord.com/api/" + rest, ""},
		{"a version", "https://discord.com/api/v9/" + rest, ""},
		{"a trailing slash", "https://discord.com/api/" + rest + "/", ""},
		{"a query", "https://discord.com/api/" + rest + "?wait=true", ""},
		{"a thread", "https://discord.com/api/" + rest + "?wait=true&thread_id=77", "77"},
		{"the host of DISCORD_API_URL", "http://127.0.0.1:9/api/v10/" + rest, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(vars{"DISCORD_API_URL": "http://127.0.0.1:9/api/v10/", "DISCORD_WEBHOOKS": c.value})).Destinations
			want := config.Destination{
				Name: "discord-123", Platform: config.Discord, WebhookID: "123", Token: "To-k_n", ThreadID: c.thread, Daily: usual,
			}
			if d := cmp.Diff(want, got[len(got)-1]); d != "" {
				t.Errorf("destination differs (-want +got):\n%s", d)
			}
		})
	}
}

func TestWhere(t *testing.T) {
	got := ""
	for _, d := range load(t, right(vars{
		"SLACK_CHANNELS": "sales:#sales", "SLACK_WEBHOOKS": slackHook, "DISCORD_WEBHOOKS": "a:" + discordHook + ",b:" + discordHook + "?thread_id=77",
	})).Destinations {
		got += d.Where() + "\n"
	}
	id := "1234567890123456789"
	want := "channel #sales\nincoming webhook B0123\nwebhook " + id + "\nwebhook " + id + ", thread 77\n"
	if got != want {
		t.Errorf("the destinations are\n%swant\n%s", got, want)
	}
}

// Whatever the lists hold, the answer is destinations with usable, different
// names or mistakes that show no token; and routes are known patterns.
func FuzzLists(f *testing.F) {
	f.Add("sales:#sales,C0123ABC", "hook:"+slackHook, discordHook, "sales:news|order.*", "sales")
	f.Add("sales:,https://x,:,a:b:c", "https:"+slackHook, "d:"+discordHook+"/slack,", "order.payed,x:|", ",")
	f.Add(token, token+":"+slackHook, slackHook, discordHook+":news", token)
	f.Fuzz(func(t *testing.T, channels, slack, discord, routes, public string) {
		v := right(vars{
			"SLACK_CHANNELS": channels, "SLACK_WEBHOOKS": slack, "DISCORD_WEBHOOKS": discord, "ROUTES": routes, "PUBLIC": public,
		})
		for _, value := range v {
			if strings.Contains(value, "\x00") {
				t.Skip("no environment holds it")
			}
		}
		if mistakes := lines(t, v); mistakes != nil {
			for _, line := range mistakes {
				if variable, _, ok := strings.Cut(line, ": "); !ok || variable != strings.ToUpper(variable) {
					t.Errorf("line %q names no variable", line)
				}
			}
			return
		}
		c, err := config.Load()
		if err != nil {
			t.Fatalf("Load, the second time: %v", err)
		}
		seen := map[string]bool{}
		for _, d := range c.Destinations {
			if d.Name == "" || seen[d.Name] || strings.ContainsAny(d.Name, ",:| \n") {
				t.Errorf("name %q", d.Name)
			}
			seen[d.Name] = true
			if d.Channel == "" && d.URL+d.Token == "" {
				t.Errorf("%s has no address", d.Name)
			}
		}
	})
}

// A base of Discord's API without a version gets the one that messages are made
// for.
func TestDiscordAPIHasAVersion(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"left out", "", "https://discord.com/api/v10/"},
		{"without a version", "https://discord.com/api", "https://discord.com/api/v10/"},
		{"with one", "http://127.0.0.1:9/api/v9/", "http://127.0.0.1:9/api/v9/"},
	} {
		if got := load(t, right(vars{"DISCORD_API_URL": c.value})).DiscordAPI.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
