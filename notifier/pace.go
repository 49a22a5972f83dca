package notifier

import (
	"slices"
	"sync"
	"time"
)

// pace is how fast requests of one kind go to one destination: as fast as all
// its windows allow. One goroutine uses it, the one that uses the sender. The
// last window may be shared with other destinations, the others may not.
type pace struct{ windows []*window }

// next is when the next request may go out.
func (p *pace) next() time.Time {
	var at time.Time
	for _, w := range p.windows {
		at = later(at, w.next())
	}
	return at
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
	// Only the shared window can have filled up since, so it goes first.
	for _, w := range slices.Backward(p.windows) {
		if !w.begin() {
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
	count := len(w.answered) + w.inFlight
	if count < w.n {
		return time.Time{}
	}
	if len(w.answered) == 0 {
		return time.Now().Add(w.span)
	}
	return w.answered[min(count-w.n, len(w.answered)-1)].Add(w.span)
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

// end counts a request whose response has come, and holds all who share the
// window back for as long as that asks.
func (w *window) end(wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight--
	w.answered = append(w.answered, time.Now())
	if len(w.answered) > w.n {
		w.answered = w.answered[1:]
	}
	if wait > 0 {
		w.held = later(w.held, time.Now().Add(wait))
	}
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
