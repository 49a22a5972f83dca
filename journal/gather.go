package journal

import (
	"errors"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// gathering is how SQLite reaches its files here: as it does by default, but
// what it adds to its write-ahead log is written in one piece. By itself it
// writes each page by two system calls, which are a quarter of all that
// accepting a delivery costs.
const gathering = "polarbell"

// gatherBytes is how much of a transaction waits in memory; more is written in
// several pieces.
const gatherBytes = 1 << 20

func init() {
	vfs.Register(gathering, gatherFS{vfs.Find("").(vfs.VFSFilename)})
}

type gatherFS struct{ vfs.VFSFilename }

func (fs gatherFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := fs.VFSFilename.OpenFilename(name, flags)
	if err != nil || flags&vfs.OPEN_WAL == 0 {
		return f, flags, err
	}
	return &gatheredLog{File: f}, flags, nil
}

// gatheredLog is the log as one connection writes it. What waits in memory is
// written before it is synced, and no other connection looks at it earlier:
// with synchronous=FULL a transaction counts once its sync has returned.
type gatheredLog struct {
	vfs.File
	waiting []byte
	at      int64 // where waiting begins in the file
}

func (l *gatheredLog) WriteAt(p []byte, at int64) (int, error) {
	if at != l.end() || len(l.waiting)+len(p) > gatherBytes {
		if err := l.flush(); err != nil {
			return 0, err
		}
		l.at = at
	}
	l.waiting = append(l.waiting, p...)
	return len(p), nil
}

func (l *gatheredLog) end() int64 { return l.at + int64(len(l.waiting)) }

func (l *gatheredLog) flush() error {
	if len(l.waiting) == 0 {
		return nil
	}
	_, err := l.File.WriteAt(l.waiting, l.at)
	l.waiting, l.at = l.waiting[:0], l.end()
	if errors.Is(err, syscall.ENOSPC) {
		err = vfs.SystemError(err, sqlite3.FULL)
	}
	return err
}

func (l *gatheredLog) ReadAt(p []byte, at int64) (int, error) {
	if at < l.end() && at+int64(len(p)) > l.at {
		if err := l.flush(); err != nil {
			return 0, err
		}
	}
	return l.File.ReadAt(p, at)
}

func (l *gatheredLog) Sync(flags vfs.SyncFlag) error {
	if err := l.flush(); err != nil {
		return err
	}
	return l.File.Sync(flags)
}

func (l *gatheredLog) Truncate(size int64) error {
	if err := l.flush(); err != nil {
		return err
	}
	return l.File.Truncate(size)
}

func (l *gatheredLog) Size() (int64, error) {
	if err := l.flush(); err != nil {
		return 0, err
	}
	return l.File.Size()
}
