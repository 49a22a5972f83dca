package cli

import (
	"context"
	"sync"

	"polarbell/admin"
	"polarbell/formatter"
)

// administer starts the admin listener.
func (b *bridge) administer() error {
	if b.config.AdminAddr == "" {
		return nil
	}
	// Senders of its own for the test cards: those of the loops serve them alone.
	destinations, err := senders(b.config, b.transport)
	if err != nil {
		return err
	}
	handler := admin.New(admin.Options{
		Journal: b.journal, Destinations: destinations, Stats: b.notifier.Stats, Delivering: b.delivering,
		Metrics: b.metrics, Password: b.config.AdminPassword, Version: b.version, Log: b.log,
		Cards: formatter.Options{Sandbox: b.config.Sandbox, PerEvent: !b.config.Cards},
	})
	address, err := b.serve("ADMIN_ADDR", b.config.AdminAddr, handler, nil)
	b.adminURL = "http://" + address + "/"
	return err
}

// delivering is an error while this process neither delivers nor waits for
// another one that does.
func (b *bridge) delivering() error {
	if err := b.stalled.Load(); err != nil {
		return *err
	}
	return nil
}

// beat starts the heartbeat.
func (b *bridge) beat() {
	if b.config.HeartbeatURL == "" {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	var beating sync.WaitGroup
	beating.Go(func() {
		admin.Heartbeat{
			URL: b.config.HeartbeatURL, Journal: b.journal, Destinations: b.names(),
			HTTP: b.transport, Log: b.log,
		}.Run(ctx)
	})
	b.stops = append(b.stops, func() error {
		cancel()
		beating.Wait()
		return nil
	})
}
