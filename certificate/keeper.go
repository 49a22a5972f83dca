// Package certificate gets a domain's TLS certificate from an ACME authority
// (RFC 8555) such as Let's Encrypt, and renews it in time. The certificate is in
// a store, so that restarts and replicas share one.
package certificate

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
)

// directory is the URL at which the authority's API begins. Tests of the whole
// program set another one with the linker.
var directory = acme.LetsEncryptURL

// Store keeps secrets by key. All replicas share it.
type Store interface {
	Secret(ctx context.Context, key string) (value []byte, found bool, err error)
	PutSecret(ctx context.Context, key string, value []byte) error
	DeleteSecret(ctx context.Context, key string) error
}

// Options configure a Keeper.
type Options struct {
	Domain    string
	Store     Store
	Log       *slog.Logger
	Directory string        // URL of the authority's API; "": Let's Encrypt
	HTTP      *http.Client  // for calls to the authority; nil: the default
	Resolver  *net.Resolver // finds where the domain points, for errors; nil: the default
	// Addresses are this machine's, for errors; nil: the default.
	Addresses func() ([]net.Addr, error)
	// Report is called after each Renew: with why there is no certificate, or why
	// the one that is valid until a time is not renewed; with nil if all is well.
	// nil: not called.
	Report func(ctx context.Context, problem error, until time.Time)
}

// Keeper has the certificate of one domain and renews it.
type Keeper struct {
	options Options
	current atomic.Pointer[tls.Certificate]
}

// New returns a Keeper without a certificate: call Renew to get one.
func New(o Options) *Keeper {
	o.Directory = cmp.Or(o.Directory, directory)
	o.HTTP = cmp.Or(o.HTTP, http.DefaultClient)
	o.Resolver = cmp.Or(o.Resolver, net.DefaultResolver)
	if o.Addresses == nil {
		o.Addresses = net.InterfaceAddrs
	}
	return &Keeper{options: o}
}

// TLS returns the configuration of a server that uses the certificate. Its
// handshakes fail until there is one.
func (k *Keeper) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if c := k.current.Load(); c != nil {
				return c, nil
			}
			return nil, errors.New("there is no certificate yet")
		},
	}
}

// Challenges returns the handler for port 80, where the authority checks that
// we control the domain (RFC 8555, section 8.3). The answer is in the store, so
// that every replica has it. It redirects nothing, because Polar counts a
// redirect as a failure.
func (k *Keeper) Challenges() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/acme-challenge/{token}", func(w http.ResponseWriter, r *http.Request) {
		answer, found, err := k.options.Store.Secret(r.Context(), challengeKey(r.PathValue("token")))
		switch {
		case err != nil:
			http.Error(w, "try again later", http.StatusServiceUnavailable)
		case !found:
			http.Error(w, "no such challenge", http.StatusNotFound)
		default:
			_, _ = w.Write(answer)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "use https://"+k.options.Domain, http.StatusNotFound)
	})
	return mux
}

// Renew makes sure that the certificate in use is not due for renewal: it keeps
// the current one, else loads the one in the store, else orders a new one. It
// logs what changes and returns how long to wait before the next call.
func (k *Keeper) Renew(ctx context.Context) time.Duration {
	err := k.renew(ctx)
	current := k.current.Load()
	if err == nil {
		k.report(ctx, nil, time.Time{})
		return nextCheck(current)
	}
	if ctx.Err() != nil {
		return 0
	}
	again, problem := retryIn(err), k.explain(ctx, err)
	if current != nil && time.Now().Before(current.Leaf.NotAfter) {
		k.options.Log.Warn("certificate not renewed, trying again; a restart tries at once",
			"domain", k.options.Domain, "expires", current.Leaf.NotAfter, "wait", again, "err", problem)
		k.report(ctx, problem, current.Leaf.NotAfter)
	} else {
		k.options.Log.Error("no certificate, so Polar cannot deliver; trying again; a restart tries at once",
			"domain", k.options.Domain, "wait", again, "err", problem)
		k.report(ctx, problem, time.Time{})
	}
	return again
}

func (k *Keeper) report(ctx context.Context, problem error, until time.Time) {
	if k.options.Report != nil {
		k.options.Report(ctx, problem, until)
	}
}

func (k *Keeper) renew(ctx context.Context) error {
	if c := k.current.Load(); c != nil && time.Now().Before(renewAt(c)) {
		return nil
	}
	stored, err := k.stored(ctx)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	if stored != nil {
		k.current.Store(stored)
		if time.Now().Before(renewAt(stored)) {
			k.options.Log.Info("certificate taken from the journal", "domain", k.options.Domain, "expires", stored.Leaf.NotAfter)
			return nil
		}
	}
	started := time.Now()
	issued, pem, err := k.order(ctx)
	if err != nil {
		return err
	}
	k.current.Store(issued)
	k.options.Log.Info("certificate issued", "domain", k.options.Domain, "expires", issued.Leaf.NotAfter,
		"took", time.Since(started).Round(time.Millisecond))
	if err := k.options.Store.PutSecret(ctx, certificateKey(k.options.Domain), pem); err != nil {
		return fmt.Errorf("store the certificate: %w", err)
	}
	return nil
}

// stored returns the store's certificate, or nil if that is not valid.
func (k *Keeper) stored(ctx context.Context) (*tls.Certificate, error) {
	pem, found, err := k.options.Store.Secret(ctx, certificateKey(k.options.Domain))
	if err != nil || !found {
		return nil, err
	}
	c, err := tls.X509KeyPair(pem, pem)
	if err != nil || c.Leaf.VerifyHostname(k.options.Domain) != nil || time.Now().After(c.Leaf.NotAfter) {
		return nil, nil
	}
	return &c, nil
}

// renewAt is when a third of a certificate's lifetime is left, as Let's Encrypt
// advises (letsencrypt.org/docs/integration-guide).
func renewAt(c *tls.Certificate) time.Time { return c.Leaf.NotAfter.Add(-lifetime(c) / 3) }

func lifetime(c *tls.Certificate) time.Duration { return c.Leaf.NotAfter.Sub(c.Leaf.NotBefore) }

// nextCheck is random, so that one replica is first and renews for all.
func nextCheck(c *tls.Certificate) time.Duration {
	return max(0, time.Until(renewAt(c))) + rand.N(lifetime(c)/20+1)
}

// Keys of the store. Neither a domain nor a token contains a slash.
const accountKey = "tls/account"

func certificateKey(domain string) string { return "tls/certificate/" + strings.ToLower(domain) }
func challengeKey(token string) string    { return "tls/challenge/" + token }
