package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"polarbell/standin"
)

// spare is a platform that never leaves two requests of one kind to one
// destination without an answer before one succeeds: after a second one that may
// have been taken, the destination would rest for five minutes.
type spare struct {
	platforms *standin.Server
	next      http.Handler
	cruel     bool // it spares nobody

	mu      sync.Mutex
	open    map[string]bool // destinations and kinds with a request that may have been taken
	closed  time.Time       // when the last of them succeeded: the bridge has yet to note it
	pending map[string]int  // requests under way: the bridge gives up before a slow answer comes
}

// fail is Fail, but never between a Mend and the request that it is for.
func (s *spare) fail(target string, n int, o standin.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.platforms.Fail(target, n, o)
}

func (s *spare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	target, kind := addressed(r, body)
	if !s.begin(target + kind) {
		s.serveMended(w, r, target, kind)
		return
	}
	answer := httptest.NewRecorder()
	defer func() { s.note(target+kind, answer) }() // also if the connection is broken
	s.next.ServeHTTP(answer, r)
	pass(w, answer)
}

// begin reports whether the request may go without an answer.
func (s *spare) begin(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if (s.open[key] || s.pending[key] > 0) && !s.cruel {
		return false
	}
	s.pending[key]++
	return true
}

// isInDoubt reports whether a post may have been taken that is tried again, also
// as far as the bridge knows.
func (s *spare) isInDoubt() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.closed) < 500*time.Millisecond {
		return true
	}
	for key, isOpen := range s.open {
		if isOpen && strings.HasSuffix(key, " post") {
			return true
		}
	}
	return false
}

// settles waits until no post is in doubt; false if that takes longer than limit.
func (s *spare) settles(limit time.Duration) bool {
	for end := time.Now().Add(limit); s.isInDoubt(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// note takes up what became of a request. What may have been taken stays open
// until another request succeeds.
func (s *spare) note(key string, a *httptest.ResponseRecorder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[key]--
	s.set(key, isUnknown(a) || s.open[key] && !isSuccess(a))
}

func (s *spare) set(key string, isOpen bool) {
	if s.open[key] && !isOpen && strings.HasSuffix(key, " post") {
		s.closed = time.Now()
	}
	s.open[key] = isOpen
}

func (s *spare) serveMended(w http.ResponseWriter, r *http.Request, target, kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range []string{target, "slack", "discord"} {
		s.platforms.Mend(t)
	}
	answer := httptest.NewRecorder()
	s.next.ServeHTTP(answer, r)
	s.set(target+kind, !isSuccess(answer))
	pass(w, answer)
}

// isUnknown holds for what does not say whether the request was taken; a broken
// connection has no answer at all.
func isUnknown(a *httptest.ResponseRecorder) bool {
	said := strings.TrimSpace(a.Body.String())
	switch a.Code {
	case http.StatusOK:
		return said == "" || said == "{}" || strings.HasPrefix(said, "<")
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func isSuccess(a *httptest.ResponseRecorder) bool {
	return a.Code/100 == 2 && !isUnknown(a) && !strings.Contains(a.Body.String(), `"ok":false`)
}

func pass(w http.ResponseWriter, a *httptest.ResponseRecorder) {
	for name, values := range a.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Code)
	_, _ = w.Write(a.Body.Bytes())
}

// addressed is the destination that a request is for, and its kind.
func addressed(r *http.Request, body []byte) (target, kind string) {
	path := r.URL.Path
	webhook, isDiscord := strings.CutPrefix(path, "/api/v10/webhooks/")
	switch {
	case strings.HasPrefix(path, "/services/"):
		return path, " post"
	case isDiscord:
		id, _, _ := strings.Cut(webhook, "/")
		return id, map[string]string{http.MethodPost: " post"}[r.Method]
	case path == "/api/chat.postMessage":
		kind = " post"
	}
	form, _ := url.ParseQuery(string(body))
	return form.Get("channel"), kind
}
