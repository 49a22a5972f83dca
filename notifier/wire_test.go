package notifier_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"polarbell/notifier"
)

// wire is a network in memory with TLS and HTTP/2, so that connections too live
// in a bubble. It is the listener of the platforms.
type wire struct {
	accepted chan net.Conn
	closed   chan struct{}
	isLost   atomic.Bool // Slack's name does not resolve
	mu       sync.Mutex
	open     []*cable
	dials    int
}

// cable is the client's end of a connection.
type cable struct {
	net.Conn
	isCut atomic.Bool
}

// Write loses what is written once the cable is cut, and reports success.
func (c *cable) Write(b []byte) (int, error) {
	if c.isCut.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

func (c *cable) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	for err == nil && c.isCut.Load() {
		n, err = c.Conn.Read(b)
	}
	return n, err
}

// overWire connects the world's senders to its platforms by TLS and HTTP/2.
func (w *world) overWire() *wire {
	w.t.Helper()
	n := &wire{accepted: make(chan net.Conn), closed: make(chan struct{})}
	authority := newCertificate(w.t, nil, "authority")
	leaf := newCertificate(w.t, &authority, "slack.com", "hooks.slack.com", "discord.com")
	server := &http.Server{
		Handler:  w.platforms,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{leaf}, NextProtos: []string{"h2"}}
	go func() { _ = server.ServeTLS(n, "", "") }()
	roots := x509.NewCertPool()
	roots.AddCert(authority.Leaf)
	base := &http.Transport{
		DialContext: n.dial, TLSClientConfig: &tls.Config{RootCAs: roots},
		ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second,
	}
	transport := notifier.NewTransport(base)
	w.app = notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", transport)
	w.api.HTTP, w.hooks.HTTP = transport, transport
	w.onEnd = func() {
		server.Close()
		n.hangUp()
	}
	return n
}

func (n *wire) dial(ctx context.Context, _, address string) (net.Conn, error) {
	if n.isLost.Load() && address == "slack.com:443" {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Name: "slack.com", IsNotFound: true}}
	}
	client, server := net.Pipe()
	c := &cable{Conn: client}
	n.mu.Lock()
	n.open = append(n.open, c)
	n.dials++
	n.mu.Unlock()
	select {
	case n.accepted <- server:
		return c, nil
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
	}
}

// cut loses every packet of the connections that are open.
func (n *wire) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.open {
		c.isCut.Store(true)
	}
}

func (n *wire) hangUp() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.open {
		c.Conn.Close()
	}
}

func (n *wire) Accept() (net.Conn, error) {
	select {
	case c := <-n.accepted:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *wire) Close() error {
	close(n.closed)
	return nil
}

func (n *wire) Addr() net.Addr { return &net.TCPAddr{} }

// newCertificate is signed by an authority, or is one itself. It is valid in a
// bubble, which begins in 2000, and now.
func newCertificate(t *testing.T, authority *tls.Certificate, hosts ...string) tls.Certificate {
	t.Helper()
	return newCertificateFrom(t, authority, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC), hosts...)
}

func newCertificateFrom(t *testing.T, authority *tls.Certificate, from, to time.Time, hosts ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts,
		NotBefore: from, NotAfter: to, IsCA: authority == nil, BasicConstraintsValid: true,
	}
	parent, signer := template, any(key)
	if authority != nil {
		parent, signer = authority.Leaf, authority.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
