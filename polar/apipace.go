package polar

import (
	"context"
	"time"
)

// The pace stays below the lowest of Polar's limits, 100 requests a minute in
// the sandbox (500 in production), which all that use the organization's tokens
// share: some requests at once, then one each apiEvery, 85 in any minute.
const (
	apiEvery = 800 * time.Millisecond
	apiBurst = 10
)

// apiPace is when the next request may be sent.
type apiPace struct {
	due  time.Time // when the allowance is whole again
	held time.Time // until when Polar asked to wait
}

// take returns how long the next request has to wait, and counts it.
func (p *apiPace) take(now time.Time) time.Duration {
	if p.due.Before(now) {
		p.due = now
	}
	at := p.due.Add(-(apiBurst - 1) * apiEvery)
	if at.Before(p.held) {
		at, p.due = p.held, p.held.Add((apiBurst-1)*apiEvery) // after a refusal without a burst
	}
	p.due = p.due.Add(apiEvery)
	return at.Sub(now)
}

// wait returns when the next request may be sent.
func (a *API) wait(ctx context.Context) error {
	a.mu.Lock()
	wait := a.pace.take(time.Now())
	a.mu.Unlock()
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hold keeps all requests back for a while.
func (a *API) hold(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pace.held = time.Now().Add(d)
}
