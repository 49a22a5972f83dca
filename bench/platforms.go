package main

import (
	"net"
	"net/http"
	"time"

	"polarbell/standin"
)

const (
	slackChannel   = "C0BENCH"
	discordWebhook = "100000000000000001"
	discordChannel = "100000000000000002"
)

// platforms are the stand-ins for Slack and Discord, in this process.
type platforms struct {
	*http.Server
	standin     *standin.Server
	environment []string       // sends a bridge's messages here
	shown       chan time.Time // when a message was posted, the latest few
}

func startPlatforms() (*platforms, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	base := "http://" + listener.Addr().String()
	s := standin.New(standin.Options{Limits: true})
	s.Slack(slackChannel, "sales")
	s.Discord(discordWebhook, "token", discordChannel)
	p := &platforms{
		Server: &http.Server{Handler: s}, standin: s,
		environment: []string{
			"SLACK_BOT_TOKEN=xoxb-bench", "SLACK_CHANNELS=slack:" + slackChannel, "SLACK_API_URL=" + base + "/api/",
			"DISCORD_WEBHOOKS=discord:https://discord.com/api/webhooks/" + discordWebhook + "/token",
			"DISCORD_API_URL=" + base + "/api/v10/",
		},
		shown: make(chan time.Time, 16),
	}
	s.Watch(func(standin.Message) {
		select {
		case p.shown <- time.Now():
		default: // nobody asks
		}
	})
	go func() { _ = p.Serve(listener) }()
	return p, nil
}
