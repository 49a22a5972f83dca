package notifier

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// paces are the paces of a destination by the kind of request.
type paces map[string]*pace

// Requests are those of the longest window of each pace.
func (all paces) Requests() Requests {
	r := Requests{}
	for kind, p := range all {
		longest := slices.MaxFunc(p.windows, func(a, b *window) int { return cmp.Compare(a.span, b.span) })
		if latest := longest.latest(); len(latest) > 0 {
			r[kind] = latest
		}
	}
	return r
}

// Resume counts each request in all windows of its pace.
func (all paces) Resume(r Requests) {
	for kind, p := range all {
		for _, w := range p.windows {
			w.resume(r[kind])
		}
	}
}

// latest is when the requests that the window still counts were answered.
func (w *window) latest() (all []int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.answered {
		if time.Since(at) < w.span {
			all = append(all, at.UnixMicro())
		}
	}
	return all
}

// resume counts the requests of a process that ended, and one more: it may have
// ended before it could write its last one down. The destinations that share the
// window resume the same requests, which count once.
func (w *window) resume(requests []int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	begins := now.Add(-w.span).UnixMicro()
	requests = slices.DeleteFunc(slices.Clone(requests), func(at int64) bool { return at <= begins })
	if len(requests) == 0 {
		return
	}
	for _, at := range w.answered {
		requests = append(requests, at.UnixMicro())
	}
	slices.Sort(requests)
	requests = slices.Compact(requests)
	w.answered = w.answered[:0]
	for _, at := range requests {
		w.answered = append(w.answered, earlier(time.UnixMicro(at), now)) // a clock may have been set back
	}
	w.answered = append(w.answered, now)
	w.answered = w.answered[max(0, len(w.answered)-w.n):]
}

// requests are the destination's latest ones as the journal keeps them; empty if
// there are none.
func (l *loop) requests() string {
	r := l.Sender.Requests()
	if len(r) == 0 {
		return ""
	}
	kept, _ := json.Marshal(r) // never fails for numbers
	return string(kept)
}

// resumePace counts what the process before this one requested.
func (l *loop) resumePace(kept string) {
	var r Requests
	if json.Unmarshal([]byte(kept), &r) == nil {
		l.Sender.Resume(r)
	}
}
