package cli

import (
	"context"
	"net/http"
	"sync"
	"time"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/fetcher"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/reporter"
)

// notify starts the deliveries, and what the process that delivers reports.
func (b *bridge) notify() {
	destinations := senders(b.config, b.transport)
	for i, d := range destinations {
		if b.wrap != nil {
			destinations[i].Sender = b.wrap(d)
		}
	}
	options := composing(b.config)
	options.Retention, options.Ledger, options.Log, options.CanDeliver = b.config.Retention, b.orders, b.log, b.canDeliver
	options.WasOn = func(ctx context.Context, at time.Time) (bool, error) { return reporter.WasOn(ctx, b.journal, at) }
	b.notifier = notifier.New(b.journal, destinations, options)
	reports := reporting(b.config, b.orders, b.log)
	reports.CaughtUp = catchesUp(b.config, b.journal)
	b.reporter = reporter.New(b.journal, reports)
	b.halt = b.background("deliveries", b.deliver)
}

// catchesUp returns what says up to when all that Polar could not deliver was
// fetched; nil where not all is, since a token is one organization's.
func catchesUp(c config.Config, j *journal.Journal) func(context.Context) (time.Time, error) {
	if c.AccessToken == "" || len(labels(c)) > 1 {
		return nil
	}
	return func(ctx context.Context) (time.Time, error) { return fetcher.CaughtUp(ctx, j) }
}

// composing are the options that decide what messages say.
func composing(c config.Config) notifier.Options {
	return notifier.Options{Sandbox: c.Sandbox, PerEvent: !c.Cards, Zone: c.TimeZone}
}

// canDeliver reports whether this process holds the lease for another d.
func (b *bridge) canDeliver(d time.Duration) bool {
	lease := b.lease.Load()
	return lease != nil && lease.Valid(d)
}

// deliver delivers whenever this process holds the lease. Of several replicas
// one does, and the others wait for it.
func (b *bridge) deliver(ctx context.Context) {
	for ctx.Err() == nil {
		stoodBy := false
		lease, err := b.journal.AcquireLease(ctx, func() { stoodBy = true; b.logStandBy() })
		if err != nil {
			b.stall(ctx, err)
			continue
		}
		if stoodBy {
			b.log.Info("the other process has ended: this one delivers now")
		}
		b.stalled.Store(nil)
		b.lease.Store(lease)
		b.lead(ctx, lease)
	}
}

// logStandBy says that this process has nothing to deliver: somebody may have
// started it by mistake.
func (b *bridge) logStandBy() {
	b.log.Info("another process delivers from this journal; this one takes deliveries, and stands by until that one ends",
		"journal", b.journal.Place())
}

// stall notes why nobody may deliver, logs it once, and waits before the next
// try.
func (b *bridge) stall(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if b.stalled.Swap(&err) == nil {
		b.log.Error("cannot take the lease to deliver, trying again", "err", err)
	}
	_ = sleep(ctx, time.Second)
}

// lead delivers and reports until the lease or the bridge ends.
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
	var beside sync.WaitGroup
	b.reporter.Prepare(ctx)
	beside.Go(func() { b.journal.Watch(ctx, time.Second) })
	beside.Go(func() { b.reporter.Run(ctx) })
	if b.fetcher != nil {
		beside.Go(func() { b.fetcher.Run(ctx) })
	}
	b.notifier.Run(ctx)
	beside.Wait()
}

// senders makes each configured destination's sender. All channels of a token
// share a Slack app, all Discord webhooks one API.
func senders(c config.Config, transport http.RoundTripper) []notifier.Destination {
	app := notifier.NewSlackApp(string(c.SlackToken), c.SlackAPI, transport)
	hooks := &notifier.SlackWebhooks{HTTP: transport}
	api := &notifier.DiscordAPI{Base: c.DiscordAPI, HTTP: transport}
	var all []notifier.Destination
	for _, d := range c.Destinations {
		to := notifier.Destination{
			Name: d.Name, Platform: "Slack", Channel: d.Where(), Routes: d.Routes, Public: d.Public, Anonymous: d.Anonymous, Daily: d.Daily, Calls: d.Calls,
			Names: getsSeveral(d.Routes, c.OrganizationNames()),
		}
		switch d.Platform {
		case config.SlackChannel:
			to.Sender = app.Channel(d.Channel)
		case config.SlackWebhook:
			to.Sender = hooks.Webhook(string(d.URL))
		case config.Discord:
			to.Platform = "Discord"
			to.Sender = api.Webhook(d.WebhookID, string(d.Token), d.ThreadID)
		}
		all = append(all, to)
	}
	return all
}

// getsSeveral reports whether a route asks for news of more than one
// organization: then headlines name it.
func getsSeveral(route compose.Route, organizations []string) bool {
	n := 0
	for _, name := range organizations {
		if route.Reaches(name) {
			n++
		}
	}
	return n > 1
}
