package standin

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Slack's limits (docs.slack.dev/apis/web-api/rate-limits): about one message
// a second to a channel or webhook, "short bursts" tolerated, which is taken
// to mean three in a row; Tier 3, which edits are in, is 50 calls a minute per
// method over all channels. The cap per workspace has no published number and
// is left out.
const (
	slackPostEvery = time.Second
	slackPostBurst = 3
	slackTier3     = 50
)

// Discord's limits: five calls in two seconds per webhook and route, told in
// headers; 30 posts in any minute per channel, told by nothing but the 429
// (discord/discord-api-docs issues 367 and 1454); 50 calls a second from one
// address; and 10,000 answers of 401, 403 or 429 in ten minutes end in a ban,
// which is taken to last an hour.
const (
	discordBucket     = 5
	discordBucketSpan = 2 * time.Second
	discordChannel    = 30
	discordGlobal     = 50
	discordInvalid    = 10_000
	discordInvalidFor = 10 * time.Minute
	discordBanFor     = time.Hour
)

// limiter holds the state of all limits.
type limiter struct {
	slackPosts  map[string]*time.Time // channel or webhook: when its allowance is whole again
	slackTier   map[string]*window    // method and token
	buckets     map[string]*bucket    // Discord route and webhook
	channels    map[string]*window    // Discord channel
	global      window
	invalid     window
	bannedUntil time.Time
}

func newLimiter() limiter {
	return limiter{
		slackPosts: map[string]*time.Time{},
		slackTier:  map[string]*window{},
		buckets:    map[string]*bucket{},
		channels:   map[string]*window{},
	}
}

// window counts what happened lately; no span of its length holds more than
// its limit, wherever the span begins.
type window struct{ at []time.Time }

// wait is how long until fewer than n happened within span.
func (w *window) wait(now time.Time, n int, span time.Duration) time.Duration {
	for len(w.at) > 0 && now.Sub(w.at[0]) >= span {
		w.at = w.at[1:]
	}
	if len(w.at) < n {
		return 0
	}
	return w.at[len(w.at)-n].Add(span).Sub(now)
}

func (w *window) add(now time.Time) { w.at = append(w.at, now) }

// bucket is Discord's: it starts with the first call and is full again a span
// later.
type bucket struct {
	start time.Time
	used  int
}

func at[V any](m map[string]*V, key string) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

// slackPost is how long the channel or webhook has to wait, 0 if it may post.
// A refused post costs nothing.
func (l *limiter) slackPost(key string, now time.Time) time.Duration {
	due := at(l.slackPosts, key)
	if due.Before(now) {
		*due = now
	}
	if over := due.Sub(now) - (slackPostBurst-1)*slackPostEvery; over > 0 {
		return over
	}
	*due = due.Add(slackPostEvery)
	return 0
}

func (l *limiter) slackCall(key string, now time.Time) time.Duration {
	w := at(l.slackTier, key)
	d := w.wait(now, slackTier3, time.Minute)
	if d == 0 {
		w.add(now)
	}
	return d
}

// wholeSeconds rounds up, as both platforms' Retry-After does.
func wholeSeconds(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}

// slackLimited is Slack's answer to a call that came too early.
func slackLimited(wait time.Duration) reply {
	a := object(http.StatusTooManyRequests, map[string]any{"ok": false, "error": "ratelimited"})
	a.header.Set("Retry-After", wholeSeconds(wait))
	a.code = "ratelimited"
	return a
}

// discordLimited is Discord's answer to a call that came too early. The scope
// is "user" for a bucket, "global", or "shared" for a channel, whose limit all
// its webhooks share; "shared" does not count towards the ban.
func discordLimited(wait time.Duration, scope string) reply {
	a := object(http.StatusTooManyRequests, map[string]any{
		"message":     "You are being rate limited.",
		"retry_after": math.Ceil(wait.Seconds()*1000) / 1000,
		"global":      scope == "global",
	})
	a.header.Set("Retry-After", wholeSeconds(wait))
	a.header.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		a.header.Set("X-RateLimit-Global", "true")
	}
	a.code = "429 " + scope
	return a
}

// enter counts a call against its bucket and sets the headers that tell how
// full it is. Without limits the headers always show a fresh one.
func (s *Server) enter(route, id string, now time.Time) (http.Header, time.Duration) {
	b := &bucket{start: now}
	if s.limits {
		b = at(s.pace.buckets, route+" "+id)
	}
	if now.Sub(b.start) >= discordBucketSpan {
		*b = bucket{start: now}
	}
	reset := b.start.Add(discordBucketSpan)
	var wait time.Duration
	if b.used == discordBucket {
		wait = reset.Sub(now)
	} else {
		b.used++
	}
	h := http.Header{}
	h.Set("X-RateLimit-Bucket", routeHash[route])
	h.Set("X-RateLimit-Limit", strconv.Itoa(discordBucket))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(discordBucket-b.used))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(reset.UnixMilli())/1000, 'f', 3, 64))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(reset.Sub(now).Seconds(), 'f', 3, 64))
	return h, wait
}

// routeHash names the buckets. Discord's names are the same for all webhooks,
// so a client has to count by bucket and webhook.
var routeHash = map[string]string{
	"POST":            "5c1a3f0e9d7b46a28f10c2d4e6b8a091",
	"PATCH messages":  "a9e2c4d10b7f4c3e95d8f6071b2a3c4d",
	"GET":             "0f3b6d9c2e5a48718b4d7c0f1e2d3a5b",
	"GET messages":    "7d2e9f4a6c1b4d83a0e5b8c7d6f90123",
	"DELETE messages": "e41f7a8b3c9d4052b6a7d8c9e0f1a2b3",
}

// judge counts what leads to a ban, and notes calls of a webhook that is known
// to be gone.
func (s *Server) judge(x *exchange, a reply) {
	if s.gone[x.target] {
		s.misuse = append(s.misuse, x.Method+" webhook "+x.target+" again after its 404")
	}
	if a.status == http.StatusNotFound && x.target != "" && goneForGood(a) {
		s.gone[x.target] = true
	}
	switch a.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
	default:
		return
	}
	if a.header.Get("X-RateLimit-Scope") == "shared" || x.now.Before(s.pace.bannedUntil) {
		return
	}
	s.pace.invalid.add(x.now)
	full := s.pace.invalid.wait(x.now, discordInvalid, discordInvalidFor) > 0
	if s.limits && full {
		s.pace.bannedUntil = x.now.Add(discordBanFor)
	}
}
