package journal

import (
	"database/sql"
	"sync"
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
	j.closeDialect = func() {
		close(due)
		wait.Wait()
		write.Close()
	}
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
