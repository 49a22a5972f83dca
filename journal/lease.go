package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"
)

// A lease on Postgres ends this long after it was last renewed.
const (
	leaseTime  = 12 * time.Second
	leaseRenew = 3 * time.Second
	leaseRetry = time.Second
)

// serverClock is the server's time in microseconds: the replicas' own clocks differ.
const serverClock = `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`

// ErrLost is returned to a process that settles after its lease is over.
var ErrLost = errors.New("the lease is lost: another process delivers")

// Lease is the right to deliver, for one process of all that share a journal.
// On SQLite it is a locked file, and lasts as long as the process. On Postgres
// it is a row that is renewed while the process runs.
type Lease struct {
	file *os.File // SQLite
	db   *Journal // Postgres
	term int64    // counts the holders

	renewed atomic.Pointer[reading] // taken before the request that renewed it
	done    <-chan struct{}
	end     context.CancelFunc // closes done
	stop    context.CancelFunc // ends the renewals
	stopped chan struct{}
}

// AcquireLease waits until this process may deliver. From then on Settle and
// RecordFailure return ErrLost when the lease is over. standBy is called once if
// another process has the lease, not for one that asks a moment for it.
func (j *Journal) AcquireLease(ctx context.Context, standBy func()) (*Lease, error) {
	try := j.tryPostgres
	if j.d == sqlite {
		try = j.tryFile
	}
	for n := 1; ; n++ {
		l, err := try(ctx)
		if err != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("journal: lease: %w", err)
		}
		if l != nil {
			j.lease.Store(l)
			return l, nil
		}
		if n == 2 {
			standBy()
		}
		select {
		case <-time.After(leaseRetry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// IsDelivering reports whether some process has the lease: whether the bridge
// runs. It is for a process that does not deliver itself.
func (j *Journal) IsDelivering(ctx context.Context) (bool, error) {
	if j.d != sqlite {
		is, _, err := first(read(ctx, j, scalar[bool], `SELECT until > `+serverClock+` FROM polarbell.lease WHERE id = 1`))
		return is, err
	}
	if _, err := os.Stat(j.lockFile()); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	l, err := j.tryFile(ctx)
	if l == nil || err != nil {
		return err == nil, err
	}
	l.Release()
	return false, nil
}

func (j *Journal) lockFile() string { return j.file + "-lock" }

// tryFile returns nil if another process has the lock. The lock has a file of
// its own: closing the journal's file would end SQLite's locks on it.
func (j *Journal) tryFile(context.Context) (*Lease, error) {
	f, err := os.OpenFile(j.lockFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	locked, err := lockFile(f)
	if !locked {
		f.Close()
		return nil, err
	}
	over, end := context.WithCancel(context.Background())
	return &Lease{file: f, done: over.Done(), end: end}, nil
}

// tryPostgres returns nil if another process has the lease.
func (j *Journal) tryPostgres(ctx context.Context) (*Lease, error) {
	host, _ := os.Hostname()
	over, end := context.WithCancel(context.Background())
	l := &Lease{db: j, done: over.Done(), end: end, stopped: make(chan struct{})}
	l.renewed.Store(readClocks())
	ctx, cancel := context.WithTimeout(ctx, leaseRenew)
	defer cancel()
	if err := j.db.QueryRowContext(ctx, `UPDATE polarbell.lease SET holder = $1, term = term + 1,
		until = `+serverClock+` + $2 WHERE id = 1 AND until < `+serverClock+` RETURNING term`,
		fmt.Sprint(host, " ", os.Getpid()), leaseTime.Microseconds()).Scan(&l.term); errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	ctx, l.stop = context.WithCancel(context.Background())
	go l.renew(ctx)
	return l, nil
}

// renew goes on after errors and after the lease's end: until another process
// takes the lease, it is still this one's.
func (l *Lease) renew(ctx context.Context) {
	defer close(l.stopped)
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := readClocks()
		n, err := l.extend(ctx, leaseTime)
		if err != nil {
			continue
		}
		if n == 0 {
			l.end()
			return
		}
		l.renewed.Store(now)
	}
}

func (l *Lease) extend(ctx context.Context, by time.Duration) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseRenew)
	defer cancel()
	result, err := l.db.db.ExecContext(ctx, `UPDATE polarbell.lease SET until = `+serverClock+` + $2
		WHERE id = 1 AND term = $1`, l.term, by.Microseconds())
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Lease returns the lease that this process has, nil without one. It may have
// run out unnoticed: then nothing can be settled.
func (j *Journal) Lease() *Lease {
	if l := j.lease.Load(); l != nil && !l.over() {
		return l
	}
	return nil
}

// Valid reports whether the lease lasts for d from now.
func (l *Lease) Valid(d time.Duration) bool {
	return !l.over() && (l.file != nil || l.renewed.Load().age()+d < leaseTime)
}

// reading is one moment on both clocks. The monotonic clock is exact, but it
// stops while the machine sleeps; the wall clock does not.
type reading struct{ monotonic, wall time.Time }

func readClocks() *reading {
	now := time.Now()
	return &reading{monotonic: now, wall: now.Round(0)}
}

// age is the longer of the times that the two clocks show.
func (r reading) age() time.Duration {
	return max(time.Since(r.monotonic), time.Since(r.wall))
}

// Done is closed once the lease is released, or taken by another process.
func (l *Lease) Done() <-chan struct{} { return l.done }

func (l *Lease) over() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// Release ends the lease, so that another process takes over at once.
func (l *Lease) Release() {
	over := l.over()
	l.end()
	if l.file != nil {
		l.file.Close() // unlocks it
		return
	}
	l.stop()
	<-l.stopped
	if !over {
		l.extend(context.Background(), 0) // at worst it runs out
	}
}

// fence fails a settlement if another process has the lease. On Postgres the
// row stays locked until the commit, so a new holder waits for it and then
// sees what was settled.
func (l *Lease) fence(ctx context.Context, s *session) error {
	if l.over() {
		return ErrLost
	}
	if l.file != nil {
		return nil
	}
	term, _, err := first(collect(ctx, s.statements, scalar[int64],
		`SELECT term FROM polarbell.lease WHERE id = 1 FOR UPDATE`))
	if err != nil {
		return err
	}
	if term != l.term {
		l.end()
		return ErrLost
	}
	return nil
}
