package notifier

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxResponse is how many bytes are read of a platform's response.
const maxResponse = 256 << 10

// roundTripper is the http.RoundTripper below both libraries. It passes on only
// successful responses, without their rate-limit headers, so that no library
// sleeps or retries by itself. Any other response becomes an error that keeps
// what the libraries discard. Each sender has one of its own, so its requests
// follow one another.
type roundTripper struct {
	next     http.RoundTripper
	platform string // "Slack" or "Discord"
	form     form
	secret   string     // what no error may repeat
	api      *url.URL   // Discord: the API to call instead of the library's own, or nil
	query    url.Values // what a call of a message needs and the library cannot add
	last     *response  // to the latest request, nil if there was none
}

func (t *roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	t.last = nil
	r = t.rebase(r)
	began := time.Now()
	got, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, networkFault(r.URL.Host, err, time.Since(began))
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, maxResponse))
	if err != nil {
		return nil, networkFault(r.URL.Host, err, time.Since(began))
	}
	t.last = &response{platform: t.platform, status: got.StatusCode, header: got.Header.Clone(), body: body}
	t.last.isStrange = !t.form(t.last)
	if t.last.isStrange || got.StatusCode/100 != 2 {
		t.last.body = t.redact(body)
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

// redact takes the secret out of what a stranger repeats of the request.
func (t *roundTripper) redact(body []byte) []byte {
	if t.secret == "" {
		return body
	}
	return bytes.ReplaceAll(body, []byte(t.secret), []byte("…"))
}

// rebase sends a Discord call to the configured API, whose URL names the
// version: Discord takes a call without one as its deprecated v6. It also adds
// what a call of a message needs to find it in a thread.
func (t *roundTripper) rebase(r *http.Request) *http.Request {
	_, call, found := strings.Cut(r.URL.Path, "/webhooks/")
	if t.api == nil || !found {
		return r
	}
	r = r.Clone(r.Context())
	to := t.api.JoinPath("webhooks", call)
	to.RawQuery = r.URL.RawQuery
	if strings.Contains(call, "/messages/") {
		to.RawQuery = t.query.Encode()
	}
	r.URL, r.Host = to, to.Host
	return r
}
