package standin

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Outcome is how a call ends that was told to end otherwise than it would.
// What happens and what is answered are told apart: {Applied: true, Reset:
// true} is "posted, answer lost", {Applied: true, Delay: time.Minute} is
// "posted, answer slow".
type Outcome struct {
	Applied bool          // the platform acts on the call as far as it is valid
	Status  int           // 0: the true answer where Applied, else 503
	Header  http.Header   // beside the Content-Type, which is guessed from Body
	Body    string        //
	Delay   time.Duration // between acting and answering
	Reset   bool          // the connection breaks instead of an answer
}

type fault struct {
	left    int // negative: for ever
	outcome Outcome
}

// Fail makes the next n calls to a target end with o; n < 0: until Mend. A
// target is a channel ("C1", "#sales"), an incoming webhook (its path), a
// Discord webhook (its id), "slack" or "discord" for all of it; with " post",
// " edit", " delete" or " read" behind it only such calls. The closer target
// goes first, then the earlier Fail.
func (s *Server) Fail(target string, n int, o Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.canonical(target)
	s.faults[key] = append(s.faults[key], &fault{left: n, outcome: o})
}

// Mend ends what Fail began for the target, its posts and edits included.
func (s *Server) Mend(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.canonical(target)
	for k := range s.faults {
		if k == key || strings.HasPrefix(k, key+" ") {
			delete(s.faults, k)
		}
	}
}

// fated is the outcome that Fail has in store for the call, used up by asking.
func (s *Server) fated(c Call) (Outcome, bool) {
	for _, key := range c.keys() {
		for _, k := range []string{key + " " + c.kind, key} {
			if o, ok := s.take(k); ok {
				return o, true
			}
		}
	}
	return Outcome{}, false
}

func (s *Server) take(key string) (Outcome, bool) {
	for _, f := range s.faults[key] {
		if f.left != 0 {
			f.left--
			return f.outcome, true
		}
	}
	return Outcome{}, false
}

// answer is what is told of a call that truly ended as was.
func (o Outcome) answer(was reply) reply {
	told := reply{status: o.Status, header: o.Header.Clone(), body: []byte(o.Body), code: "told to fail"}
	if o.Applied && o.Status == 0 {
		told = was
	}
	if told.status == 0 {
		told.status = http.StatusServiceUnavailable
	}
	if told.header == nil {
		told.header = http.Header{}
	}
	if told.header.Get("Content-Type") == "" {
		told.header.Set("Content-Type", contentType(told.body))
	}
	told.delay, told.reset = o.Delay, o.Reset
	return told
}

func contentType(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("{")):
		return "application/json; charset=utf-8"
	case bytes.HasPrefix(body, []byte("<")):
		return "text/html"
	}
	return "text/plain; charset=utf-8"
}

// Call is one request as it was answered.
type Call struct {
	At         time.Time
	Platform   string
	Channel    string // its ID, "" for one that concerns none or an unknown one
	Method     string
	Path       string     // with "…" in place of a webhook's secret
	Query      url.Values // without Slack's token
	Status     int        // 0: the connection was broken
	Code       string     // the platform's error, "channel_not_found" or "10015"
	Post, Edit bool

	target string // channel ID, webhook path, webhook id
	kind   string // post, edit, delete, read
}

func (c Call) keys() []string {
	return slices.DeleteFunc([]string{c.target, c.Channel, c.Platform}, func(k string) bool { return k == "" })
}

// Calls are the calls to a target, written as for Fail, in their order.
func (s *Server) Calls(target string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref, kind, _ := strings.Cut(s.canonical(target), " ")
	var found []Call
	for _, c := range s.calls {
		if slices.Contains(c.keys(), ref) && (kind == "" || kind == c.kind) {
			found = append(found, c)
		}
	}
	return found
}

// Limited counts the 429s among Calls(target).
func (s *Server) Limited(target string) int {
	n := 0
	for _, c := range s.Calls(target) {
		if c.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}
