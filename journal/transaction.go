package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// process answers all jobs of a batch. It returns how many clients may send
// next: those it serves and those that came before it answered.
func (w *writer) process(batch []*job) (quorum int) {
	err := w.transact(batch)
	wakes, bytes := false, 0
	for _, j := range batch {
		wakes, bytes = wakes || j.wakes, bytes+j.bytes
		if j.entry != nil {
			bytes += len(j.entry.Body)
		}
		if err == nil && j.fresh {
			w.last.Store(int64(j.seq)) // before a caller hears of it and calls Wake
		}
	}
	w.mu.Lock()
	quorum = min(appends(batch)+appends(w.pending), batchJobs)
	w.mu.Unlock()
	for _, j := range batch {
		j.done <- cmp.Or(err, j.own)
	}
	if err != nil {
		return quorum
	}
	if wakes {
		w.wake()
	}
	w.wrote(bytes + len(batch)*1024)
	return quorum
}

// transact commits the whole batch or nothing. After a failure the connection
// is closed, which rolls back, and the next batch opens another one. So the
// writer goes on by itself after a full disk or a server's restart.
func (w *writer) transact(batch []*job) (err error) {
	w.commit.Lock()
	defer w.commit.Unlock()
	ctx := context.Background()
	if w.d.txTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.d.txTimeout)
		defer cancel()
	}
	isDerived := !slices.ContainsFunc(batch, func(j *job) bool { return !j.derived })
	s, err := w.begin(ctx, isDerived)
	if err != nil {
		return fmt.Errorf("journal: %w", readable(err))
	}
	defer func() {
		if err != nil {
			w.hangUp()
			err = fmt.Errorf("journal: %w", readable(err))
		}
	}()
	if err := s.runAll(ctx, batch); err != nil {
		return err
	}
	if err := s.exec(ctx, "COMMIT"); err != nil || !isDerived {
		return err
	}
	if err := s.exec(ctx, w.d.strict); err != nil { // what was committed stays
		w.hangUp()
	}
	return nil
}

// runAll does in the transaction what a batch asks for.
func (s *session) runAll(ctx context.Context, batch []*job) error {
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
	return nil
}

// hangUp closes the connection: the next transaction opens another one.
func (w *writer) hangUp() {
	w.session.discard()
	w.session = nil
}

// begin tries twice, since an idle connection may have been closed.
func (w *writer) begin(ctx context.Context, isDerived bool) (s *session, err error) {
	for range 2 {
		if w.session == nil {
			conn, err := w.db.Conn(ctx)
			if err != nil {
				return nil, err
			}
			w.session = &session{conn, &statements{on: conn, d: w.d}}
		}
		if err = w.start(ctx, isDerived); err == nil {
			return w.session, nil
		}
		w.hangUp()
	}
	return nil, err
}

// start begins a transaction; one of derived jobs alone does not wait for the
// disk.
func (w *writer) start(ctx context.Context, isDerived bool) error {
	if isDerived {
		if err := w.session.exec(ctx, w.d.relax); err != nil {
			return err
		}
	}
	w.begins.Store(true)
	defer w.begins.Store(false)
	return w.session.exec(ctx, w.d.begin)
}

// write runs f in the writer's transaction.
func (j *Journal) write(ctx context.Context, wakes bool, f func(context.Context, *session) error) error {
	return j.writer.do(&job{ctx: ctx, run: f, wakes: wakes})
}

// run executes statements in a transaction of the writer.
func (j *Journal) run(ctx context.Context, all ...statement) error {
	return j.write(ctx, false, func(ctx context.Context, s *session) error { return s.execAll(ctx, all) })
}

// runAndWake is run for what gives the loops work.
func (j *Journal) runAndWake(ctx context.Context, all ...statement) error {
	return j.write(ctx, true, func(ctx context.Context, s *session) error { return s.execAll(ctx, all) })
}

// runAsHolder is run for the process that delivers: it also appends our own
// events, and returns ErrLost if this process had the lease and has lost it.
func (j *Journal) runAsHolder(ctx context.Context, events []Entry, all ...statement) error {
	return j.write(ctx, len(events) > 0, func(ctx context.Context, s *session) error {
		if l := j.lease.Load(); l != nil {
			if err := l.fence(ctx, s); err != nil {
				return err
			}
		}
		if err := s.execAll(ctx, all); err != nil {
			return err
		}
		return s.appendAlong(ctx, events)
	})
}
