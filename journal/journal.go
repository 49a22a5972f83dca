// Package journal is the durable log of deliveries: what came in, how far each
// destination has come, and where its messages are. It is a log with one
// cursor per destination, not a queue, in a SQLite file or in Postgres. It
// knows bytes and strings, and nothing of what they mean.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Seq numbers the entries: 1, 2, 3 … without gaps, in the order of commit.
type Seq int64

// Entry is one delivery. Times are kept in microseconds, UTC.
type Entry struct {
	Seq     Seq    // given by Append
	ID      string // the delivery's own id, unique
	Type    string
	Subject string // entries of one subject are told together
	Object  string // the thing whose state Body is
	Follows string // asked of Append, not stored: see there
	Brief   string // the small part of the object that its owner wants back without the body

	At       time.Time // when the object became so
	Received time.Time
	Body     []byte
}

// ErrClosed is returned once Close was called.
var ErrClosed = errors.New("the journal is closed")

// Journal may be used by many goroutines, and its database by many processes.
type Journal struct {
	d       *dialect
	db      *sql.DB // the readers' connections
	file    string  // of SQLite
	writer  *writer
	lease   atomic.Pointer[Lease]
	release func() // closes what belongs to the dialect
	closing sync.Once

	mu      sync.Mutex
	stmts   map[string]*sql.Stmt
	changed chan struct{}
}

// Open opens the journal at url, a SQLite file's path (also sqlite:PATH) or a
// postgres:// URL, and brings its tables up to date. Its errors fit on one line
// and never hold a password.
func Open(ctx context.Context, url string) (*Journal, error) {
	j := &Journal{stmts: map[string]*sql.Stmt{}, changed: make(chan struct{}), release: func() {}}
	open := j.openSQLite
	if isPostgres(url) {
		open = j.openPostgres
	}
	if err := open(ctx, url); err != nil {
		return nil, err
	}
	return j, nil
}

// Close waits for the transaction under way; what still waits gets ErrClosed.
func (j *Journal) Close() (err error) {
	j.closing.Do(func() {
		if l := j.lease.Load(); l != nil {
			l.Release()
		}
		j.writer.close()
		j.release()
		err = j.db.Close()
	})
	return err
}

// Changed is closed once this process has committed something that gives the
// loops work; for appends, at Wake. Take it before reading, so that no append is
// missed.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// Wake tells the loops of what Append stored as seq. It is the caller's to call,
// once the answer is out: the loops would take the processor from whoever waits
// for that. Of those that were stored together only the last one wakes.
func (j *Journal) Wake(seq Seq) {
	if int64(seq) == j.writer.last.Load() {
		j.wake()
	}
}

func (j *Journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
}

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
