package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver"
)

// readers is how many connections read beside the writer's.
const readers = 4

// Memory for pages, in SQLite's unit: KiB, negative. The writer's holds the
// indexes of some 40,000 deliveries, which each delivery changes at random.
const (
	writerCache = "cache_size(-4000)"
	readerCache = "cache_size(-1000)"
)

// The write-ahead log is copied into the file after this much: in small steps,
// since each one's sync delays the commits beside it. Where no pause between
// deliveries lets it start over by itself, the writer pauses for that beyond so
// many pages (128 MB). Its file keeps its length: cutting it holds commits up.
const (
	checkpointBytes = 4 << 20
	restartPages    = 32768
)

func (j *Journal) openSQLite(ctx context.Context, name string) error {
	path := strings.TrimPrefix(name, "sqlite:")
	if path == "" || strings.Contains(path, "://") {
		scheme, _, _ := strings.Cut(name, "://") // what follows may hold a password
		return fmt.Errorf("open journal %q: give a file's path, or postgres://…", scheme)
	}
	if err := j.openFile(ctx, path); err != nil {
		var pathError *os.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		return fmt.Errorf("open journal %s: %w", path, plain(err))
	}
	return nil
}

func (j *Journal) openFile(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	// Made here, these belong to their owner alone; the log gets the mode of the
	// first (source's modeof).
	if err := touch(path); err != nil {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil { // SQLite's other files stand beside the file itself
		return err
	}
	if err := touch(path + "-shm"); err != nil {
		return err
	}
	j.d, j.file = sqlite, path
	write, err := sql.Open("sqlite3", source(path, writerCache))
	if err != nil {
		return err
	}
	if err := migrate(ctx, write, sqlite); err != nil {
		write.Close()
		return err
	}
	if j.db, err = sql.Open("sqlite3", source(path, "query_only(1)", readerCache)); err != nil {
		write.Close()
		return err
	}
	j.db.SetMaxOpenConns(readers)
	j.db.SetMaxIdleConns(readers)
	j.serveSQLite(write)
	if err := j.look(ctx); err != nil {
		j.Close()
		return err
	}
	return nil
}

func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// look reads what all else hangs on, so that a damaged file is told of now. A
// check of the whole file would take minutes on a long journal.
func (j *Journal) look(ctx context.Context) error {
	head, err := j.Head(ctx)
	if err == nil {
		_, _, err = j.Entry(ctx, head)
	}
	if err == nil {
		_, err = j.Places(ctx)
	}
	return err
}

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
	j.release = func() {
		close(due)
		wait.Wait()
		write.Close()
	}
}

// checkpoint copies the write-ahead log into the file beside the writer, which
// goes on. Only a log grown long is caught up with while the writer pauses, so
// that the next commit starts it over. An error leaves the log longer, no more.
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

// source names a file to the driver; no character of its path means anything.
//
// What a page no longer holds is overwritten while it is written anyway: else a
// row that moved to another page would leave a copy that Forget cannot reach.
func source(path string, pragmas ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/… on Windows
	}
	query := url.Values{
		"vfs":    {gathering},
		"modeof": {path},
		"_pragma": append([]string{
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(0)",
			"secure_delete(FAST)",
		}, pragmas...),
	}
	// SQLite does not read + as a space.
	file := url.URL{Scheme: "file", Path: path, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}
	return file.String()
}

// plain says in words what SQLite says in codes.
func plain(err error) error {
	var code sqlite3.ErrorCode
	if !errors.As(err, &code) {
		return err
	}
	switch code {
	case sqlite3.NOTADB:
		return errors.New("not a SQLite file")
	case sqlite3.CORRUPT:
		return errors.New("the file is damaged: restore a backup, or move it away to start a new one")
	case sqlite3.READONLY:
		return errors.New("the file, or its folder, is read-only")
	case sqlite3.CANTOPEN:
		return errors.New("cannot write in its folder")
	case sqlite3.FULL:
		return errors.New("the disk is full")
	case sqlite3.BUSY:
		return errors.New("another process keeps it locked")
	}
	return err
}
