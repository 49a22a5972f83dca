package standin

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// ServeHTTP answers as the platform that the path belongs to:
// /api/chat.postMessage and the like, /services/T…/B…/X…, and
// /api/v10/webhooks/{id}/{token}, /v1/ of Polar's API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.answer(r)
	if err != nil || a.reset {
		panic(http.ErrAbortHandler) // net/http breaks the connection and does not log it
	}
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// Transport answers in process, without a socket or a goroutine. It looks only
// at the path of a URL, so clients may keep the platforms' true hosts.
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
		Status:     strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode: a.status,
		Header:     a.header,
		Body:       io.NopCloser(bytes.NewReader(a.body)),
		Request:    r,
	}, nil
}

// answer acts on the request and waits as long as the answer is delayed. An
// error means that the client is gone, not that nothing happened.
func (s *Server) answer(r *http.Request) (*reply, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	a := s.act(&exchange{request: r, body: body})
	return a, wait(r.Context(), a.delay)
}

// wait ends early, with an error, if ctx does.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
