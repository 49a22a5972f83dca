// Package journaltest makes journals for the tests of other packages, faster than
// they could: each one copies a file that has its tables already, and is in memory
// where the machine has room there. No part of the bridge imports it.
package journaltest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"polarbell/journal"
)

// New returns the path of a new journal, which is removed when the test ends. A
// test that uses a synctest bubble calls it outside.
func New(t testing.TB) string {
	t.Helper()
	content, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder(t), "journal.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// empty is the file of a journal that has nothing but its tables.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "polarbell")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "journal.db")
	j, err := journal.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := j.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// folder is in memory, where a sync takes no time, if there is room.
func folder(t testing.TB) string {
	t.Helper()
	const memory, room = "/dev/shm", 1 << 30 // a container may have 64 MB
	if free(memory) < room {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "polarbell")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
