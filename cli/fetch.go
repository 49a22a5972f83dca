package cli

import (
	"context"
	"net/http"

	"polarbell/config"
	"polarbell/fetcher"
	"polarbell/notifier"
	"polarbell/polar"
)

// fetch prepares what the process that delivers asks of Polar's API. Without an
// access token nothing is asked.
func (b *bridge) fetch(ctx context.Context) error {
	if b.config.AccessToken == "" {
		return nil
	}
	if err := fetcher.Prepare(ctx, b.journal); err != nil {
		return err
	}
	b.fetcher = fetcher.New(b.journal, fetcher.Options{
		API: polarAPI(b.config), Bridge: asPolarKnows(b.config), Retention: b.config.Retention, Log: b.log,
		Ledger: b.orders,
	})
	return nil
}

// polarAPI has a transport of its own, whose errors are for people.
func polarAPI(c config.Config) *polar.API {
	return polar.NewAPI(c.PolarAPI, string(c.AccessToken), notifier.NewAPITransport(http.DefaultTransport.(*http.Transport)))
}

// asPolarKnows is what Polar's webhook settings should have.
func asPolarKnows(c config.Config) fetcher.Bridge {
	b := fetcher.Bridge{Host: c.TLSDomain, Path: c.Path, Organizations: map[string]string{}}
	for _, secret := range c.Secrets {
		b.Secrets = append(b.Secrets, string(secret))
		b.Organizations[string(secret)] = c.Organizations[secret]
	}
	return b
}

// atPolar returns what a person must mend at Polar, as far as its API is asked.
func (b *bridge) atPolar(ctx context.Context) (string, error) {
	if b.fetcher == nil {
		return "", nil
	}
	return fetcher.Problem(ctx, b.journal)
}
