package notifier

import (
	"context"
	"time"
)

// grace is how long after a stop a request in flight may take, together with
// writing down what came of it. The bridge stops within ten seconds.
const grace = RequestTimeout

type graceKey struct{}

// withGrace returns a context that ends with ctx, and lets finishing know when
// the grace after that is over.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return context.WithValue(ctx, graceKey{}, last), func() {
		stop()
		cancel()
	}
}

// finishing is for what is finished although the bridge stops.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	return finishingWithin(ctx, RequestTimeout)
}

func finishingWithin(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	last, running := ctx.Value(graceKey{}).(context.Context)
	if !running {
		last = context.WithoutCancel(ctx)
	}
	return context.WithTimeout(last, limit)
}
