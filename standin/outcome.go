package standin

import (
	"net/http"
	"strings"
	"time"
)

// Outcome scripts how a call ends. Whether the platform acts on the call and
// what it answers are separate: {Applied: true, Reset: true} is "posted, answer
// lost", {Applied: true, Delay: time.Minute} is "posted, answer slow".
type Outcome struct {
	Applied bool          // the platform acts on the call as far as it is valid
	Status  int           // 0: the true answer where Applied, else 503
	Header  http.Header   // of the answer, where Status is not 0
	Body    string        // of the answer, where Status is not 0
	Delay   time.Duration // between acting and answering
	Reset   bool          // the connection breaks instead of an answer
}

type fault struct {
	left    int // how many calls it is still for; negative: no end
	outcome Outcome
}

// Fail makes the next n calls to a target end with o; n < 0: until Mend. A
// target is a channel ("C1", "#sales"), an incoming webhook (its path), a
// Discord webhook (its id), "slack", "discord" or "polar" for the whole platform; with
// " post", " edit", " delete" or " read" behind it only such calls. A webhook
// goes before its channel, a channel before its platform, a target with an
// action before one without, then the earlier Fail before the later.
func (s *Server) Fail(target string, n int, o Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.canonical(target)
	s.faults[key] = append(s.faults[key], &fault{left: n, outcome: o})
}

// Mend ends what Fail began for the target, with an action behind it or not.
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

// takeFault returns and consumes the scripted outcome for a call.
func (s *Server) takeFault(c Call) (Outcome, bool) {
	for _, target := range c.targets() {
		for _, key := range []string{target + " " + c.Action, target} {
			for _, f := range s.faults[key] {
				if f.left != 0 {
					f.left--
					return f.outcome, true
				}
			}
		}
	}
	return Outcome{}, false
}

// answer is the scripted answer; actual is the platform's own, where Applied.
func (o Outcome) answer(actual *reply) *reply {
	a := &reply{status: o.Status, header: o.Header.Clone(), body: []byte(o.Body), code: "scripted"}
	switch {
	case o.Status == 0 && o.Applied:
		a = actual
	case o.Status == 0:
		a.status = http.StatusServiceUnavailable
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	a.delay, a.reset = o.Delay, o.Reset
	return a
}
