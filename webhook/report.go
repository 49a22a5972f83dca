package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// quietFor is how long a refusal that repeats is counted rather than logged:
// anyone on the Internet can cause them.
const quietFor = time.Minute

// report tells the log and the metrics of one request.
func (h *handler) report(ctx context.Context, a answer, start time.Time) {
	now := h.Now()
	took := now.Sub(start)
	if h.Observe != nil {
		h.Observe(a.event, a.outcome, took)
	}
	level := a.level()
	if !h.Log.Enabled(ctx, level) {
		return
	}
	missed := 0
	if level != slog.LevelInfo {
		var due bool
		if missed, due = h.repeats.due(a.outcome, now); !due {
			return
		}
	}
	h.Log.LogAttrs(ctx, level, "webhook "+a.outcome, a.attrs(took, missed)...)
}

func (a answer) level() slog.Level {
	switch a.status {
	case http.StatusAccepted, http.StatusOK:
		return slog.LevelInfo
	case http.StatusServiceUnavailable:
		return slog.LevelError
	}
	return slog.LevelWarn
}

// attrs names the id only of a verified delivery: others' are strangers' text.
func (a answer) attrs(took time.Duration, missed int) []slog.Attr {
	attrs := append(make([]slog.Attr, 0, 8), slog.Int("status", a.status), slog.Duration("took", took))
	if a.event != "" {
		attrs = append(attrs, slog.String("event", a.event))
	}
	if a.seq != 0 {
		attrs = append(attrs, slog.Int64("seq", int64(a.seq)))
	}
	if a.id != "" {
		attrs = append(attrs, slog.String("id", a.id))
	}
	if a.status >= http.StatusBadRequest {
		attrs = append(attrs, slog.String("answer", a.text))
	}
	if a.err != nil {
		attrs = append(attrs, slog.Any("err", a.err))
	}
	if missed > 0 {
		attrs = append(attrs, slog.Int("repeats", missed))
	}
	return attrs
}

// repeats lets one line of each outcome through per quietFor.
type repeats struct {
	mu    sync.Mutex
	lines map[string]line
}

type line struct {
	at     time.Time
	missed int
}

// due reports whether to log now, and how many were not logged since.
func (r *repeats) due(outcome string, now time.Time) (missed int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, known := r.lines[outcome]
	if known && now.Sub(last.at) < quietFor {
		last.missed++
		r.lines[outcome] = last
		return 0, false
	}
	r.lines[outcome] = line{at: now}
	return last.missed, true
}
