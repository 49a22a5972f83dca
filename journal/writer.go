package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A transaction takes in at most this much, so that nobody waits long.
const (
	batchJobs  = 512
	batchBytes = 8 << 20
)

// lingering is how long a transaction waits for company, at most.
const lingering = 5 * time.Millisecond

// job is one append, or something else to run in the writer's transaction.
type job struct {
	ctx   context.Context
	entry *Entry
	run   func(context.Context, *session) error
	wakes bool

	seq   Seq
	fresh bool
	own   error // refused by itself, while the others of its transaction went through
	done  chan error
}

// writer is one goroutine that takes all that waits into one transaction, so
// that a single sync to disk serves them all.
type writer struct {
	db    *sql.DB
	d     *dialect
	wake  func()
	wrote func(bytes int) // after each commit
	last  atomic.Int64    // the number of the newest append

	mu      sync.Mutex
	pending []*job
	quorum  int // so many pending jobs wake the loop
	closed  bool
	ready   chan struct{}
	stopped chan struct{}

	commit  sync.Mutex // held while a transaction is open
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

// do returns once the job is committed, or is known not to be. A context that
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
		return j.ctx.Err()
	}
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
			w.settle(batch)
			w.linger(appends(batch), time.Since(start))
		}
		if w.drop() {
			return
		}
	}
}

// linger waits for those that the last transaction served to come back with
// more, though at most twice as long as it took: a transaction for a third of
// all costs nearly as much as one for all. Who comes alone never waits.
func (w *writer) linger(served int, took time.Duration) {
	if !w.require(served) {
		return
	}
	timer := time.NewTimer(min(2*took, lingering))
	defer timer.Stop()
	select {
	case <-w.ready:
	case <-timer.C:
	}
	w.mu.Lock()
	w.quorum = 1
	w.mu.Unlock()
}

// require sets the quorum: those served and those that came meanwhile. It is
// false if there is nothing to wait for.
func (w *writer) require(served int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	quorum := min(served+appends(w.pending), batchJobs)
	if quorum <= max(len(w.pending), 1) || w.closed {
		return false
	}
	w.quorum = quorum
	select {
	case <-w.ready: // of the old quorum
	default:
	}
	return true
}

// appends counts deliveries: their senders come back sooner than who has
// something else to write.
func appends(jobs []*job) (n int) {
	for _, j := range jobs {
		if j.entry != nil {
			n++
		}
	}
	return n
}

// take returns the oldest waiting jobs whose callers still wait.
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

// drop ends what still waits, and the session, when the writer is closed.
func (w *writer) drop() bool {
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

func (w *writer) settle(batch []*job) {
	err := w.transact(batch)
	wakes, bytes := false, 0
	for _, j := range batch {
		wakes = wakes || j.wakes
		if j.entry != nil {
			bytes += len(j.entry.Body)
		}
		if err == nil && j.fresh {
			w.last.Store(int64(j.seq)) // before any caller hears of it and calls Wake
		}
	}
	for _, j := range batch {
		if err == nil {
			j.done <- j.own
		} else {
			j.done <- err
		}
	}
	if err != nil {
		return
	}
	if wakes {
		w.wake()
	}
	w.wrote(bytes + len(batch)*1024)
}

// transact commits the whole batch or nothing. Whatever fails costs the
// connection: closing it rolls back, and the next batch starts with a new one,
// so a full disk or a restarted server needs no restart here.
func (w *writer) transact(batch []*job) (err error) {
	w.commit.Lock()
	defer w.commit.Unlock()
	ctx, cancel := w.d.patience()
	defer cancel()
	s, err := w.begin(ctx)
	if err != nil {
		return fmt.Errorf("journal: %w", plain(err))
	}
	defer func() {
		if err != nil {
			w.session.discard()
			w.session = nil
			err = fmt.Errorf("journal: %w", plain(err))
		}
	}()
	if err := s.appendAll(ctx, batch); err != nil {
		return err
	}
	for _, j := range batch {
		if j.run == nil {
			continue
		}
		if err := j.run(ctx, s); errors.Is(err, ErrLost) {
			j.own = err
		} else if err != nil {
			return err
		}
	}
	return s.exec(ctx, "COMMIT")
}

// begin tries a second time, since a connection that idled may have died.
func (w *writer) begin(ctx context.Context) (s *session, err error) {
	for range 2 {
		if w.session == nil {
			if w.session, err = openSession(ctx, w.db, w.d); err != nil {
				return nil, err
			}
		}
		if err = w.session.exec(ctx, w.d.begin); err == nil {
			return w.session, nil
		}
		w.session.discard()
		w.session = nil
	}
	return nil, err
}

// write runs f in the writer's transaction.
func (j *Journal) write(ctx context.Context, wakes bool, f func(context.Context, *session) error) error {
	return j.writer.do(&job{ctx: ctx, run: f, wakes: wakes})
}

// lead is write for the one process that delivers.
func (j *Journal) lead(ctx context.Context, wakes bool, f func(context.Context, *session) error) error {
	return j.write(ctx, wakes, func(ctx context.Context, s *session) error {
		if l := j.lease.Load(); l != nil {
			if err := l.fence(ctx, s); err != nil {
				return err
			}
		}
		return f(ctx, s)
	})
}
