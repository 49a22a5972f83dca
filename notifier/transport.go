package notifier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// maxResponse is how many bytes are read of a platform's response.
const maxResponse = 256 << 10

// roundTripper is the http.RoundTripper below both libraries. It passes on only
// successful responses, without their rate-limit headers, so that no library
// sleeps or retries by itself. Any other response becomes an error that keeps
// what the libraries discard. Each sender has one of its own, so its requests
// follow one another.
type roundTripper struct {
	next    http.RoundTripper
	api     *url.URL   // Discord: the API to call instead of the library's own, or nil
	query   url.Values // what an edit or a deletion needs and the library cannot add
	success string     // the only body that means success, or "" if any body does
	last    *response  // to the latest request, nil if there was none
}

func (t *roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	t.last = nil
	got, err := t.next.RoundTrip(t.rebase(r))
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, maxResponse))
	if err != nil {
		return nil, err
	}
	t.last = &response{status: got.StatusCode, header: got.Header.Clone(), body: body}
	if !t.succeeded() {
		return nil, t.last
	}
	for name := range got.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") || name == "Retry-After" {
			delete(got.Header, name)
		}
	}
	got.Body = io.NopCloser(bytes.NewReader(body))
	return got, nil
}

func (t *roundTripper) succeeded() bool {
	return t.last.status/100 == 2 && (t.success == "" || strings.TrimSpace(string(t.last.body)) == t.success)
}

// rebase sends a Discord call to the configured API, whose URL names the
// version: Discord takes a call without one as its deprecated v6. It also adds
// what an edit or a deletion needs to find a message in a thread.
func (t *roundTripper) rebase(r *http.Request) *http.Request {
	_, call, found := strings.Cut(r.URL.Path, "/webhooks/")
	if t.api == nil || !found {
		return r
	}
	r = r.Clone(r.Context())
	to := t.api.JoinPath("webhooks", call)
	to.RawQuery = r.URL.RawQuery
	if r.Method == http.MethodPatch || r.Method == http.MethodDelete {
		to.RawQuery = t.query.Encode()
	}
	r.URL, r.Host = to, to.Host
	return r
}

// networkText describes a request that got no usable response. The error's own
// text will not do: net/http and both libraries put the URL into it.
func networkText(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %s", RequestTimeout)
	case errors.As(err, &dns):
		return "the host's name cannot be resolved"
	case errors.As(err, &op) && op.Op == "dial":
		return "cannot connect"
	case errors.As(err, &syntax):
		return "an answer that cannot be read"
	}
	return "the connection broke"
}
