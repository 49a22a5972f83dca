package notifier

import (
	"sync"
	"time"
)

const (
	shortestBan = time.Minute
	longestBan  = 15 * time.Minute
)

// ban is shared by the goroutines of all Discord destinations of a process. A
// 429 that names no delay, or that is not Discord's own, means that this
// machine's address is blocked, and every further call prolongs that
// (discord/discord-api-docs issue 5810).
type ban struct {
	mu    sync.Mutex
	until time.Time
	wait  time.Duration // the last one, doubled by the next
}

func (b *ban) end() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until
}

// extend notes one more such answer and returns how long to wait: as long as it
// asks, else longer each time. The answers to requests that were in flight
// together count once.
func (b *ban) extend(asked time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	switch {
	case asked > 0:
		b.until = later(b.until, now.Add(asked))
	case !b.until.After(now):
		b.wait = min(max(2*b.wait, shortestBan), longestBan)
		b.until = now.Add(b.wait)
	}
	return time.Until(b.until)
}

// lift starts over with the shortest wait: Discord took a request.
func (b *ban) lift() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wait = 0
}

// handOver has the next process wait until the end, and longer the next time.
func (b *ban) handOver(h *Handover) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until.After(time.Now()) {
		h.Banned, h.BanWait = b.until.UnixMicro(), b.wait.Microseconds()
	}
}

// resume goes on with the ban of a process that ended.
func (b *ban) resume(h Handover) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until := withinADay(h.Banned); until.After(time.Now()) {
		b.until = later(b.until, until)
		b.wait = max(b.wait, min(time.Duration(h.BanWait)*time.Microsecond, longestBan))
	}
}
