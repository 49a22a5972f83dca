package notifier

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Setting up a connection takes less than RequestTimeout, so that its failure is
// named as what it is.
const (
	dialTimeout      = 4 * time.Second
	handshakeTimeout = 3 * time.Second
	// pingAfter and pingTimeout find an HTTP/2 connection that died while nobody
	// used it, as when a router forgot it. Without pings Go goes on using one for a
	// quarter of an hour (golang/go issue 30702).
	pingAfter   = 10 * time.Second
	pingTimeout = 5 * time.Second
)

// connections is the http.RoundTripper to the platforms. After a request without
// an answer the next one to that host takes a new connection, because the old
// one may be dead; requests of other destinations that are in flight on the old
// one go on.
type connections struct {
	base    *http.Transport
	maxBody int64 // how many bytes are read of a response

	mu     sync.Mutex
	byHost map[string]*http.Transport
}

// NewTransport returns the transport to the platforms for all senders, with the
// settings of base, which must have a DialContext.
func NewTransport(base *http.Transport) http.RoundTripper {
	return &connections{base: base, byHost: map[string]*http.Transport{}, maxBody: maxResponse}
}

func (c *connections) RoundTrip(r *http.Request) (*http.Response, error) {
	t := c.to(r.URL.Host)
	var isConnected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { isConnected.Store(true) }}
	response, err := t.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err == nil {
		err = c.readBody(response)
	}
	if err == nil {
		return response, nil
	}
	c.abandon(r.URL.Host, t)
	if !isConnected.Load() {
		err = unsentError{err}
	}
	return nil, err
}

// unsentError is of a request that got no connection, so that nobody can have
// taken it.
type unsentError struct{ error }

func (e unsentError) Unwrap() error { return e.error }

func isUnsent(err error) bool {
	var unsent unsentError
	return errors.As(err, &unsent)
}

// readBody reads the body at once, since an answer may also stop in its middle.
func (c *connections) readBody(response *http.Response) error {
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, c.maxBody))
	response.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

func (c *connections) to(host string) *http.Transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.byHost[host]
	if t == nil {
		t = c.fresh()
		c.byHost[host] = t
	}
	return t
}

// abandon has the next requests to a host take new connections. Those of t close
// by themselves once they are idle.
func (c *connections) abandon(host string, t *http.Transport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byHost[host] == t {
		delete(c.byHost, host)
	}
	t.CloseIdleConnections()
}

func (c *connections) fresh() *http.Transport {
	t := c.base.Clone()
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	t.TLSHandshakeTimeout = handshakeTimeout
	t.OnProxyConnectResponse = proxyAnswered
	t.DialContext = dialWith(c.base.DialContext)
	return t
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

func dialWith(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, &dialError{address, err}
		}
		return conn, nil
	}
}

// dialError is a connection that could not be made, to a host or to its proxy.
type dialError struct {
	address string
	error
}

func (e *dialError) Unwrap() error { return e.error }

// proxyError is a proxy that does not connect us.
type proxyError struct {
	proxy  string
	status string
	code   int
}

func (e *proxyError) Error() string { return e.status }

func proxyAnswered(_ context.Context, proxy *url.URL, _ *http.Request, got *http.Response) error {
	if got.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{proxy: proxy.Host, status: got.Status, code: got.StatusCode}
}
