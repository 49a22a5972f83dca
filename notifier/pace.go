package notifier

import (
	"sync"
	"time"
)

// window allows n requests in any span of time. A request counts from its
// answer, the latest moment at which the platform can have counted it, so that
// no delay on the way makes two of them fall closer together than we meant.
type window struct {
	n    int
	span time.Duration

	mu       sync.Mutex
	inFlight int
	answered []time.Time // the last n, oldest first
}

func (w *window) free() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	count := len(w.answered) + w.inFlight
	if count < w.n {
		return time.Time{}
	}
	if len(w.answered) == 0 {
		return time.Now().Add(w.span)
	}
	return w.answered[min(count-w.n, len(w.answered)-1)].Add(w.span)
}

func (w *window) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight++
}

func (w *window) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight--
	w.answered = append(w.answered, time.Now())
	if len(w.answered) > w.n {
		w.answered = w.answered[1:]
	}
}

// pace is how fast one kind of request may go to one destination.
type pace struct {
	windows []*window
	pause   time.Time // what the platform itself asked for
}

func (p *pace) free() time.Time {
	at := p.pause
	for _, w := range p.windows {
		at = later(at, w.free())
	}
	return at
}

// do runs one request within the pace and obeys what its answer asks for.
func (p *pace) do(request func() *Fault, exhausted func() time.Duration) *Fault {
	for _, w := range p.windows {
		w.begin()
	}
	fault := request()
	for _, w := range p.windows {
		w.end()
	}
	wait := exhausted()
	if fault != nil && fault.Limited {
		wait = max(wait, fault.Wait)
	}
	p.pause = later(p.pause, time.Now().Add(wait))
	return fault
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Ban is shared by all Discord destinations of a process: a 429 without a
// readable delay is Discord blocking this machine's address, and every further
// call makes it longer.
type Ban struct {
	mu    sync.Mutex
	until time.Time
	last  time.Duration
}

const (
	shortestBan = time.Minute
	longestBan  = 15 * time.Minute
)

func (b *Ban) free() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until
}

// extend notes one more banning answer and tells how long to wait. Answers to
// requests that were under way together count once.
func (b *Ban) extend() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); !b.until.After(now) {
		b.last = min(max(2*b.last, shortestBan), longestBan)
		b.until = now.Add(b.last)
	}
	return time.Until(b.until)
}

func (b *Ban) lift() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = 0
}
