package standin

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxBody is more than any message without files needs; Discord's own limit
// for a request is 25 MiB.
const maxBody = 8 << 20

// reply is an answer on its way out.
type reply struct {
	status int
	header http.Header
	body   []byte
	code   string // the platform's error, for Call and log
	delay  time.Duration
	reset  bool
}

// exchange is one request on its way through.
type exchange struct {
	Call
	request *http.Request
	body    []byte
	now     time.Time
	serve   func() reply // acts on it; called with the Server locked
	changed *Message     // by serve
}

// ServeHTTP answers as the platform that the path belongs to:
// /api/chat.postMessage and its kin, /services/T…/B…/X…, and
// /api/v10/webhooks/{id}/{token}.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.answer(r)
	if err != nil || a.reset {
		panic(http.ErrAbortHandler) // net/http breaks the connection and keeps quiet about it
	}
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// Transport answers in process, without a socket or a goroutine. It sees only
// the path of a URL, so clients may keep the true hosts.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a, err := t.s.answer(r)
	if err != nil {
		return nil, err
	}
	if a.reset {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return &http.Response{
		Status:        strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          io.NopCloser(bytes.NewReader(a.body)),
		ContentLength: int64(len(a.body)),
		Request:       r,
	}, nil
}

// answer acts on the request and waits as long as the answer is to take. An
// error means that the client is gone, not that nothing happened.
func (s *Server) answer(r *http.Request) (reply, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil {
			return reply{}, err
		}
	}
	x := &exchange{request: r, body: body, now: time.Now()}
	a := s.act(x)
	s.log.LogAttrs(r.Context(), slog.LevelDebug, "call", x.attrs()...)
	if !wait(r.Context(), a.delay) {
		return reply{}, r.Context().Err()
	}
	return a, nil
}

// act does what the request asks, or what Fail has in store for it.
func (s *Server) act(x *exchange) reply {
	s.mu.Lock()
	s.identify(x)
	o, fated := s.fated(x.Call)
	var a reply
	if !fated || o.Applied {
		a = s.serveWithin(x)
	}
	if fated {
		a = o.answer(a)
	}
	s.record(x, a)
	watchers := s.watchers
	var shown Message
	if x.changed != nil {
		shown = *x.changed
	}
	s.mu.Unlock()
	for _, f := range watchers {
		if x.changed != nil {
			f(shown)
		}
	}
	return a
}

func (s *Server) serveWithin(x *exchange) reply {
	switch {
	case len(x.body) <= maxBody:
		return x.serve()
	case x.Platform == discord:
		return discordError(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
	}
	return text(http.StatusRequestEntityTooLarge, "request entity too large")
}

// identify finds which platform, channel and kind of call the request is, and
// who serves it.
func (s *Server) identify(x *exchange) {
	r := x.request
	x.At, x.Method, x.Path, x.Query = x.now, r.Method, r.URL.Path, r.URL.Query()
	x.Query.Del("token")
	x.kind = "read"
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/services/"):
		s.slackWebhookCall(x)
	case strings.HasPrefix(path, "/api/v"), strings.HasPrefix(path, "/api/webhooks/"):
		s.discordCall(x)
	case strings.HasPrefix(path, "/api/"):
		s.slackCall(x)
	default:
		x.serve = func() reply { return text(http.StatusNotFound, "404 page not found") }
	}
	x.Post, x.Edit = x.kind == "post", x.kind == "edit"
}

// record keeps the call, and what Discord holds against its caller.
func (s *Server) record(x *exchange, a reply) {
	x.Status, x.Code = a.status, a.code
	if a.reset {
		x.Status = 0
	}
	s.calls = append(s.calls, x.Call)
	if x.Platform == discord {
		s.judge(x, a)
	}
}

// wait is false if ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func text(status int, body string) reply {
	return reply{
		status: status,
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		body:   []byte(body),
	}
}

func object(status int, v any) reply {
	return reply{
		status: status,
		header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		body:   encode(v),
	}
}

// attrs are what the log may know: no token, no webhook's secret, no text.
func (x *exchange) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("platform", x.Platform), slog.String("channel", x.Channel), slog.String("kind", x.kind),
		slog.Int("status", x.Status), slog.String("code", x.Code),
	}
}
