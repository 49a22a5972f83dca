package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"polarbell/config"
)

type healthCommand struct{}

// Run asks the bridge on this machine whether it runs. An image without a shell
// has no other health check.
func (healthCommand) Run(ctx context.Context, _ Streams) error {
	c, err := config.LoadForJournal()
	if err != nil {
		return usageError{err}
	}
	return health(ctx, c)
}

// health is nil if a bridge with these settings runs on this machine.
func health(ctx context.Context, c config.Config) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.BaseURL("http://bridge")+"/healthz", nil)
	if err != nil {
		return err
	}
	response, err := (&http.Client{Transport: dialing(c.Listen)}).Do(r)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("health: the bridge answered %s", response.Status)
	}
	return nil
}

// dialing connects to one address whatever host a URL names, so that the
// certificate is checked for its own name. A listener's address without a host
// leads to this machine (net.Dial).
func dialing(address string) http.RoundTripper {
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}
