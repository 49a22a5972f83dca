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

// Run asks the bridge on this machine whether it lives: an image without a
// shell has no other way to check its health.
func (healthCommand) Run(ctx context.Context, _ Streams) error {
	c, err := config.LoadForJournal()
	if err != nil {
		return usageError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	url, client := "http://bridge/healthz", &http.Client{Transport: toThisMachine(c.Listen)}
	if c.TLSDomain != "" {
		url = "https://" + c.TLSDomain + "/healthz"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("health: the bridge answered %s", response.Status)
	}
	return nil
}

// toThisMachine connects to the listening address whatever host a URL names, so
// that a certificate is asked for by its own name.
func toThisMachine(listen string) http.RoundTripper {
	host, port, _ := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = ""
	}
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(host, port))
	}}
}
