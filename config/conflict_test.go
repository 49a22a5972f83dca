package config_test

import (
	"slices"
	"strings"
	"testing"

	"polarbell/config"
)

func TestListenersConflict(t *testing.T) {
	const (
		admin     = "; give it another, such as 127.0.0.1:9090"
		challenge = ": has port 80, where the certificate authority checks TLS_DOMAIN; give it another port"
	)
	for _, c := range []struct {
		name string
		v    vars
		want string
	}{
		{"a platform's port", vars{"PORT": "9090"}, `ADMIN_ADDR: has the port of the public listener (":9090")` + admin},
		{"one address", vars{"LISTEN_ADDR": "127.0.0.1:9090"}, `ADMIN_ADDR: has the port of the public listener ("127.0.0.1:9090")` + admin},
		{"two names of it", vars{"LISTEN_ADDR": "localhost:9090"}, `ADMIN_ADDR: has the port of the public listener ("localhost:9090")` + admin},
		{"every address", vars{"LISTEN_ADDR": "[::]:9090"}, `ADMIN_ADDR: has the port of the public listener ("[::]:9090")` + admin},
		{"HTTPS on port 80", vars{"TLS_DOMAIN": "a.nimbus.dev", "LISTEN_ADDR": ":80"}, "LISTEN_ADDR" + challenge},
		{"the admin page on port 80", vars{"TLS_DOMAIN": "a.nimbus.dev", "ADMIN_ADDR": "127.0.0.1:80"}, "ADMIN_ADDR" + challenge},

		{"two machines' addresses", vars{"LISTEN_ADDR": "10.0.0.7:9090"}, ""},
		{"any free port", vars{"LISTEN_ADDR": "127.0.0.1:0", "ADMIN_ADDR": "127.0.0.1:0"}, ""},
		{"no admin page", vars{"LISTEN_ADDR": ":9090", "ADMIN_ADDR": ""}, ""},
		{"port 80 without HTTPS", vars{"LISTEN_ADDR": ":80"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(c.v))
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

func TestOneChannelTwice(t *testing.T) {
	const slack, hook, discord = "is the same Slack channel as ", "is the same Slack webhook as ", "is the same Discord webhook as "
	for _, c := range []struct {
		name string
		v    vars
		want []string
	}{
		{"a channel", vars{"SLACK_CHANNELS": "a:#x,b:#x,c:#x"}, []string{"b: " + slack + "a", "c: " + slack + "a"}},
		{"an incoming webhook", vars{"SLACK_WEBHOOKS": "a:" + slackHook + ",b:" + slackHook + "/"}, []string{"b: " + hook + "a"}},
		{"a webhook", vars{"DISCORD_WEBHOOKS": "a:" + discordHook + ",b:" + discordHook}, []string{"b: " + discord + "a"}},
		{"two threads of a webhook", vars{"DISCORD_WEBHOOKS": "a:" + discordHook + "?thread_id=1,b:" + discordHook + "?thread_id=2"}, nil},
		{"two channels", vars{"SLACK_CHANNELS": "a:#x,b:#y"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(c.v)).Warnings
			for i := range c.want {
				c.want[i] += ", so what both want is shown there twice; remove one of the two"
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("warnings:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for _, warning := range got {
				for _, s := range hidden {
					if strings.Contains(warning, s) {
						t.Errorf("a warning shows a secret: %s", warning)
					}
				}
			}
		})
	}
}
