package journal

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBackup(t *testing.T) {
	j := openFile(t)
	add(t, j, entry("1", "s", "o"))
	file := filepath.Join(t.TempDir(), "it's a copy.db")
	must(t, j.Backup(t.Context(), file))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v; want mode 0600", info, err)
	}
	if err := j.Backup(t.Context(), file); err == nil {
		t.Error("a second backup wrote over the first")
	}
	if err := j.Backup(t.Context(), j.file); err == nil {
		t.Error("a backup wrote over the journal")
	}
	add(t, j, entry("2", "s", "o"))
	if got := add(t, open(t, file), entry("3", "s", "o")); got != 2 {
		t.Errorf("the copy goes on with %d, want 2", got)
	}
}
