package notifier

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"polarbell/journal"
)

// paces are the paces of a destination by the kind of request.
type paces map[string]*pace

// longestHold is for how long a limit may hold requests back after a restart: what
// was written down may be of a wrong clock.
const longestHold = 24 * time.Hour

// Handover has the requests of the longest window of each pace.
func (all paces) Handover() Handover {
	h := Handover{Requests: map[string][]int64{}, Held: map[string]int64{}}
	for kind, p := range all {
		longest := slices.MaxFunc(p.windows, func(a, b *window) int { return cmp.Compare(a.span, b.span) })
		if latest := longest.latest(); len(latest) > 0 {
			h.Requests[kind] = latest
		}
		if until := p.held(); until.After(time.Now()) {
			h.Held[kind] = until.UnixMicro()
		}
	}
	return h
}

// Resume counts each request in all windows of its pace.
func (all paces) Resume(h Handover) {
	for kind, p := range all {
		for _, w := range p.windows {
			w.resume(h.Requests[kind])
			w.hold(withinADay(h.Held[kind]))
		}
	}
}

// withinADay is a moment in microseconds since 1970, at most a day from now.
func withinADay(micros int64) time.Time {
	return earlier(time.UnixMicro(micros), time.Now().Add(longestHold))
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
// ended before it could write its last one down. Those that the window has, of
// this process or from a destination that shares it, it does not count again.
func (w *window) resume(requests []int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, has := time.Now(), map[int64]int{}
	for _, at := range w.answered {
		has[at.UnixMicro()]++
	}
	isRecent := false
	for _, micros := range requests {
		at := now.Add(min(time.UnixMicro(micros).Sub(now), 0)) // a clock may have been set back
		switch {
		case now.Sub(at) >= w.span:
			continue
		case has[micros] > 0:
			has[micros]--
		default:
			w.answered = append(w.answered, at)
		}
		isRecent = true
	}
	if isRecent {
		w.answered = append(w.answered, now)
	}
	slices.SortFunc(w.answered, time.Time.Compare)
	w.answered = w.answered[max(0, len(w.answered)-w.n):]
}

// handover is the destination's as the journal keeps it.
func (l *loop) handover() string {
	h := l.Sender.Handover()
	h.At = time.Now().UnixMicro()
	l.handOverCalls(&h)
	l.handOverCollects(&h)
	kept, _ := json.Marshal(h) // never fails for numbers and text
	return string(kept)
}

// resume goes on with what the process before this one knew of every
// destination, before any loop makes a request: they may share a limit.
func (n *Notifier) resume(ctx context.Context) {
	var retry backoff
	for {
		states, err := n.journal.Destinations(ctx)
		if err == nil {
			n.resumeFrom(states)
			return
		}
		next := retry.fail(0)
		n.options.Log.Error("journal", "err", err, "wait", time.Until(next).Round(time.Second))
		if until(ctx, next) != nil {
			return
		}
	}
}

func (n *Notifier) resumeFrom(states []journal.DestinationState) {
	for _, state := range states {
		if i := slices.IndexFunc(n.loops, func(l *loop) bool { return l.Name == state.Name }); i >= 0 {
			h := handedOver(state)
			n.loops[i].Sender.Resume(h)
			n.loops[i].resumeCalls(h)
			n.loops[i].resumeCollects(h)
		}
	}
}

// handedOver is what the process before this one wrote down, nothing if it cannot
// be read.
func handedOver(state journal.DestinationState) Handover {
	var h Handover
	if json.Unmarshal([]byte(state.Handover), &h) != nil {
		return Handover{}
	}
	h.setBack(h.At - time.Now().UnixMicro())
	return h
}

// setBack corrects for a clock that was ahead when this was written down: what
// holds us back lasts as long as it still did then.
func (h *Handover) setBack(ahead int64) {
	if ahead <= 0 {
		return
	}
	for kind := range h.Held {
		h.Held[kind] -= ahead
	}
	h.Banned, h.Rests = h.Banned-ahead, h.Rests-ahead
	if h.Called > 0 { // else nobody was called
		h.Called -= ahead
	}
}
