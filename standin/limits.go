package standin

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Slack's limits (docs.slack.dev/apis/web-api/rate-limits): about one message
// a second to a channel or webhook; "short bursts" are tolerated, here three in
// a row; Tier 3, which edits and deletions belong to, is 50 calls a minute and
// token per method, over all channels. The cap per workspace has no published
// number and is left out.
const (
	slackPostEvery = time.Second
	slackPostBurst = 3
	slackTier3     = 50
)

// Discord's limits: five calls in two seconds per webhook and route, announced
// in headers; 30 posts in any minute per channel, announced by nothing but the
// 429 (discord/discord-api-docs issues 367 and 1454); 50 calls a second from one
// address. No span of two seconds holds more than five calls here, wherever it
// begins; Discord's own spans begin with the first call.
const (
	bucketSize   = 5
	bucketSpan   = 2 * time.Second
	channelPosts = 30
	globalCalls  = 50
)

// limiter holds the state of all limits. Of a nil limiter nobody has to wait.
type limiter struct {
	calls map[string][]time.Time // the latest, by what is limited
	due   map[string]time.Time   // Slack's channels and webhooks: when their allowance is whole again
}

// take counts a call if fewer than n happened within the span before it, else
// it returns how long to wait.
func (l *limiter) take(key string, n int, span time.Duration, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	latest := l.calls[key]
	for len(latest) > 0 && now.Sub(latest[0]) >= span {
		latest = latest[1:]
	}
	var wait time.Duration
	if len(latest) == n {
		wait = latest[0].Add(span).Sub(now)
	} else {
		latest = append(latest, now)
	}
	l.calls[key] = latest
	return wait
}

// takeBucket is take for Discord's webhooks and routes, and sets the headers
// that announce how much is left.
func (l *limiter) takeBucket(key string, now time.Time, header http.Header) time.Duration {
	if l == nil {
		return 0
	}
	wait := l.take(key, bucketSize, bucketSpan, now)
	latest := l.calls[key]
	reset := latest[0].Add(bucketSpan).Sub(now)
	header.Set("X-RateLimit-Remaining", strconv.Itoa(bucketSize-len(latest)))
	header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(reset.Seconds(), 'f', 3, 64))
	return wait
}

// slackPost is how long the channel or webhook has to wait, 0 if it may post.
// A refused post costs nothing.
func (l *limiter) slackPost(key string, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	due := l.due[key]
	if due.Before(now) {
		due = now
	}
	if over := due.Sub(now) - (slackPostBurst-1)*slackPostEvery; over > 0 {
		return over
	}
	l.due[key] = due.Add(slackPostEvery)
	return 0
}

// slackLimited is Slack's answer to a call that came too early.
func slackLimited(wait time.Duration) *reply {
	a := slackError("ratelimited")
	a.status = http.StatusTooManyRequests
	a.header.Set("Retry-After", wholeSeconds(wait))
	return a
}

// discordLimited is Discord's answer to a call that came too early. The scope
// is "user" for a bucket, "global", or "shared" for a channel, whose limit all
// its webhooks share.
func discordLimited(wait time.Duration, scope string) *reply {
	a := object(http.StatusTooManyRequests, map[string]any{
		"message":     "You are being rate limited.",
		"retry_after": math.Ceil(wait.Seconds()*1000) / 1000,
		"global":      scope == "global",
	})
	a.header.Set("Retry-After", wholeSeconds(wait))
	a.code = "429 " + scope
	return a
}

// wholeSeconds rounds up, as both platforms' Retry-After does.
func wholeSeconds(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}
