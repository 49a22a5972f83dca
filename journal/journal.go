// Package journal is the durable log of deliveries: what came in, how far each
// destination has read, and where its messages are. It is a log with one cursor
// per destination, not a queue, in a SQLite file or in Postgres. It knows
// deliveries, destinations and messages; it does not know Polar, nor what a
// message says.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrClosed is returned after Close was called.
var ErrClosed = errors.New("the journal is closed")

// Journal may be used by many goroutines, and its database by many processes.
type Journal struct {
	d            *dialect
	db           *sql.DB // the readers' connections
	reads        *statements
	file         string // of SQLite
	place        string // where it is, for people: without a password
	writer       *writer
	lease        atomic.Pointer[Lease]
	closeDialect func() error // closes what only one dialect has
	closing      sync.Once
	prunedTo     atomic.Int64 // where the next Prune goes on; see prunable

	mu      sync.Mutex
	changed chan struct{}
}

// Open opens the journal at url, a SQLite file's path (also sqlite:PATH) or a
// postgres:// URL, and brings its tables up to date. Its errors fit on one line
// and never hold a password.
func Open(ctx context.Context, url string) (*Journal, error) {
	j := &Journal{changed: make(chan struct{}), closeDialect: func() error { return nil }}
	open := j.openSQLite
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		open = j.openPostgres
	}
	if err := open(ctx, url); err != nil {
		return nil, err
	}
	return j, nil
}

// Place is where the journal is, without a password.
func (j *Journal) Place() string { return j.place }

// Close waits for the transaction under way; what still waits gets ErrClosed. It
// returns ErrLogRemains if this process delivered and the file of SQLite alone
// is not complete.
func (j *Journal) Close() (err error) {
	j.closing.Do(func() {
		if l := j.lease.Load(); l != nil {
			l.Release()
		}
		j.writer.close()
		err = errors.Join(j.closeDialect(), j.db.Close())
	})
	return err
}

// Changed returns a channel that is closed when this process has committed
// something that gives the loops work; an append counts at its Wake. Take the
// channel before reading, so that no append is missed.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// Wake notifies the loops that Append stored seq. Call it after answering, so
// that delivery does not delay the answer. Of entries that were stored in one
// transaction only the last one wakes.
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

// Size returns how many bytes the journal takes on disk.
func (j *Journal) Size(ctx context.Context) (int64, error) {
	n, _, err := first(read(ctx, j, scalar[int64], j.d.size))
	return n, err
}

// Writable proves with a commit that the journal takes deliveries. The value
// must be a new one: SQLite does not write a page that stays the same.
func (j *Journal) Writable(ctx context.Context) error {
	return j.run(ctx, do(`UPDATE polarbell.head SET probed = $1 WHERE id = 1`, time.Now().UnixNano()))
}

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant scans a stored time. NULL is the zero time.
type instant time.Time

func (t *instant) Scan(stored any) error {
	var us sql.NullInt64
	err := us.Scan(stored)
	*t = instant{}
	if us.Int64 != 0 {
		*t = instant(time.UnixMicro(us.Int64).UTC())
	}
	return err
}
