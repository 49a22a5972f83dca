package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A stop ends within ten seconds, even if the platforms and the database hang.
// All these times run from its beginning.
const (
	// drainTimeout is when requests to us that are still open are cut off.
	drainTimeout = 5 * time.Second
	// deliveryTimeout leaves a request to a platform its whole time
	// (notifier.RequestTimeout), and a moment to settle its outcome.
	deliveryTimeout = 8500 * time.Millisecond
	// stopTimeout leaves the journal some time of its own.
	stopTimeout = 9 * time.Second
)

// part is something that start has started.
type part struct {
	name   string
	within time.Duration // of the beginning of the stop
	stop   func(context.Context) error
}

// onStop registers how a part stops, and by when it must have.
func (b *bridge) onStop(name string, within time.Duration, stop func(context.Context) error) {
	b.parts = append(b.parts, part{name, within, stop})
}

// background runs a part until it is stopped, or canceled before.
func (b *bridge) background(name string, run func(context.Context)) (cancel context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { run(ctx) })
	b.onStop(name, deliveryTimeout, func(context.Context) error {
		cancel()
		running.Wait()
		return nil
	})
	return cancel
}

// stop ends every part in the reverse order of the starts: first requests to
// us, then deliveries, then the journal. A part that does not end in time is
// left behind, so that the others still have their turn.
func (b *bridge) stop() error {
	b.halt() // meanwhile, what is in flight ends
	began := time.Now()
	b.drained = began.Add(drainTimeout)
	var errs []error
	for _, p := range slices.Backward(b.parts) {
		if err := p.stopBy(began.Add(p.within)); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", p.name, err))
		}
	}
	b.parts = nil
	return errors.Join(errs...)
}

func (p part) stopBy(deadline time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- p.stop(ctx) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		return fmt.Errorf("not done after %s", p.within)
	}
}
