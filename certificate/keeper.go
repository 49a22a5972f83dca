// Package certificate gets the public listener's TLS certificate from an ACME
// authority (RFC 8555), Let's Encrypt, and renews it in time. It keeps it in
// the journal, so that restarts and replicas share one.
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

// directory is the authority's entrance. Tests of the whole program have the
// linker set another one.
var directory = acme.LetsEncryptURL

// Store keeps secrets by key, for all processes of a bridge.
type Store interface {
	Secret(ctx context.Context, key string) (value []byte, found bool, err error)
	PutSecret(ctx context.Context, key string, value []byte) error
	DeleteSecret(ctx context.Context, key string) error
}

// Options are what a Keeper works with.
type Options struct {
	Domain    string
	Store     Store
	Log       *slog.Logger
	Directory string        // the authority's; "": Let's Encrypt
	HTTP      *http.Client  // to the authority; nil: the default
	Resolver  *net.Resolver // to tell where the domain points; nil: the default
}

// Keeper holds the certificate of one domain.
type Keeper struct {
	Options
	current atomic.Pointer[tls.Certificate]
}

// New returns a Keeper that holds no certificate yet: call Renew.
func New(o Options) *Keeper {
	o.Directory = cmp.Or(o.Directory, directory)
	o.HTTP = cmp.Or(o.HTTP, http.DefaultClient)
	o.Resolver = cmp.Or(o.Resolver, net.DefaultResolver)
	return &Keeper{Options: o}
}

// TLS is the configuration of a server that shows the certificate. Until there
// is one its handshakes fail.
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

// Challenges answers the authority on port 80, where it makes sure that the
// domain is ours (RFC 8555, section 8.3). Whichever replica it asks finds the
// answer in the store. Nothing else is served there and nothing redirected:
// Polar takes a redirect for a failure.
func (k *Keeper) Challenges() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/acme-challenge/{token}", func(w http.ResponseWriter, r *http.Request) {
		answer, found, err := k.Store.Secret(r.Context(), challengeKey(r.PathValue("token")))
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
		http.Error(w, "use https://"+k.Domain, http.StatusNotFound)
	})
	return mux
}

// Renew sees to it that the certificate shown is good for a while: the one in
// hand, else the one in the store, else a new one. It logs what changes and
// returns how long to wait before the next call.
func (k *Keeper) Renew(ctx context.Context) time.Duration {
	err := k.renew(ctx)
	current := k.current.Load()
	if err == nil {
		return wait(current)
	}
	if ctx.Err() != nil {
		return 0
	}
	again := retryIn(err)
	if current != nil && time.Now().Before(current.Leaf.NotAfter) {
		k.Log.Warn("certificate not renewed, trying again; a restart tries at once",
			"domain", k.Domain, "expires", current.Leaf.NotAfter, "wait", again, "err", k.explain(ctx, err))
	} else {
		k.Log.Error("no certificate, so Polar cannot deliver; trying again; a restart tries at once",
			"domain", k.Domain, "wait", again, "err", k.explain(ctx, err))
	}
	return again
}

func (k *Keeper) renew(ctx context.Context) error {
	if c := k.current.Load(); c != nil && time.Now().Before(due(c)) {
		return nil
	}
	kept, err := k.kept(ctx)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	if kept != nil {
		k.current.Store(kept)
		if time.Now().Before(due(kept)) {
			k.Log.Info("certificate taken from the journal", "domain", k.Domain, "expires", kept.Leaf.NotAfter)
			return nil
		}
	}
	started := time.Now()
	made, pem, err := k.order(ctx)
	if err != nil {
		return err
	}
	k.current.Store(made)
	k.Log.Info("certificate issued", "domain", k.Domain, "expires", made.Leaf.NotAfter,
		"took", time.Since(started).Round(time.Millisecond))
	if err := k.Store.PutSecret(ctx, certificateKey(k.Domain), pem); err != nil {
		return fmt.Errorf("keep the certificate: %w", err)
	}
	return nil
}

// kept is the store's certificate, or nil while it has none that is valid.
func (k *Keeper) kept(ctx context.Context) (*tls.Certificate, error) {
	pem, found, err := k.Store.Secret(ctx, certificateKey(k.Domain))
	if err != nil || !found {
		return nil, err
	}
	c, err := tls.X509KeyPair(pem, pem)
	if err != nil || c.Leaf.VerifyHostname(k.Domain) != nil || time.Now().After(c.Leaf.NotAfter) {
		return nil, nil
	}
	return &c, nil
}

// due is when a certificate wants to be renewed: when a third of its life is
// left, as Let's Encrypt advises (letsencrypt.org/docs/integration-guide).
func due(c *tls.Certificate) time.Time { return c.Leaf.NotAfter.Add(-life(c) / 3) }

func life(c *tls.Certificate) time.Duration { return c.Leaf.NotAfter.Sub(c.Leaf.NotBefore) }

// wait differs from replica to replica, so that the first one to renew does it
// for all.
func wait(c *tls.Certificate) time.Duration {
	return max(0, time.Until(due(c))) + rand.N(life(c)/20+1)
}

// Keys of the store. A domain and a token hold no slash.
const accountKey = "tls/account"

func certificateKey(domain string) string { return "tls/certificate/" + strings.ToLower(domain) }
func challengeKey(token string) string    { return "tls/challenge/" + token }
