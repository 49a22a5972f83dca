package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"

	"polarbell/config"
	"polarbell/notifier"
)

type serveCommand struct{}

// Run runs the bridge until ctx ends or a part of it cannot go on.
func (serveCommand) Run(ctx context.Context, s Streams, v version) error {
	c, err := config.Load()
	if err != nil {
		return usageError{err}
	}
	spareMemory()
	b := &bridge{config: c, transport: platforms(), log: logger(s.Err, c), version: v}
	if err := b.start(ctx); err != nil {
		return err
	}
	b.logStart()
	select {
	case <-ctx.Done():
	case err = <-b.failed:
	}
	b.log.Info("stopping")
	return errors.Join(err, b.stop())
}

// spareMemory collects garbage at half of Go's usual growth. Some 4 MB live; in a
// burst the rest is garbage, which then peaks at 46 MB instead of 60, for no
// processor time that can be measured. GOGC wins, as everywhere.
func spareMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// logStart says what an operator does next.
func (b *bridge) logStart() {
	for _, warning := range b.config.Warnings {
		b.log.Warn(warning)
	}
	what := "taking deliveries: paste this address into Polar's webhook settings, with the format Raw"
	if b.config.TLSDomain == "" {
		what = "taking deliveries: put HTTPS in front of this address, and paste the public address into Polar's webhook settings, with the format Raw"
	}
	b.log.Info(what, "url", b.url, "admin", b.adminURL)
	b.log.Info("events to select in Polar: " + eventsToSelect)
	for _, d := range b.config.Destinations {
		b.log.Info("delivering to", "destination", d.Name, "routes", d.Routes.String(), "public", d.Public, "anonymous", d.Anonymous)
	}
}

// platforms is the transport to Slack and Discord. It keeps connections open
// for reuse.
func platforms() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return notifier.NewTransport(t)
}

func logger(w io.Writer, c config.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
