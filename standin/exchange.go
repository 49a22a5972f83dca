package standin

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Call is one request and how it was answered.
type Call struct {
	At       time.Time
	Platform string // "slack", "discord", "polar"
	Channel  string // its ID, "" where the call names no channel that exists
	Action   string // "post", "edit", "delete", "read"
	Method   string
	Path     string // with "…" in place of a webhook's secret
	Status   int    // 0: the connection was broken
	Code     string // the platform's error, "channel_not_found" or "10015"

	hook string // the incoming webhook's path, the Discord webhook's id
}

// targets are the names by which Fail and Calls find the call, the closest
// first.
func (c Call) targets() []string {
	return slices.DeleteFunc([]string{c.hook, c.Channel, c.Platform}, func(k string) bool { return k == "" })
}

// Calls lists the calls to a target, written as for Fail, in their order.
func (s *Server) Calls(target string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref, action, _ := strings.Cut(s.canonical(target), " ")
	var found []Call
	for _, c := range s.calls {
		if slices.Contains(c.targets(), ref) && (action == "" || action == c.Action) {
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

// exchange is one request while it is served.
type exchange struct {
	Call
	request *http.Request
	body    []byte
	changed *Message // the message that was posted or edited
}

// act does what the request asks for, or what Fail has scripted for it.
func (s *Server) act(x *exchange) *reply {
	a, watchers := s.apply(x)
	for _, f := range watchers {
		f(*x.changed)
	}
	return a
}

// apply returns the watchers to call once the Server is unlocked.
func (s *Server) apply(x *exchange) (*reply, []func(Message)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	serve := s.route(x)
	o, scripted := s.takeFault(x.Call)
	var a *reply
	if !scripted || o.Applied {
		a = serve()
	}
	if scripted {
		a = o.answer(a)
	}
	x.Status, x.Code = a.status, a.code
	if a.reset {
		x.Status = 0
	}
	s.calls = append(s.calls, x.Call)
	if x.changed == nil {
		return a, nil
	}
	changed := *x.changed // later calls change the Server's own
	x.changed = &changed
	return a, s.watchers
}

// route finds the platform, channel and action of a request, and returns the
// function that serves it, to be called while the Server is locked.
func (s *Server) route(x *exchange) func() *reply {
	path := x.request.URL.Path
	x.At, x.Method, x.Path, x.Action = time.Now(), x.request.Method, path, "read"
	switch {
	case strings.HasPrefix(path, "/services/"):
		return s.slackWebhookCall(x)
	case strings.HasPrefix(path, "/api/v"), strings.HasPrefix(path, "/api/webhooks/"):
		return s.discordCall(x)
	case strings.HasPrefix(path, "/api/"):
		return s.slackCall(x)
	case strings.HasPrefix(path, "/v1/"):
		return s.polarCall(x)
	}
	return func() *reply { return text(http.StatusNotFound, "404 page not found") }
}
