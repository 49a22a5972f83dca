package journal

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
)

// memory is a file in memory that counts how often it is written to.
type memory struct {
	vfs.File
	data   []byte
	writes int
	synced []byte // what a power cut would leave
	err    error
}

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	if m.writes++; m.err != nil {
		return 0, m.err
	}
	if missing := int(at) + len(b) - len(m.data); missing > 0 {
		m.data = append(m.data, make([]byte, missing)...)
	}
	return copy(m.data[at:], b), nil
}

func (m *memory) ReadAt(b []byte, at int64) (int, error) {
	return bytes.NewReader(m.data).ReadAt(b, at)
}

func (m *memory) Truncate(size int64) error {
	m.data = m.data[:size]
	return nil
}

func (m *memory) Size() (int64, error) { return int64(len(m.data)), nil }

func (m *memory) Sync(vfs.SyncFlag) error {
	m.synced = bytes.Clone(m.data)
	return nil
}

// TestWALBufferIsLikeAFile does the same at random to a buffered log and to a
// plain file: each read finds the same, and so does who looks after a sync.
func TestWALBufferIsLikeAFile(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		plain, file := &memory{}, &memory{}
		log := &walBuffer{File: file}
		var head int64
		for range 300 {
			size := int64(len(plain.data))
			at := head // mostly the next one, as a log is written
			if r.IntN(4) == 0 {
				at = r.Int64N(size + 1)
			}
			switch r.IntN(20) {
			case 0:
				must(t, log.Sync(0))
				must(t, plain.Sync(0))
				if !bytes.Equal(file.synced, plain.synced) {
					t.Fatalf("seed %d: what was written is not what is synced", seed)
				}
			case 1:
				must(t, log.Truncate(at))
				must(t, plain.Truncate(at))
				head = at
			case 2:
				if got, err := log.Size(); err != nil || got != size {
					t.Fatalf("seed %d: size %d, %v; want %d", seed, got, err, size)
				}
			case 3, 4:
				got, want := make([]byte, r.IntN(50)), make([]byte, 50)
				want = want[:len(got)]
				n, gotErr := log.ReadAt(got, at)
				m, wantErr := plain.ReadAt(want, at)
				if n != m || !errors.Is(gotErr, wantErr) || !bytes.Equal(got, want) {
					t.Fatalf("seed %d: read %d bytes %q, %v at %d; want %d, %q, %v", seed, n, got, gotErr, at, m, want, wantErr)
				}
			default:
				b := bytes.Repeat([]byte{byte(r.Uint32())}, 1+r.IntN(30))
				_, err := log.WriteAt(b, at)
				must(t, err)
				_, err = plain.WriteAt(b, at)
				must(t, err)
				head = at + int64(len(b))
			}
		}
	}
}

func TestWALBufferWritesOnce(t *testing.T) {
	file := &memory{}
	log := &walBuffer{File: file}
	write := func(frames, size int) int {
		t.Helper()
		before := file.writes
		for range frames {
			_, err := log.WriteAt(make([]byte, size), log.end())
			must(t, err)
		}
		must(t, log.Sync(0))
		return file.writes - before
	}
	if got := write(160, 4120); got != 1 {
		t.Errorf("%d writes for a transaction of 160 pages, want 1", got)
	}
	if got := write(512, 4120); got != 3 {
		t.Errorf("%d writes for one of 2 MB, want 3 of at most 1 MiB", got)
	}
}

// TestUnsyncedCommitIsRead by other connections at once.
func TestUnsyncedCommitIsRead(t *testing.T) {
	j := openFile(t)
	for i := range 100 {
		id := fmt.Sprint("order ", i)
		must(t, j.Book(t.Context(), Booking{Orders: []string{id}, Change: func(all map[string]*Account) { all[id].Order.ID = id }}))
		if got, err := j.Orders(t.Context(), []string{id}); err != nil || len(got) != 1 {
			t.Fatalf("%s: read %v, %v; want the order", id, got, err)
		}
		if _, _, err := j.Append(t.Context(), entry(id, "s", "o")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUnsyncedCommitIsInTheFiles: a transaction that outgrew the cache wrote its
// pages early, and some again. After its commit a process that finds the files as
// they are, as after a crash, has all of it.
func TestUnsyncedCommitIsInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "live.db")
	db, err := sql.Open("sqlite3", source(path, "cache_size(10)", "synchronous(NORMAL)"))
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(query string, args ...any) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), query, args...)
		must(t, err)
	}
	exec(`CREATE TABLE pages (id INTEGER PRIMARY KEY, body BLOB)`)
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 20 {
		exec(`BEGIN IMMEDIATE`)
		for range r.IntN(200) {
			exec(`INSERT OR REPLACE INTO pages VALUES (?, randomblob(3000))`, r.IntN(60))
		}
		exec(`INSERT OR REPLACE INTO pages VALUES (1000, ?)`, round)
		exec(`COMMIT`)
		if got := afterCrash(t, path); got != fmt.Sprint("ok ", round) {
			t.Fatalf("after commit %d the files hold %q", round, got)
		}
	}
}

// afterCrash copies a database's files and says whether the copy is sound, and
// its last round.
func afterCrash(t *testing.T, path string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		must(t, err)
		must(t, os.WriteFile(copied+suffix, data, 0o600))
	}
	db, err := sql.Open("sqlite3", source(copied))
	must(t, err)
	defer db.Close()
	var state, round string
	must(t, db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&state))
	must(t, db.QueryRowContext(t.Context(), `SELECT body FROM pages WHERE id = 1000`).Scan(&round))
	return state + " " + round
}

// TestWALBufferTellsErrors: a sync must not succeed over a failed write, and
// what failed is not tried again behind SQLite's back.
func TestWALBufferTellsErrors(t *testing.T) {
	file := &memory{err: io.ErrShortWrite}
	log := &walBuffer{File: file}
	_, err := log.WriteAt([]byte("frame"), 0)
	must(t, err)
	if err := log.Sync(0); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("sync: %v, want the write's error", err)
	}
	file.err = nil
	must(t, log.Sync(0))
	if len(file.data) != 0 {
		t.Errorf("%q was written after all", file.data)
	}
}

// fullFS is a disk without room for the log.
type fullFS struct{ vfs.VFSFilename }

func (fs fullFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := fs.VFSFilename.OpenFilename(name, flags)
	if log, ok := f.(*walBuffer); ok {
		log.File = full{log.File}
	}
	return f, flags, err
}

type full struct{ vfs.File }

func (full) WriteAt([]byte, int64) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "polarbell.db-wal", Err: syscall.ENOSPC}
}

// TestFullDiskIsNamed: to SQLite a failed write alone is any trouble of the disk.
func TestFullDiskIsNamed(t *testing.T) {
	vfs.Register("full", fullFS{vfs.Find(walBufferVFS).(vfs.VFSFilename)})
	defer vfs.Unregister("full")
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "full.db")+"?vfs=full&_pragma=journal_mode(WAL)")
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `CREATE TABLE entries (seq INTEGER)`)
	if err = readable(err); err == nil || err.Error() != "the disk is full" {
		t.Errorf("got %v, want that the disk is full", err)
	}
}
