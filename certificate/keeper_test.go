package certificate_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"polarbell/certificate"
)

// shelf is a store in memory that several keepers share.
type shelf struct {
	mu     sync.Mutex
	values map[string][]byte
	broken error
}

func newShelf() *shelf { return &shelf{values: map[string][]byte{}} }

func (s *shelf) Secret(_ context.Context, key string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, found := s.values[key]
	return value, found, s.broken
}

func (s *shelf) PutSecret(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return s.broken
}

func (s *shelf) DeleteSecret(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	return nil
}

// keeper is a Keeper with its log, answering challenges where pebble looks.
func (p *pebble) keeper(t *testing.T, store certificate.Store, change ...func(*certificate.Options)) (*certificate.Keeper, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	o := certificate.Options{
		Domain: domain, Store: store, Log: slog.New(slog.NewTextHandler(log, nil)),
		Directory: p.directory, HTTP: p.client, Resolver: p.resolver,
	}
	for _, f := range change {
		f(&o)
	}
	return certificate.New(o), log
}

// open answers challenges on pebble's port 80.
func (p *pebble) open(t *testing.T, host string, k *certificate.Keeper) {
	t.Helper()
	l, err := net.Listen("tcp", host+":"+p.port)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: k.Challenges()}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
}

// serial is the number of the certificate that a client sees, which has to
// trust it for the domain.
func (p *pebble) serial(t *testing.T, k *certificate.Keeper) string {
	t.Helper()
	ours, theirs := net.Pipe()
	server := tls.Server(ours, k.TLS())
	client := tls.Client(theirs, &tls.Config{ServerName: domain, RootCAs: p.roots})
	failed := make(chan error, 1)
	go func() { failed <- server.Handshake() }()
	err := client.Handshake()
	if err := errors.Join(err, <-failed); err != nil {
		t.Fatalf("handshake: %v", err)
	}
	return client.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

func TestIssuesOnceForRestartsAndReplicas(t *testing.T) {
	t.Parallel()
	p := startPebble(t, 90*24*time.Hour)
	store := newShelf()
	first, log := p.keeper(t, store)
	// The authority may ask any replica.
	replica, _ := p.keeper(t, store)
	p.open(t, "127.0.0.1", replica)
	wait := first.Renew(t.Context())
	if !strings.Contains(log.String(), "certificate issued") {
		t.Fatalf("log: %s", log)
	}
	if month := 30 * 24 * time.Hour; wait < month || wait > 65*24*time.Hour {
		t.Errorf("a certificate of 90 days is looked at again in %v, want some 60 days", wait)
	}
	want := p.serial(t, first)
	for _, name := range []string{"a replica", "a restart"} {
		k, log := p.keeper(t, store, func(o *certificate.Options) { o.Directory = "https://127.0.0.1:1/asked" })
		k.Renew(t.Context())
		if got := p.serial(t, k); got != want {
			t.Errorf("%s shows certificate %s, want %s; log: %s", name, got, want, log)
		}
	}
	for key := range store.values {
		if strings.Contains(key, "challenge") {
			t.Errorf("%s is left in the store", key)
		}
	}
}

func TestRenews(t *testing.T) {
	t.Parallel()
	p := startPebble(t, 6*time.Second) // is renewed when a third of that is left
	store := newShelf()
	k, log := p.keeper(t, store)
	p.open(t, "127.0.0.1", k)
	k.Renew(t.Context())
	old := p.serial(t, k)
	replica, _ := p.keeper(t, store)
	eventually(t, "a renewal", func() bool {
		k.Renew(t.Context())
		return strings.Count(log.String(), "certificate issued") > 1
	})
	if got := p.serial(t, k); got == old {
		t.Errorf("still shows certificate %s", got)
	}
	replica.Renew(t.Context())
	p.serial(t, replica)
}

func TestExplainsErrors(t *testing.T) {
	t.Parallel()
	p := startPebble(t, time.Hour)
	own := ownAddress(t)
	tests := []struct {
		name   string
		points string
		serve  bool
		change func(*certificate.Options)
		want   string
	}{
		{name: "another machine", points: "127.0.0.3", want: "alerts.nimbus.dev points to 127.0.0.3, this machine is " + own},
		{name: "port 80 closed", points: own, want: "port 80 of alerts.nimbus.dev cannot be reached from the internet"},
		{name: "something else on port 80", points: own, serve: true, want: "something else answers on port 80 of alerts.nimbus.dev"},
		{
			name: "a name refused", points: own, change: func(o *certificate.Options) { o.Domain = "blocked.nimbus.dev" },
			want: "refuses blocked.nimbus.dev",
		},
		{
			name: "no authority", points: own, change: func(o *certificate.Options) { o.Directory = "https://127.0.0.1:1/dir" },
			want: "let this machine connect to 127.0.0.1:1",
		},
		{
			name: "no journal", points: own, change: func(o *certificate.Options) { o.Store = &shelf{broken: errors.New("disk full")} },
			want: "read the certificate: disk full",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.point(t, tt.points)
			k, log := p.keeper(t, newShelf(), func(o *certificate.Options) {
				if tt.change != nil {
					tt.change(o)
				}
			})
			if tt.serve {
				other, _ := p.keeper(t, newShelf())
				p.open(t, tt.points, other)
			}
			wait := k.Renew(t.Context())
			if got := log.String(); !strings.Contains(got, tt.want) || strings.Count(got, "\n") != 1 {
				t.Errorf("log:\n%swant one line with %q", got, tt.want)
			}
			if wait < time.Minute {
				t.Errorf("tries again in %v, want a minute at least", wait)
			}
			if _, err := k.TLS().GetCertificate(nil); err == nil {
				t.Error("shows a certificate, want none")
			}
		})
	}
}

