package cli

import (
	"polarbell/admin"
	"polarbell/notifier"
)

// administer starts the admin listener.
func (b *bridge) administer() error {
	if b.config.AdminAddr == "" {
		return nil
	}
	// A sender serves one goroutine, so the test cards need senders of their own.
	destinations := senders(b.config, b.transport)
	options := composing(b.config)
	options.Ledger, options.Log = b.orders, b.log
	handler := admin.New(admin.Options{
		Journal: b.journal, Destinations: destinations, Stats: b.notifier.Stats, Delivering: b.delivering,
		Metrics: b.metrics, Password: string(b.config.AdminPassword), Version: string(b.version), Log: b.log,
		Viewer: notifier.NewViewer(b.journal, options), AtPolar: b.atPolar, CaughtUp: catchesUp(b.config, b.journal),
		Organizations: b.organizations(), Zone: b.config.TimeZone,
	})
	address, err := b.serve("ADMIN_ADDR", b.config.AdminAddr, handler, nil)
	b.adminURL = "http://" + address + "/"
	return err
}

// delivering returns an error while this process neither delivers nor stands
// by.
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
	b.background("heartbeat", admin.Heartbeat{
		URL: string(b.config.HeartbeatURL), Journal: b.journal, Destinations: b.names(),
		HTTP: b.transport, Log: b.log,
	}.Run)
}
