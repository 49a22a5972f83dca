package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"polarbell/admin"
	"polarbell/compose"
	"polarbell/config"
	"polarbell/fetcher"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/reporter"
	"polarbell/webhook"
)

// bridge is a running polarbell. start starts its parts one after the other,
// and each part registers its stop beside its start.
type bridge struct {
	config    config.Config
	transport http.RoundTripper // to the platforms
	log       *slog.Logger
	version   version
	// wrap, if set, replaces each destination's sender (the demo prints).
	wrap func(notifier.Destination) notifier.Sender

	url      string // where it accepts Polar's deliveries
	adminURL string
	notifier *notifier.Notifier
	reporter *reporter.Reporter
	fetcher  *fetcher.Fetcher // nil without an access token
	journal  *journal.Journal
	orders   *ledger.Ledger                // made of the journal's deliveries
	lease    atomic.Pointer[journal.Lease] // the newest one of this process
	metrics  *admin.Metrics
	stalled  atomic.Pointer[error] // why this process neither delivers nor waits to
	parts    []part
	halt     func()     // ends the deliveries after what is in flight
	drained  time.Time  // when a stop closes the requests that are still open
	failed   chan error // a part that cannot go on
}

// start opens the journal, registers every destination in it, and only then
// listens, so that no destination misses a delivery.
func (b *bridge) start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, b.stop())
		}
	}()
	b.failed, b.halt = make(chan error, 3), func() {}
	b.metrics = admin.NewMetrics(string(b.version), b.organizations()...)
	if b.journal, err = journal.Open(ctx, string(b.config.DatabaseURL)); err != nil {
		return err
	}
	b.orders = ordersOf(b.journal, b.config, b.log)
	b.onStop("journal", stopTimeout, func(context.Context) error { return b.closeJournal() })
	if err := b.journal.Register(ctx, b.names()...); err != nil {
		return err
	}
	if err := b.fetch(ctx); err != nil {
		return err
	}
	b.notify()
	if err := b.listen(ctx); err != nil {
		return err
	}
	b.background("alive", b.reporter.StayAlive)
	b.beat()
	return b.administer()
}

// closeJournal leaves the journal's file complete, or says that it is not.
func (b *bridge) closeJournal() error {
	err := b.journal.Close()
	if errors.Is(err, journal.ErrLogRemains) {
		b.log.Warn("the journal's file alone is not complete", "err", err)
		return nil
	}
	return err
}

// organizations are the labels of the secrets, each once.
func (b *bridge) organizations() []string { return labels(b.config) }

func labels(c config.Config) []string {
	return slices.Compact(slices.Sorted(maps.Values(c.Organizations)))
}

func (b *bridge) names() []string {
	var names []string
	for _, d := range b.config.Destinations {
		names = append(names, d.Name)
	}
	return names
}

// listen starts the public listener: the webhook and /healthz, nothing else.
func (b *bridge) listen(ctx context.Context) error {
	var secrets []string
	organizations := map[string]string{}
	for _, s := range b.config.Secrets {
		secrets = append(secrets, string(s))
		organizations[string(s)] = b.config.Organizations[s]
	}
	refusals := reporter.NewRefusals(b.journal, b.log)
	b.background("refusals", refusals.Run)
	handler, err := webhook.New(b.journal, webhook.Options{
		Secrets: secrets, Organizations: organizations, Path: b.config.Path, Destinations: b.routedTo(), Log: b.log,
		Observe: func(organization, eventType, outcome string, took time.Duration) {
			b.metrics.Observe(organization, eventType, outcome, took)
			refusals.Observe(outcome)
		},
	})
	if err != nil {
		return usageError{err}
	}
	if b.config.TLSDomain != "" {
		return b.listenTLS(ctx, handler)
	}
	b.noteCertificate(ctx, nil, time.Time{}) // without TLS_DOMAIN nothing is wrong with one
	address, err := b.serve("LISTEN_ADDR", b.config.Listen, handler, nil)
	b.url = b.config.BaseURL("http://"+address) + b.config.Path
	return err
}

// routedTo returns what names the destinations that may show a delivery. The
// answer to each holds them, so those of known types are found beforehand.
func (b *bridge) routedTo() func(organization, eventType string) []string {
	type delivery struct{ organization, eventType string }
	find := func(of delivery) []string {
		var names []string
		for _, d := range b.config.Destinations {
			if b.mayShow(d, of.organization, of.eventType) {
				names = append(names, d.Name)
			}
		}
		return names
	}
	found := map[delivery][]string{}
	for _, organization := range append(b.organizations(), "") {
		for _, known := range polar.Types() {
			of := delivery{organization, known.Name}
			found[of] = find(of)
		}
	}
	return func(organization, eventType string) []string {
		of := delivery{organization, eventType}
		if names, isKnown := found[of]; isKnown {
			return names
		}
		return find(of)
	}
}

// mayShow reports whether a destination may show a delivery. An incoming webhook
// cannot delete, so it gets nothing that is under way.
func (b *bridge) mayShow(d config.Destination, organization, eventType string) bool {
	if d.Platform == config.SlackWebhook && b.config.Cards && compose.IsUnderWay(eventType) {
		return false
	}
	return d.Routes.MayShowOf(compose.Organization(organization), eventType, d.Public)
}

// serve starts a server, with HTTPS if tlsConfig is not nil. It listens before
// it returns, so that a busy port fails the start. It returns the address at
// which this machine reaches the server.
func (b *bridge) serve(variable, address string, handler http.Handler, tlsConfig *tls.Config) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", portError(context.Background(), variable, address, err)
	}
	local := config.LocalAddr(listener.Addr().String())
	if tlsConfig != nil {
		listener = tls.NewListener(listener, tlsConfig)
	}
	server := webhook.Server(withServerName(handler))
	server.ErrorLog = slog.NewLogLogger(b.log.Handler(), slog.LevelDebug)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			b.failed <- fmt.Errorf("%s: %w", variable, err)
		}
	}()
	b.onStop(variable+" listener", deliveryTimeout, func(ctx context.Context) error { return b.drain(ctx, server) })
	return local, nil
}

// drain closes a server once its requests have ended, or are too slow.
func (b *bridge) drain(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithDeadline(ctx, b.drained)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		return server.Close() // Polar sends again what got no answer
	}
	return nil
}
