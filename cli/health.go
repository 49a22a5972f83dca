package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
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
		return fmt.Errorf("health: no bridge answers at %s (%w): start it, or correct LISTEN_ADDR", c.Listen, cause(err))
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("health: the bridge answered %s", response.Status)
	}
	return nil
}

// cause is why a request failed, without the made-up URL.
func cause(err error) error {
	var fault *url.Error
	if errors.As(err, &fault) {
		return fault.Err
	}
	return err
}

// dialing connects to one address whatever host a URL names, so that the
// certificate is checked for its own name. A listener's address without a host
// leads to this machine (net.Dial).
func dialing(address string) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}
