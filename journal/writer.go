package journal

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A transaction takes at most this much, so that nobody waits long.
const (
	batchJobs  = 512
	batchBytes = 8 << 20
)

// job is one append, or something else to run in the writer's transaction.
type job struct {
	ctx   context.Context
	entry *Entry
	run   func(context.Context, *session) error
	bytes int // about how many run writes, where that is much
	wakes bool
	// What follows from other rows may be lost in a power failure, and is made
	// anew: its transaction does not wait for the disk.
	derived bool

	seq   Seq
	fresh bool
	own   error // this job's alone, while the others of its transaction were committed
	done  chan error
}

// writer is one goroutine that puts all waiting jobs into one transaction, so
// that a single sync to disk serves them all.
type writer struct {
	db    *sql.DB
	d     *dialect
	wake  func()
	wrote func(bytes int) // called after each commit
	last  atomic.Int64    // the number of the newest append

	mu      sync.Mutex
	pending []*job
	quorum  int // this many pending jobs wake the loop
	closed  bool
	ready   chan struct{}
	stopped chan struct{}

	commit  sync.Mutex  // held while a transaction is open
	begins  atomic.Bool // it waits for the lock on the file
	session *session
}

func newWriter(db *sql.DB, d *dialect, wake func(), wrote func(int)) *writer {
	w := &writer{
		db: db, d: d, wake: wake, wrote: wrote,
		ready: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	go w.loop()
	return w
}

// do returns once the job is committed, or is certain not to be. A context that
// ends in the meantime leaves the job's outcome open.
func (w *writer) do(j *job) error {
	j.done = make(chan error, 1)
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return ErrClosed
	}
	w.pending = append(w.pending, j)
	if len(w.pending) >= w.quorum {
		w.signal()
	}
	w.mu.Unlock()
	select {
	case err := <-j.done:
		return err
	case <-j.ctx.Done():
		return w.whyLate(j.ctx.Err())
	}
}

// whyLate adds to the end of a context what the writer waits for, if it knows.
func (w *writer) whyLate(err error) error {
	if w.begins.Load() && w.d == sqlite {
		return fmt.Errorf("journal: %w (%w)", errLocked, err)
	}
	return err
}

func (w *writer) signal() {
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.signal()
	w.mu.Unlock()
	<-w.stopped
}

func (w *writer) loop() {
	defer close(w.stopped)
	for range w.ready {
		for batch := w.take(); len(batch) > 0; batch = w.take() {
			start := time.Now()
			quorum := w.process(batch)
			w.linger(quorum, time.Since(start))
		}
		if w.shutDown() {
			return
		}
	}
}

// take returns the oldest pending jobs whose callers still wait.
func (w *writer) take() []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	var batch []*job
	taken, bytes := 0, 0
	for _, j := range w.pending {
		if len(batch) == batchJobs || bytes > batchBytes {
			break
		}
		taken++
		if j.ctx.Err() != nil {
			continue
		}
		if j.entry != nil {
			bytes += len(j.entry.Body)
		}
		batch = append(batch, j)
	}
	w.pending = append([]*job(nil), w.pending[taken:]...)
	return batch
}

// shutDown ends the pending jobs and the session if the writer is closed.
func (w *writer) shutDown() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		return false
	}
	for _, j := range w.pending {
		j.done <- ErrClosed
	}
	w.pending = nil
	if w.session != nil {
		w.session.discard()
	}
	return true
}
