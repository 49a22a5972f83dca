package notifier

import (
	"slices"
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
	held     time.Time   // what the platform itself asked for
}

func (w *window) free() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return later(w.held, w.room())
}

// room is when the next request fits in.
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

// begin is false where another destination took the last place since free was
// asked.
func (w *window) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Now().Before(later(w.held, w.room())) {
		return false
	}
	w.inFlight++
	return true
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

// hold keeps all who share the window waiting.
func (w *window) hold(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = later(w.held, time.Now().Add(d))
}

// pace is how fast one kind of request may go to one destination: as all its
// windows allow. The last one may be shared with other destinations.
type pace struct{ windows []*window }

func (p *pace) free() time.Time {
	var at time.Time
	for _, w := range p.windows {
		at = later(at, w.free())
	}
	return at
}

// do runs one request within the pace and obeys what its answer asks for.
func (p *pace) do(request func() *Fault, exhausted func() time.Duration) *Fault {
	// The shared window is the last: where it is full, nothing else was begun
	// that this goroutine's own windows would have to take back.
	for _, w := range slices.Backward(p.windows) {
		if !w.begin() {
			return &Fault{Verdict: Later, Code: "our own pace", Wait: time.Until(p.free()), Paced: true}
		}
	}
	fault := request()
	wait := exhausted()
	if fault != nil && fault.Limited {
		wait = max(wait, fault.Wait)
	}
	for _, w := range p.windows {
		w.end()
		if wait > 0 {
			w.hold(wait)
		}
	}
	return fault
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
