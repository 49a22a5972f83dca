//go:build unix

package journal

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

func TestOpenPostgresSaysWhatIsWrong(t *testing.T) {
	at := databaseURL(t)
	for _, c := range []struct{ name, url, want string }{
		{"a pooler's parameter", at + "&pgbouncer=true", `"pgbouncer": remove it from the URL`},
		{"no such database", strings.Replace(at, "/polarbell_", "/other_", 1), "does not exist: correct DATABASE_URL"},
		{"no URL", "postgres://u:secret@host:port/x", "port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.url)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\t") ||
				strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v; want one line with %s", err, c.want)
			}
		})
	}
}

func TestPostgresRestarts(t *testing.T) {
	if testServer.dir == "" {
		t.Skip("no Postgres of our own to restart")
	}
	j := open(t, databaseURL(t))
	must(t, j.Register(t.Context(), "sales"))
	add(t, j, entry("1", "s", "o"))
	settle(t, j, Settlement{Destination: "sales", Cursor: 1, Posted: []Message{message("m", 0, "s", 1)}})
	testServer.stop()
	if _, _, err := j.Append(t.Context(), entry("2", "s", "o")); err == nil {
		t.Error("appended without a server")
	}
	must(t, testServer.start())
	if got := add(t, j, entry("2", "s", "o")); got != 2 {
		t.Errorf("number %d after the restart, want 2", got)
	}
	if d, err := j.Destination(t.Context(), "sales"); err != nil || d.Cursor != 1 {
		t.Errorf("cursor %d, %v; want 1", d.Cursor, err)
	}
	if cards, err := j.Message(t.Context(), "sales", "m"); err != nil || len(cards) != 1 {
		t.Errorf("cards %v, %v; want one", cards, err)
	}
}

// TestNumbersAppearInOrder holds a transaction of one replica open: what
// another one appends meanwhile has to wait, or a reader that sees it would
// step over the number still to appear.
func TestNumbersAppearInOrder(t *testing.T) {
	at := databaseURL(t)
	slow, fast := open(t, at), open(t, at)
	_, release := hold(t, slow, "slow")
	appended := make(chan Seq)
	go func() {
		seq, _, _ := fast.Append(t.Context(), entry("fast", "s", "o"))
		appended <- seq
	}()
	for waiting := 0; waiting == 0; {
		select {
		case seq := <-appended:
			t.Fatalf("appended as %d beside an open transaction", seq)
		default:
			must(t, slow.db.QueryRow(`SELECT COUNT(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting))
		}
	}
	release()
	if seq := <-appended; seq != 2 {
		t.Errorf("got number %d, want 2", seq)
	}
}

// TestEmptyTablesPlanIsNotKept appends to tables that begin empty, as a burst on
// a new database does: no append may read all that came before it.
func TestEmptyTablesPlanIsNotKept(t *testing.T) {
	at := bareDatabaseURL(t)
	j := open(t, at)
	const n = 300
	for i := range n {
		add(t, j, entry(fmt.Sprint("msg_", i), "s", "o"))
	}
	must(t, j.Close()) // its sessions report what they did as they end
	db, err := sql.Open("pgx", at)
	must(t, err)
	defer db.Close()
	for read, found := 0, 0; found < n; {
		must(t, db.QueryRow(`SELECT seq_tup_read, idx_scan FROM pg_stat_user_tables
			WHERE schemaname = 'polarbell' AND relname = 'entries'`).Scan(&read, &found))
		if read > n {
			t.Fatalf("%d appends read %d rows", n, read)
		}
	}
}
