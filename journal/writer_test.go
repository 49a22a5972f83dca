package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hang opens a transaction that ends when it is released.
func hang(t *testing.T, j *Journal) (release func()) {
	t.Helper()
	return hangFor(t, j, 0)
}

// hangFor is hang, with a time that the transaction takes after its release.
func hangFor(t *testing.T, j *Journal, d time.Duration) (release func()) {
	t.Helper()
	let := make(chan struct{})
	go j.write(t.Context(), false, func(context.Context, *session) error {
		<-let
		time.Sleep(d)
		return nil
	})
	synctest.Wait()
	return func() { close(let) }
}

// send appends from a client's goroutine.
func send(t *testing.T, j *Journal, id string) {
	if _, fresh, err := j.Append(t.Context(), entry(id, "s", "o")); err != nil || !fresh {
		t.Errorf("Append(%s): fresh %v, %v; want fresh", id, fresh, err)
	}
}

// TestTransactionsAreBounded queues more than one transaction may take. The
// last job fails, and so do those in its transaction, but no others.
func TestTransactionsAreBounded(t *testing.T) {
	for _, c := range []struct {
		name       string
		jobs, size int
		saved      int
	}{
		{"by jobs", batchJobs + 10, 10, batchJobs},
		{"by bytes", 12, 1 << 20, batchBytes>>20 + 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, j *Journal) {
				release := hang(t, j)
				var saved atomic.Int64
				for i := range c.jobs {
					e := entry(fmt.Sprint(i), "s", "o")
					e.Body = make([]byte, c.size)
					go func() {
						if _, _, err := j.Append(t.Context(), e); err == nil {
							saved.Add(1)
						}
					}()
				}
				synctest.Wait()
				failed := make(chan error)
				go func() {
					failed <- j.write(t.Context(), false, func(context.Context, *session) error { return errors.New("broken") })
				}()
				synctest.Wait()
				release()
				if err := <-failed; err == nil {
					t.Error("the last job did not fail")
				}
				synctest.Wait()
				if got := int(saved.Load()); got != c.saved {
					t.Errorf("%d appends were saved, want the %d of the first transaction", got, c.saved)
				}
			})
		})
	}
}

// TestLingering has a transaction serve some clients, and measures, in virtual
// time, how long those that come back at once wait for their next one.
func TestLingering(t *testing.T) {
	for _, c := range []struct {
		name         string
		served, back int
		took, waited time.Duration
	}{
		{"a lone client does not wait", 1, 1, time.Second, 0},
		{"all come back", 3, 3, time.Second, 0},
		{"one stays away", 3, 2, time.Second, lingerMax},
		{"two stay away", 3, 1, time.Second, lingerMax},
		{"after a short transaction", 3, 1, time.Millisecond, 2 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, j *Journal) {
				first := hang(t, j)
				var clients sync.WaitGroup
				for i := range c.served {
					clients.Go(func() {
						send(t, j, fmt.Sprint("first ", i))
						if i >= c.back {
							return
						}
						start := time.Now()
						send(t, j, fmt.Sprint("second ", i))
						if got := time.Since(start); got != c.waited {
							t.Errorf("waited %v, want %v", got, c.waited)
						}
					})
				}
				synctest.Wait()
				second := hangFor(t, j, c.took) // in the transaction that serves them
				first()
				second()
				clients.Wait()
			})
		})
	}
}

// TestNoLingeringWhenEnoughWait: as many jobs wait as clients were served, so
// those are not waited for.
func TestNoLingeringWhenEnoughWait(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		first := hang(t, j)
		var done sync.WaitGroup
		for i := range 2 { // they do not come back
			done.Go(func() { send(t, j, fmt.Sprint(i)) })
		}
		synctest.Wait()
		const took = time.Second
		second := hangFor(t, j, took)
		first()
		second()
		synctest.Wait()
		start := time.Now()
		for range 2 {
			done.Go(func() {
				if err := j.Writable(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if got := time.Since(start); got != took {
			t.Errorf("waited %v, want %v: the transaction alone", got, took)
		}
	})
}
