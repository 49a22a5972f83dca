package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"polarbell/admin"
	"polarbell/config"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/webhook"
)

// stopTimeout is how long requests to us may take to end when the bridge
// stops. Requests to the platforms end meanwhile, within their own timeout, so
// that a stop takes less than ten seconds.
const stopTimeout = 5 * time.Second

// bridge is a running polarbell: every part is started by start, in one
// straight line, and its stop pushed beside it.
type bridge struct {
	config    config.Config
	transport http.RoundTripper // to the platforms
	log       *slog.Logger
	version   string
	// wrap, where set, stands before each destination's sender (the demo prints).
	wrap func(notifier.Destination) notifier.Sender

	url      string // where Polar's deliveries are taken
	adminURL string
	notifier *notifier.Notifier
	journal  *journal.Journal
	halt     func() // tells the delivering part to finish what is in flight
	metrics  *admin.Metrics
	stalled  atomic.Pointer[error] // why this process neither delivers nor waits to
	stops    []func() error
	patience time.Time  // until then requests under way may end
	failed   chan error // a part that cannot go on
}

// start opens the journal, makes every destination's place in it, and only
// then listens, so that no delivery is missed by a destination.
func (b *bridge) start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, b.stop())
		}
	}()
	b.failed, b.halt = make(chan error, 3), func() {}
	b.metrics = admin.NewMetrics(b.version)
	if b.journal, err = journal.Open(ctx, b.config.DatabaseURL); err != nil {
		return err
	}
	b.stops = append(b.stops, b.journal.Close)
	if err := b.journal.Join(ctx, b.names()...); err != nil {
		return err
	}
	if err := b.notify(); err != nil {
		return err
	}
	if err := b.listen(ctx); err != nil {
		return err
	}
	b.beat()
	return b.administer()
}

// stop ends every part in the reverse order of its start: no more requests,
// then no more messages, then the journal.
func (b *bridge) stop() error {
	b.halt()
	b.patience = time.Now().Add(stopTimeout)
	var errs []error
	for _, stop := range slices.Backward(b.stops) {
		errs = append(errs, stop())
	}
	b.stops = nil
	return errors.Join(errs...)
}

func (b *bridge) names() []string {
	var names []string
	for _, d := range b.config.Destinations {
		names = append(names, d.Name)
	}
	return names
}

// notify starts the delivering part. It delivers while this process holds the
// lease; the others of several wait for it.
func (b *bridge) notify() error {
	destinations, err := senders(b.config, b.transport)
	if err != nil {
		return err
	}
	for i, d := range destinations {
		if b.wrap != nil {
			destinations[i].Sender = b.wrap(d)
		}
	}
	var lease *journal.Lease
	b.notifier = notifier.New(b.journal, destinations, notifier.Options{
		Sandbox: b.config.Sandbox, PerEvent: !b.config.Cards, Retention: b.config.Retention, Log: b.log,
		May: func(d time.Duration) bool { return lease.Valid(d) },
	})
	ctx, cancel := context.WithCancel(context.Background())
	var leading sync.WaitGroup
	leading.Go(func() {
		for ctx.Err() == nil {
			var err error
			if lease, err = b.journal.Lead(ctx); err == nil {
				b.stalled.Store(nil)
				b.lead(ctx, lease)
			} else if ctx.Err() == nil {
				if b.stalled.Swap(&err) == nil {
					b.log.Error("cannot take the lease to deliver, trying again", "err", err)
				}
				_ = sleep(ctx, time.Second)
			}
		}
	})
	b.halt = cancel
	b.stops = append(b.stops, func() error {
		leading.Wait()
		return nil
	})
	return nil
}

// lead delivers until the lease or the bridge ends.
func (b *bridge) lead(ctx context.Context, lease *journal.Lease) {
	defer lease.Release()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-lease.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	b.notifier.Run(ctx)
}

// listen starts the public listener: the webhook and /healthz, nothing else.
func (b *bridge) listen(ctx context.Context) error {
	handler, err := webhook.New(b.journal, webhook.Options{
		Secrets: b.config.Secrets, Path: b.config.Path, Destinations: b.wanting, Log: b.log,
		Observe: b.metrics.Observe,
	})
	if err != nil {
		return usageError{err}
	}
	if b.config.TLSDomain != "" {
		return b.secure(ctx, handler)
	}
	address, err := b.serve("LISTEN_ADDR", b.config.Listen, handler, nil)
	b.url = "http://" + address + b.config.Path
	return err
}

// wanting names the destinations that act on a type of event.
func (b *bridge) wanting(eventType string) []string {
	var names []string
	for _, d := range b.config.Destinations {
		if d.Wants(eventType) {
			names = append(names, d.Name)
		}
	}
	return names
}

// serve listens at once, so that a busy port is an error of the start, and
// pushes its stop. With secrecy it speaks HTTPS.
func (b *bridge) serve(variable, address string, handler http.Handler, secrecy *tls.Config) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", portError(variable, address, err)
	}
	if secrecy != nil {
		listener = tls.NewListener(listener, secrecy)
	}
	server := webhook.Server(handler)
	server.ErrorLog = slog.NewLogLogger(b.log.Handler(), slog.LevelDebug)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			b.failed <- fmt.Errorf("%s: %w", variable, err)
		}
	}()
	b.stops = append(b.stops, func() error {
		ctx, cancel := context.WithDeadline(context.Background(), b.patience)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			return server.Close() // whoever is that slow is not Polar
		}
		return nil
	})
	return reachable(listener.Addr()), nil
}

// reachable is a listener's address as this machine can call it.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return a.String()
}

// senders makes each configured destination's sender. One token's channels
// share a Slack app, all Discord webhooks one API.
func senders(c config.Config, transport http.RoundTripper) ([]notifier.Destination, error) {
	base, err := url.Parse(c.DiscordAPI)
	if err != nil {
		return nil, usageError{errors.New("DISCORD_API_URL: not a URL")}
	}
	app := notifier.NewSlackApp(c.SlackToken, c.SlackAPI, transport)
	api := &notifier.DiscordAPI{Base: base, HTTP: transport}
	var all []notifier.Destination
	for _, d := range c.Destinations {
		to := notifier.Destination{Name: d.Name, Platform: "Slack", Wants: d.Wants, Public: d.Public}
		switch d.Platform {
		case config.SlackChannel:
			to.Sender = app.Channel(d.Channel)
		case config.SlackWebhook:
			to.Sender = notifier.NewSlackWebhook(d.URL, transport)
		case config.Discord:
			to.Platform = "Discord"
			to.Sender = api.Webhook(d.WebhookID, d.Token, d.ThreadID)
		}
		all = append(all, to)
	}
	return all, nil
}
