package journal

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// elsewhere opens the journal's file as another program does.
func elsewhere(t *testing.T, path string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	must(t, err)
	conn, err := db.Conn(t.Context())
	must(t, err)
	t.Cleanup(func() {
		conn.Close()
		db.Close()
	})
	return conn
}

// TestFileIsCompleteAfterAStop, or the stop says that it is not.
func TestFileIsCompleteAfterAStop(t *testing.T) {
	for _, tt := range []struct {
		name  string
		other string // what another program does; "" for none
		want  error
		kept  Seq
	}{
		{"alone", "", nil, 3},
		{"another program has it open", `SELECT 1`, nil, 3},
		{"another program reads it", `BEGIN; SELECT * FROM entries`, ErrLogRemains, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := openFile(t)
			path := j.file
			_, err := j.AcquireLease(t.Context(), func() {})
			must(t, err)
			if tt.other != "" {
				conn := elsewhere(t, path)
				_, err := conn.ExecContext(t.Context(), tt.other)
				must(t, err)
			}
			for _, id := range []string{"a", "b", "c"} {
				add(t, j, entry(id, "s", "o"))
			}
			began := time.Now()
			if err := j.Close(); !errors.Is(err, tt.want) {
				t.Errorf("Close returns %v, want %v", err, tt.want)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("Close took %s, want a second or so", took)
			}
			if tt.want != nil {
				return
			}
			body, err := os.ReadFile(path)
			must(t, err)
			alone := filepath.Join(t.TempDir(), "alone.db")
			must(t, os.WriteFile(alone, body, 0o600))
			if head, err := open(t, alone).Head(t.Context()); err != nil || head != tt.kept {
				t.Errorf("the file alone has %d entries, %v; want %d", head, err, tt.kept)
			}
		})
	}
}

// TestLockedIsSaidInWords also to those who do not wait as long as SQLite does.
func TestLockedIsSaidInWords(t *testing.T) {
	j := openFile(t)
	_, err := elsewhere(t, j.file).ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err = j.Writable(ctx)
	if err == nil || !strings.Contains(err.Error(), "another process keeps it locked") || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that another process keeps it locked, and the deadline", err)
	}
}
