package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"syscall"
	"time"

	"polarbell/certificate"
	"polarbell/reporter"
)

// challengePort is the port on which certificate authorities check a domain
// (RFC 8555, section 8.3). Tests of the whole program set another one with the
// linker.
var challengePort = "80"

// listenTLS starts the public listener with HTTPS, and the listener that answers
// the certificate authority. When it returns, it has the certificate or has
// logged why not. That is not an error: the bridge still delivers what waits,
// and restarts would use up the authority's limits.
func (b *bridge) listenTLS(ctx context.Context, handler http.Handler) error {
	keeper := certificate.New(certificate.Options{Domain: b.config.TLSDomain, Store: b.journal, Log: b.log, Report: b.noteCertificate})
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
	b.url = b.config.BaseURL("") + b.config.Path
	if port != "443" {
		b.log.Info("HTTPS is not on port 443: forward port 443 of the public address to this one", "address", b.config.Listen)
	}
	wait := keeper.Renew(ctx)
	b.background("certificate", func(ctx context.Context) {
		for sleep(ctx, wait) == nil {
			wait = keeper.Renew(ctx)
		}
	})
	return nil
}

// noteCertificate notes what is wrong with the certificate, for the status page
// and the command status.
func (b *bridge) noteCertificate(ctx context.Context, problem error, until time.Time) {
	var c reporter.Certificate
	if problem != nil {
		c = reporter.Certificate{Domain: b.config.TLSDomain, Problem: problem.Error(), Until: until.UTC()}
	}
	if err := reporter.NoteCertificate(ctx, b.journal, c); err != nil && ctx.Err() == nil {
		b.log.Error("cannot note the certificate's state", "err", err)
	}
}

// portError adds the cure to an error of net.Listen.
func portError(ctx context.Context, variable, address string, err error) error {
	_, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: port %s: permission denied: use the systemd unit, or allow the program once: "+
			"sudo setcap cap_net_bind_service=+ep polarbell", variable, port)
	case errors.Is(err, syscall.EADDRINUSE) && isBridge(ctx, address):
		return fmt.Errorf("%s: port %s is taken by a polarbell that runs already: stop that one, or set another port", variable, port)
	case errors.Is(err, syscall.EADDRINUSE) && variable == "TLS_DOMAIN":
		return fmt.Errorf("%s: port %s is taken by another program: stop that program, or remove TLS_DOMAIN and let that program forward HTTPS",
			variable, port)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s: port %s is taken by another program: stop that program, or set another port", variable, port)
	}
	return fmt.Errorf("%s: cannot listen on %s: %w; correct the address", variable, address, err)
}
