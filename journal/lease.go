package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
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

// ErrLost is returned to a process that settles though its lease is over.
var ErrLost = errors.New("the lease is lost: another process delivers")

// Lease is the right to deliver, for one process of all that share a journal.
// On SQLite it is a locked file, and lasts as long as the process. On Postgres
// it is a row that is renewed while the process runs.
type Lease struct {
	file *os.File // SQLite
	db   *Journal // Postgres
	term int64    // counts the holders

	mu      sync.Mutex
	renewed time.Time // taken before the request that renewed it
	over    bool
	done    chan struct{}
	stop    context.CancelFunc
	stopped chan struct{}
}

// Lead waits until this process may deliver. From then on Settle, Park,
// Trouble and Expire fail with ErrLost whenever the lease is over.
func (j *Journal) Lead(ctx context.Context) (*Lease, error) {
	try := j.tryPostgres
	if j.d == sqlite {
		try = j.tryFile
	}
	for {
		l, err := try(ctx)
		if err != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("journal: lease: %w", err)
		}
		if l != nil {
			j.lease.Store(l)
			return l, nil
		}
		select {
		case <-time.After(leaseRetry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryFile returns nil where another process has the lock. The file is one of
// its own: SQLite's locks on the journal would end with any close of it.
func (j *Journal) tryFile(context.Context) (*Lease, error) {
	f, err := os.OpenFile(j.file+"-lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	locked, err := lockFile(f)
	if !locked {
		f.Close()
		return nil, err
	}
	return &Lease{file: f, done: make(chan struct{})}, nil
}

// tryPostgres returns nil where another process has the lease.
func (j *Journal) tryPostgres(ctx context.Context) (*Lease, error) {
	host, _ := os.Hostname()
	l := &Lease{db: j, renewed: time.Now(), done: make(chan struct{}), stopped: make(chan struct{})}
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

// renew goes on through errors and past the lease's end: as long as nobody
// else has taken it, it is still this process's.
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
		now := time.Now()
		n, err := l.extend(ctx, leaseTime)
		if err != nil {
			continue
		}
		if n == 0 {
			l.end()
			return
		}
		l.mu.Lock()
		l.renewed = now
		l.mu.Unlock()
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

// Valid says whether the lease lasts for d from now. It goes by the monotonic
// clock, and by the wall clock where that is ahead: the other one stands still
// while a machine sleeps.
func (l *Lease) Valid(d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || l.file != nil {
		return !l.over
	}
	now := time.Now()
	age := max(now.Sub(l.renewed), now.Round(0).Sub(l.renewed.Round(0)))
	return age+d < leaseTime
}

// Done is closed once the lease is released, or taken by another process.
func (l *Lease) Done() <-chan struct{} { return l.done }

func (l *Lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.over = true
		close(l.done)
	}
}

// Release gives the lease up, so that another process takes over at once.
func (l *Lease) Release() {
	l.mu.Lock()
	over := l.over
	l.mu.Unlock()
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

// fence fails a settlement whose process delivers no longer. On Postgres the
// row stays locked until the commit, so a new holder waits for it and then
// sees what was settled.
func (l *Lease) fence(ctx context.Context, s *session) error {
	l.mu.Lock()
	over := l.over
	l.mu.Unlock()
	if over {
		return ErrLost
	}
	if l.file != nil {
		return nil
	}
	var term int64
	if err := s.each(ctx, `SELECT term FROM polarbell.lease WHERE id = 1 FOR UPDATE`, nil, &term); err != nil {
		return err
	}
	if term != l.term {
		l.end()
		return ErrLost
	}
	return nil
}
