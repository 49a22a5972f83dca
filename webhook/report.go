package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"polarbell/polar"
)

// windowLength is how long further refusals with the same outcome are counted
// instead of logged, since anyone on the Internet can cause them.
const windowLength = time.Minute

// report records one request in the metrics and in the log.
func (h *handler) report(ctx context.Context, a answer, start time.Time) {
	now := h.Now()
	took := now.Sub(start)
	h.warnOfVersion(a)
	if h.Observe != nil {
		h.Observe(a.organization, a.event, a.outcome, took)
	}
	level := a.level()
	if !h.Log.Enabled(ctx, level) {
		return
	}
	suppressed := 0
	if level != slog.LevelInfo {
		var ok bool
		if suppressed, ok = h.limiter.allow(a.outcome, now); !ok {
			return
		}
	}
	h.Log.LogAttrs(ctx, level, "webhook "+a.outcome, a.attrs(took, suppressed)...)
}

// warnOfVersion says once per version and process that Polar removes it.
func (h *handler) warnOfVersion(a answer) {
	cure := polar.VersionCure(a.apiVersion)
	if cure == "" {
		return
	}
	if _, isRepeated := h.warned.LoadOrStore(a.apiVersion, true); !isRepeated {
		h.Log.Warn("webhook API version", "version", a.apiVersion, "seq", a.seq, "cure", cure)
	}
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

// attrs includes the id only of a verified delivery: any other id is text from a
// stranger.
func (a answer) attrs(took time.Duration, suppressed int) []slog.Attr {
	text := ""
	if a.status >= http.StatusBadRequest {
		text = a.text
	}
	all := []slog.Attr{
		slog.Int("status", a.status), slog.Duration("took", took), slog.String("event", a.event), slog.String("organization", a.organization),
		slog.Int64("seq", int64(a.seq)), slog.String("id", a.id), slog.String("answer", text), slog.String("path", a.path),
		slog.String("from", a.sender.peer), slog.String("forwarded_for", a.sender.forwardedFor),
		slog.Any("err", a.err), slog.Int("suppressed", suppressed),
	}
	return slices.DeleteFunc(all, func(attr slog.Attr) bool { return slices.ContainsFunc(empty, attr.Value.Equal) })
}

// empty values are left out of a log line.
var empty = []slog.Value{slog.StringValue(""), slog.IntValue(0), slog.AnyValue(nil)}

// limiter allows one log line per outcome and window.
type limiter struct {
	mu      sync.Mutex
	windows map[string]window // by outcome
}

type window struct {
	start      time.Time
	suppressed int
}

// allow reports whether to log now, and how many lines it has suppressed since
// the last one that it allowed.
func (l *limiter) allow(outcome string, now time.Time) (suppressed int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, found := l.windows[outcome]
	if found && now.Sub(last.start) < windowLength {
		last.suppressed++
		l.windows[outcome] = last
		return 0, false
	}
	l.windows[outcome] = window{start: now}
	return last.suppressed, true
}
