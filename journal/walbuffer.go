package journal

import (
	"encoding/binary"
	"errors"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// walBufferVFS names how SQLite reaches its files here: as it does by default,
// but what it appends to its write-ahead log is buffered and written at once.
// By default it writes each page by two system calls, which are a quarter of
// all that accepting a delivery costs.
const walBufferVFS = "polarbell"

// walBufferBytes is how much of a transaction waits in memory; more is written
// in several pieces.
const walBufferBytes = 1 << 20

func init() {
	vfs.Register(walBufferVFS, walBufferFS{vfs.Find("").(vfs.VFSFilename)})
}

type walBufferFS struct{ vfs.VFSFilename }

func (fs walBufferFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := fs.VFSFilename.OpenFilename(name, flags)
	if err != nil || flags&vfs.OPEN_WAL == 0 {
		return f, flags, err
	}
	return &walBuffer{File: f}, flags, nil
}

// walBuffer is the log as one connection writes it: pages, each behind a header.
// The buffer is written with the last page of a transaction, before which no other
// connection reads any of it. What changes an earlier page or header, as the last
// step of a long transaction does, is not buffered.
//
// A connection whose transaction failed must be closed. What it left in the buffer
// would be written by its next transaction, over what others have committed since.
type walBuffer struct {
	vfs.File
	buffer  []byte
	at      int64 // where the buffer begins in the file
	written int64 // the furthest end of what was written
	commits bool  // the page to come is a transaction's last one
}

func (l *walBuffer) WriteAt(p []byte, at int64) (int, error) {
	if at != l.end() || len(l.buffer)+len(p) > walBufferBytes {
		if err := l.flush(); err != nil {
			return 0, err
		}
		l.at = at
	}
	if at == 0 { // the log begins anew
		l.written = 0
	}
	l.buffer = append(l.buffer, p...)
	isLast := l.commits
	l.commits = isLastHeader(p)
	if isLast || at < l.written {
		return len(p), l.flush()
	}
	return len(p), nil
}

// isLastHeader holds for the header of a transaction's last page, which has the
// database's size in pages (https://sqlite.org/fileformat2.html#the_wal_file).
func isLastHeader(p []byte) bool {
	const headerBytes = 24
	return len(p) == headerBytes && binary.BigEndian.Uint32(p[4:]) > 0
}

func (l *walBuffer) end() int64 { return l.at + int64(len(l.buffer)) }

func (l *walBuffer) flush() error {
	if len(l.buffer) == 0 {
		return nil
	}
	_, err := l.File.WriteAt(l.buffer, l.at)
	l.buffer, l.at = l.buffer[:0], l.end()
	l.written = max(l.written, l.at)
	if errors.Is(err, syscall.ENOSPC) {
		err = vfs.SystemError(err, sqlite3.FULL)
	}
	return err
}

func (l *walBuffer) ReadAt(p []byte, at int64) (int, error) {
	if at < l.end() && at+int64(len(p)) > l.at {
		if err := l.flush(); err != nil {
			return 0, err
		}
	}
	return l.File.ReadAt(p, at)
}

func (l *walBuffer) Sync(flags vfs.SyncFlag) error {
	if err := l.flush(); err != nil {
		return err
	}
	return l.File.Sync(flags)
}

func (l *walBuffer) Truncate(size int64) error {
	if err := l.flush(); err != nil {
		return err
	}
	return l.File.Truncate(size)
}

func (l *walBuffer) Size() (int64, error) {
	if err := l.flush(); err != nil {
		return 0, err
	}
	return l.File.Size()
}
