package notifier

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// response is what a platform answered. One that is not a success is the error
// of its request.
type response struct {
	platform  string // "Slack" or "Discord"
	isStrange bool   // it does not have the platform's own form
	status    int
	header    http.Header
	body      []byte // without the destination's secrets if it is not a success
}

func (r *response) Error() string { return fmt.Sprintf("answered %d", r.status) }

func (r *response) text() string { return strings.TrimSpace(string(r.body)) }

// fault judges a response as far as its status or its form tells. It is nil if
// only the platform's own words do.
func (r *response) fault() *Fault {
	switch {
	case r.status == http.StatusTooManyRequests:
		return &Fault{Verdict: Later, Code: strconv.Itoa(r.status), Limited: true, Wait: r.retryAfter()}
	case r.status >= 500:
		return &Fault{Verdict: r.unlessAnswered(), Code: strconv.Itoa(r.status), Detail: r.words()}
	case r.isStrange:
		return r.stranger()
	}
	return nil
}

// unlessAnswered is Unknown if the status says that somebody on the way did not
// hear the platform's answer. Cloudflare's 520 and 524 do as well as a gateway's
// 502 and 504 (developers.cloudflare.com/support/troubleshooting/http-status-codes).
func (r *response) unlessAnswered() Verdict {
	switch r.status {
	case http.StatusBadGateway, http.StatusGatewayTimeout, 520, 524:
		return Unknown
	}
	return Later
}

// retryAfter is the longest wait that header or body ask for. It is 0 if
// neither names one that can be read, which from Discord means a ban.
func (r *response) retryAfter() time.Duration {
	var body struct {
		RetryAfter *float64 `json:"retry_after"`
	}
	_ = json.Unmarshal(r.body, &body)
	seconds, err := strconv.ParseFloat(r.header.Get("Retry-After"), 64)
	if body.RetryAfter != nil {
		seconds = max(seconds, *body.RetryAfter)
	} else if err != nil {
		return 0
	}
	const shortest, longest = 0.1, 24 * 60 * 60
	return time.Duration(min(max(seconds, shortest), longest) * float64(time.Second))
}

// exhausted is for how long the rate-limit headers allow no more requests of
// this kind.
func (r *response) exhausted() time.Duration {
	if r == nil || r.header.Get("X-RateLimit-Remaining") != "0" {
		return 0
	}
	seconds, _ := strconv.ParseFloat(r.header.Get("X-RateLimit-Reset-After"), 64)
	return time.Duration(min(max(seconds, 0), 3600) * float64(time.Second))
}

// shorten bounds a platform's text for logs and dead letters.
func shorten(s string) string {
	const limit = 500
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
