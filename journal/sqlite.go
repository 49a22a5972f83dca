package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

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

func (j *Journal) openSQLite(ctx context.Context, name string) error {
	path := strings.TrimPrefix(name, "sqlite:")
	if path == "" || strings.Contains(path, "://") {
		scheme, _, _ := strings.Cut(name, "://") // what follows may hold a password
		return fmt.Errorf("open journal %q: give a file's path, or postgres://…", scheme)
	}
	if err := j.openFile(ctx, path); err != nil {
		return CannotOpen(path, err)
	}
	return nil
}

// CannotOpen is the error of a journal in a SQLite file, in words.
func CannotOpen(path string, err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open journal %s: the folder %s does not exist: make it, or correct DATABASE_URL", path, filepath.Dir(path))
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("open journal %s: permission denied: the file, those beside it and its folder must belong to the user who runs the bridge", path)
	case isFolder(path):
		return fmt.Errorf("open journal %s: this is a folder: write a file in it, DATABASE_URL='%s'", path, filepath.Join(path, "polarbell.db"))
	}
	return fmt.Errorf("open journal %s: %w", path, readable(err))
}

func isFolder(path string) bool {
	f, err := os.Stat(path)
	return err == nil && f.IsDir()
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
	if err := checkHeader(path); err != nil {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil { // SQLite's other files are beside the file itself
		return err
	}
	if err := touch(path + "-shm"); err != nil {
		return err
	}
	j.d, j.file, j.place = sqlite, path, path
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
	j.reads = &statements{on: j.db, d: sqlite}
	j.db.SetMaxOpenConns(readers)
	j.db.SetMaxIdleConns(readers)
	j.serveSQLite(write)
	if err := j.probe(ctx); err != nil {
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

// checkHeader refuses a file that is neither empty nor a database, before SQLite
// makes files of its own beside it (https://sqlite.org/fileformat.html).
func checkHeader(path string) error {
	const magic = "SQLite format 3\x00"
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	header, err := io.ReadAll(io.LimitReader(f, int64(len(magic))))
	if err == nil && len(header) > 0 && string(header) != magic {
		err = sqlite3.NOTADB
	}
	return err
}

// probe reads the tables that everything needs, so that damage is found at the
// start. A check of the whole file would take minutes on a long journal.
func (j *Journal) probe(ctx context.Context) error {
	head, err := j.Head(ctx)
	if err == nil {
		_, _, err = j.Entry(ctx, head)
	}
	if err == nil {
		_, err = j.Destinations(ctx)
	}
	return err
}

// source builds the driver's name of a file; its path is escaped.
//
// secure_delete(FAST) overwrites what a page no longer holds when the page is
// written anyway: else a row that moved to another page would leave a copy that
// Forget cannot reach.
func source(path string, pragmas ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/… on Windows
	}
	query := url.Values{
		"vfs":    {walBufferVFS},
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

var errLocked = errors.New("another process keeps it locked")

// readable puts SQLite's codes into words.
func readable(err error) error {
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
		return errLocked
	}
	return err
}
