package main

import (
	"net"
	"net/http"
	"os"
	"time"

	"polarbell/standin"
)

const (
	channel = "C0BENCH"
	hook    = "100000000000000001"
)

// platforms are the stand-ins for Slack and Discord, in this process.
type platforms struct {
	*standin.Server
	base  string
	shown chan time.Time // when a message was shown, the latest few
	http  *http.Server
}

func startPlatforms(limits bool) (*platforms, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &platforms{
		Server: standin.New(standin.Options{Limits: limits}),
		base:   "http://" + listener.Addr().String(),
		shown:  make(chan time.Time, 16),
	}
	p.Slack(channel, "sales")
	p.Discord(hook, "token", "100000000000000002")
	p.Watch(func(standin.Message) {
		select {
		case p.shown <- time.Now():
		default: // nobody asks
		}
	})
	p.http = &http.Server{Handler: p.Server}
	go func() { _ = p.http.Serve(listener) }()
	return p, nil
}

func (p *platforms) stop() { _ = p.http.Close() }

// environment sends a bridge's messages here. It inherits nothing but the
// folder for temporary files.
func (p *platforms) environment() []string {
	return []string{
		"TMPDIR=" + os.TempDir(),
		"SLACK_BOT_TOKEN=xoxb-bench", "SLACK_CHANNELS=slack:" + channel, "SLACK_API_URL=" + p.base + "/api/",
		"DISCORD_WEBHOOKS=discord:https://discord.com/api/webhooks/" + hook + "/token",
		"DISCORD_API_URL=" + p.base + "/api/v10/",
	}
}
