package notifier

import (
	"sync"
	"time"
)

// pace is how fast requests of one kind go to one destination: as fast as all
// its windows allow. One goroutine uses it, the one that uses the sender; its
// windows may be shared with other destinations.
type pace struct{ windows []*window }

// next is when the next request may go out.
func (p *pace) next() time.Time {
	var at time.Time
	for _, w := range p.windows {
		at = later(at, w.next())
	}
	return at
}

// held is until when the platform itself asked us to wait.
func (p *pace) held() (until time.Time) {
	for _, w := range p.windows {
		until = later(until, w.heldUntil())
	}
	return until
}

// do makes one request if the pace allows it. What the response says about the
// limit holds the next requests back.
func (p *pace) do(t *roundTripper, request func() *Fault) error {
	if !p.begin() {
		return &Fault{Verdict: NotYet, Code: "our own pace", Wait: time.Until(p.next())}
	}
	fault := request()
	wait := t.last.exhausted()
	if fault != nil && fault.Limited {
		wait = max(wait, fault.Wait)
	}
	for _, w := range p.windows {
		w.end(wait)
	}
	if fault == nil {
		return nil // not the nil *Fault, which would be an error
	}
	return fault
}

// begin takes a place in every window, or in none.
func (p *pace) begin() bool {
	if time.Now().Before(p.next()) {
		return false
	}
	for i, w := range p.windows {
		if !w.begin() { // another destination has filled it since
			for _, taken := range p.windows[:i] {
				taken.cancel()
			}
			return false
		}
	}
	return true
}

// window allows n requests in any span of time. A request counts from its
// response, the latest moment at which the platform can have counted it: no
// delay on the way brings two requests closer together than they should be. The
// goroutines of all destinations that share the window use it, so it is locked.
type window struct {
	n    int
	span time.Duration

	mu       sync.Mutex
	inFlight int
	answered []time.Time // the last n, oldest first
	held     time.Time   // the platform itself asked us to wait until then
}

// next is when the next request fits in.
func (w *window) next() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return later(w.held, w.room())
}

// room is next without what the platform asked for. It needs the lock.
func (w *window) room() time.Time {
	excess := len(w.answered) + w.inFlight - w.n
	switch {
	case excess < 0:
		return time.Time{}
	case excess >= len(w.answered): // requests in flight take all places
		return time.Now().Add(w.span)
	}
	return w.answered[excess].Add(w.span)
}

// begin takes a place for a request. It returns false if another destination
// took the last one since next was asked.
func (w *window) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Now().Before(later(w.held, w.room())) {
		return false
	}
	w.inFlight++
	return true
}

// cancel gives back the place of a request that was not made.
func (w *window) cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight--
}

// end counts a request whose response has come, and holds all who share the
// window back for as long as that asks.
func (w *window) end(wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight--
	w.count()
	if wait > 0 {
		w.held = later(w.held, time.Now().Add(wait))
	}
}

// hold lets nothing through until then.
func (w *window) hold(until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = later(w.held, until)
}

func (w *window) heldUntil() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held
}

// add counts a request that was made without a place in this window.
func (w *window) add() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count()
}

// count needs the lock.
func (w *window) count() {
	w.answered = append(w.answered, time.Now())
	if len(w.answered) > w.n {
		w.answered = w.answered[1:]
	}
}

// shared are windows by the name of what the platform counts as one, such as a
// webhook's id: several destinations may be one to the platform.
type shared struct {
	mu     sync.Mutex
	byName map[string][]*window
}

// of returns the windows of a name, new ones like those given at first.
func (s *shared) of(name string, made ...*window) []*window {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil {
		s.byName = map[string][]*window{}
	}
	if s.byName[name] == nil {
		s.byName[name] = made
	}
	return s.byName[name]
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
