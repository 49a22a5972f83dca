package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// The write-ahead log is copied into the file after checkpointBytes: in small
// steps, since each one's sync delays the commits beside it. Under constant load
// SQLite never restarts the log; above restartPages (128 MB) the writer pauses
// once so that it can. The log's file keeps its length: cutting it delays
// commits.
const (
	checkpointBytes = 4 << 20
	restartPages    = 32768
)

func (j *Journal) serveSQLite(write *sql.DB) {
	due := make(chan struct{}, 1)
	var written int
	j.writer = newWriter(write, sqlite, j.wake, func(bytes int) {
		if written += bytes; written < checkpointBytes {
			return
		}
		select {
		case due <- struct{}{}:
			written = 0
		default: // one is under way
		}
	})
	var wait sync.WaitGroup
	wait.Go(func() {
		for range due {
			j.checkpoint()
		}
	})
	j.closeDialect = func() (err error) {
		close(due)
		wait.Wait()
		if j.lease.Load() != nil { // a command leaves the log to the bridge
			err = emptyLog(write)
		}
		write.Close()
		return err
	}
}

// ErrLogRemains is returned by Close if another program reads the file.
var ErrLogRemains = errors.New("another program has the journal open, so the newest deliveries stay in the file beside it, whose name ends in -wal: whoever copies or moves the journal takes that along")

// emptyTimeout is how long a stop waits for other programs.
const emptyTimeout = time.Second

// emptyLog copies all of the write-ahead log into the file. SQLite does it by
// itself when the last program closes the file, but not before.
func emptyLog(write *sql.DB) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*emptyTimeout)
	defer cancel()
	conn, err := write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, emptyTimeout.Milliseconds())); err != nil {
		return err
	}
	var busy, pages, copied int
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied)
	if err == nil && busy != 0 || errors.Is(readable(err), errLocked) {
		return ErrLogRemains
	}
	return readable(err)
}

// checkpoint copies the write-ahead log into the file while the writer goes on.
// For a log that has grown long the writer pauses, so that the next commit
// restarts the log. After an error the log is longer, nothing else.
func (j *Journal) checkpoint() {
	if pages, err := j.copyLog(); err != nil || pages < restartPages {
		return
	}
	j.writer.commit.Lock()
	defer j.writer.commit.Unlock()
	j.copyLog()
}

func (j *Journal) copyLog() (pages int, err error) {
	var busy, copied int
	err = j.db.QueryRow(`PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied)
	return pages, err
}
