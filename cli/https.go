package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"sync"
	"syscall"

	"polarbell/certificate"
)

// challengePort is where certificate authorities look for the answer to their
// challenge (RFC 8555, section 8.3). Tests of the whole program have the linker
// set another one.
var challengePort = "80"

// secure starts the public listener with HTTPS, and the one that answers the
// certificate authority. It has the certificate before it returns, or has
// logged why not: without one the bridge still delivers what waits, and starting
// it over and over would use up the authority's limits.
func (b *bridge) secure(ctx context.Context, handler http.Handler) error {
	keeper := certificate.New(certificate.Options{Domain: b.config.TLSDomain, Store: b.journal, Log: b.log})
	host, port, err := net.SplitHostPort(b.config.Listen)
	if err != nil {
		return usageError{err}
	}
	if _, err := b.serve("TLS_DOMAIN", net.JoinHostPort(host, challengePort), keeper.Challenges(), nil); err != nil {
		return err
	}
	if _, err := b.serve("TLS_DOMAIN", b.config.Listen, handler, keeper.TLS()); err != nil {
		return err
	}
	b.url = "https://" + b.config.TLSDomain + b.config.Path
	if port != "443" {
		b.log.Info("HTTPS is not on port 443: see that the internet's port 443 is forwarded here", "address", b.config.Listen)
	}
	b.renew(ctx, keeper)
	return nil
}

// renew fetches the certificate, and renews it until the bridge stops.
func (b *bridge) renew(ctx context.Context, keeper *certificate.Keeper) {
	wait := keeper.Renew(ctx)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var renewing sync.WaitGroup
	renewing.Go(func() {
		for sleep(ctx, wait) == nil {
			wait = keeper.Renew(ctx)
		}
	})
	b.stops = append(b.stops, func() error {
		cancel()
		renewing.Wait()
		return nil
	})
}

// portError says what a person does about a port that cannot be had.
func portError(variable, address string, err error) error {
	_, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: port %s: permission denied: use the systemd unit, or allow the program once: "+
			"sudo setcap cap_net_bind_service=+ep polarbell", variable, port)
	case errors.Is(err, syscall.EADDRINUSE) && variable == "TLS_DOMAIN":
		return fmt.Errorf("%s: port %s is taken by another program: stop that one, or leave TLS_DOMAIN out and let it pass HTTPS on",
			variable, port)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s: port %s is taken by another program: stop that one, or set another port", variable, port)
	}
	return fmt.Errorf("%s: cannot listen on %s: %w; correct the address", variable, address, err)
}
