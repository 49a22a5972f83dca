package admin_test

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"
)

// TestReadySaysThatTheJournalIsLocked by another process.
func TestReadySaysThatTheJournalIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	db, err := sql.Open("sqlite3", "file:"+w.path)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		conn.Close()
		db.Close()
	}()
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	const want = "another process keeps it locked"
	if status, text := w.get("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, want) {
		t.Errorf("/readyz answers %d %q, want 503 with %q", status, text, want)
	}
}
