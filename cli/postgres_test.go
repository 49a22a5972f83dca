//go:build unix

package cli_test

import (
	"database/sql"
	"testing"
	"time"

	"polarbell/internal/pgtest"
)

// newPostgres starts a server for one test.
func newPostgres(t *testing.T) *pgtest.Server {
	t.Helper()
	// A socket's path must be short, and little memory makes processes cheap.
	s, err := pgtest.Start("/tmp", "fsync=off", "full_page_writes=off", "shared_buffers=8MB", "autovacuum=off")
	pgtest.Skip(t, err)
	t.Cleanup(s.Remove)
	return s
}

// lease returns which holder has the lease, counted, and for how much longer,
// by the server's own clock.
func lease(t *testing.T, database string) (term int64, left time.Duration) {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var us int64
	if err := db.QueryRow(`SELECT term, until - CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)
		FROM polarbell.lease`).Scan(&term, &us); err != nil {
		t.Fatal(err)
	}
	return term, time.Duration(us) * time.Microsecond
}
