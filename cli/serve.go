package cli

import (
	"context"
	"io"
	"log/slog"
	"net/http"

	"polarbell/config"
)

type serveCommand struct{}

// Run runs the bridge until ctx ends or a part of it cannot go on.
func (serveCommand) Run(ctx context.Context, s Streams, r release) error {
	c, err := config.Load()
	if err != nil {
		return usageError{err}
	}
	b := &bridge{config: c, transport: platforms(), log: logger(s.Err, c), version: string(r)}
	if err := b.start(ctx); err != nil {
		return err
	}
	b.greet()
	select {
	case <-ctx.Done():
	case err = <-b.failed:
	}
	b.log.Info("stopping")
	if stopped := b.stop(); err == nil {
		err = stopped
	}
	return err
}

// greet says what an operator does next.
func (b *bridge) greet() {
	what := "taking deliveries: paste this address into Polar's webhook settings, format Raw"
	if b.config.TLSDomain == "" {
		what = "taking deliveries: put HTTPS before this address and paste it, as the internet reaches it, into Polar's webhook settings, format Raw"
	}
	b.log.Info(what, "url", b.url, "admin", b.adminURL)
	b.log.Info("tick in Polar: " + ticks)
	for _, d := range b.config.Destinations {
		b.log.Info("delivering to", "destination", d.Name, "routes", d.Routes, "public", d.Public)
	}
}

// platforms is the way to Slack and Discord, its connections kept warm.
func platforms() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return t
}

func logger(w io.Writer, c config.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