// ownAddress is the first address of this machine that is not loopback.
func ownAddress(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}

// TestObeysTheRateLimit speaks to an authority that has had enough, as Let's
// Encrypt puts it (letsencrypt.org/docs/rate-limits).
func TestObeysTheRateLimit(t *testing.T) {
	asked := 0
	var authority *httptest.Server
	authority = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Replay-Nonce", "nonce")
		switch r.URL.Path {
		case "/dir":
			_ = json.NewEncoder(w).Encode(map[string]string{
				"newNonce": authority.URL + "/nonce", "newAccount": authority.URL + "/account", "newOrder": authority.URL + "/order",
			})
		case "/nonce":
		case "/account":
			w.Header().Set("Location", authority.URL+"/account/1")
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"status":"valid"}`)
		default:
			asked++
			w.Header().Set("Retry-After", "10800")
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many certificates\nissued"}`)
		}
	}))
	t.Cleanup(authority.Close)
	log := new(bytes.Buffer)
	k := certificate.New(certificate.Options{
		Domain: domain, Store: newShelf(), Log: slog.New(slog.NewTextHandler(log, nil)), Directory: authority.URL + "/dir",
	})
	if wait := k.Renew(t.Context()); wait < 3*time.Hour-time.Minute {
		t.Errorf("tries again in %v, want the 3h that the authority asks for", wait)
	}
	if want := "rate limit is reached (too many certificates issued)"; !strings.Contains(log.String(), want) {
		t.Errorf("log: %s\nwant %q", log, want)
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}

func TestPort80(t *testing.T) {
	store := newShelf()
	store.values["tls/challenge/token"] = []byte("token.proof")
	store.values["tls/certificate/"+domain] = []byte("secret")
	handler := certificate.New(certificate.Options{Domain: domain, Store: store}).Challenges()
	tests := []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/.well-known/acme-challenge/token", 200, "token.proof"},
		{"GET", "/.well-known/acme-challenge/other", 404, "no such challenge"},
		{"GET", "/.well-known/acme-challenge/..%2Fcertificate%2F" + domain, 404, "no such challenge"},
		{"POST", "/webhook", 404, "use https://" + domain},
		{"GET", "/", 404, "use https://" + domain},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
			if got := strings.TrimSpace(w.Body.String()); w.Code != tt.status || got != tt.want {
				t.Errorf("got %d %q, want %d %q", w.Code, got, tt.status, tt.want)
			}
		})
	}
}
