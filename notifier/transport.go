package notifier

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxAnswer bounds what is read of a platform's answer, in bytes.
const maxAnswer = 256 << 10

// wire is the http.RoundTripper beneath both libraries. It hands them good
// answers only, without rate-limit headers, so that neither sleeps nor retries
// by itself; every other answer becomes a typed error that keeps what the
// libraries throw away.
type wire struct {
	next http.RoundTripper
	base *url.URL   // Discord: the API that replaces the library's own, or nil
	edit url.Values // parameters that the library cannot put on an edit or a deletion
	ok   string     // the only body that means success, or "" for any
	last *answer    // the latest answer, good or bad
}

// answer is what came back, kept whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) Error() string { return fmt.Sprintf("answered %d", a.status) }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.last = nil
	response, err := w.next.RoundTrip(w.aim(r))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	w.last = &answer{status: response.StatusCode, header: response.Header.Clone(), body: body}
	if !w.good(w.last) {
		return nil, w.last
	}
	for name := range response.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") || name == "Retry-After" {
			delete(response.Header, name)
		}
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

func (w *wire) good(a *answer) bool {
	return a.status/100 == 2 && (w.ok == "" || strings.TrimSpace(string(a.body)) == w.ok)
}

// aim rebases a Discord call on the configured API, whose version is named
// (without one Discord takes a call as its deprecated v6), and adds what an
// edit and a deletion need to reach a message in a thread.
func (w *wire) aim(r *http.Request) *http.Request {
	_, call, found := strings.Cut(r.URL.Path, "/webhooks/")
	if w.base == nil || !found {
		return r
	}
	r = r.Clone(r.Context())
	to := w.base.JoinPath("webhooks", call)
	to.RawQuery = r.URL.RawQuery
	if r.Method == http.MethodPatch || r.Method == http.MethodDelete {
		to.RawQuery = w.edit.Encode()
	}
	r.URL, r.Host = to, to.Host
	return r
}

// retryAfter is the longest wait the answer asks for, by header or body; 0 when
// it names none that can be read, which from Discord means a ban.
func (a *answer) retryAfter() time.Duration {
	var body struct {
		RetryAfter *float64 `json:"retry_after"`
	}
	_ = json.Unmarshal(a.body, &body)
	seconds, err := strconv.ParseFloat(a.header.Get("Retry-After"), 64)
	if body.RetryAfter != nil {
		seconds = max(seconds, *body.RetryAfter)
	} else if err != nil {
		return 0
	}
	const shortest, longest = 0.1, 24 * 60 * 60
	return time.Duration(min(max(seconds, shortest), longest) * float64(time.Second))
}

// exhausted tells for how long the answer's rate-limit headers allow no more
// requests of its kind.
func (a *answer) exhausted() time.Duration {
	if a == nil || a.header.Get("X-RateLimit-Remaining") != "0" {
		return 0
	}
	seconds, _ := strconv.ParseFloat(a.header.Get("X-RateLimit-Reset-After"), 64)
	return time.Duration(min(max(seconds, 0), 3600) * float64(time.Second))
}

// discordError is the code and text of a Discord error, with the fields that a
// refused form names.
func (a *answer) discordError() (code, detail string) {
	var body struct {
		Code    json.Number     `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	_ = json.Unmarshal(a.body, &body)
	detail = body.Message
	if len(body.Errors) > 0 {
		detail += " " + string(body.Errors)
	}
	return cmp.Or(body.Code.String(), "0"), short(detail)
}

// short bounds a platform's words for logs and dead letters.
func short(s string) string {
	const limit = 500
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
