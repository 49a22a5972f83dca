package journal

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"
)

// Releases by the newest migration that they know.
const (
	firstRelease  = "00001"
	releaseBefore = "00004"
)

// migrationsOf are the migrations as a release knows them.
func migrationsOf(t testing.TB, release string, db *sql.DB, d *dialect) *goose.Provider {
	t.Helper()
	all, err := fs.ReadDir(migrations, d.migrations)
	must(t, err)
	files := fstest.MapFS{}
	for _, file := range all {
		text, err := fs.ReadFile(migrations, d.migrations+"/"+file.Name())
		must(t, err)
		if file.Name()[:len(release)] <= release {
			files[file.Name()] = &fstest.MapFile{Data: text}
		}
	}
	p, err := goose.NewProvider(d.goose, db, files, goose.WithTableName(d.versions))
	must(t, err)
	return p
}

// before makes a database as a release does.
func before(t testing.TB, release string, d *dialect) (url string, db *sql.DB) {
	t.Helper()
	var err error
	if d == sqlite {
		url = filepath.Join(t.TempDir(), "polarbell.db")
		db, err = sql.Open("sqlite3", source(url))
	} else {
		url = bareDatabaseURL(t)
		db, err = sql.Open("pgx", url)
	}
	must(t, err)
	t.Cleanup(func() { db.Close() })
	must(t, d.schema(t.Context(), db))
	must(t, up(t.Context(), migrationsOf(t, release, db, d)))
	return url, db
}

func eachBefore(t *testing.T, release string, f func(t *testing.T, url string, db *sql.DB, d *dialect)) {
	for name, d := range map[string]*dialect{"sqlite": sqlite, "postgres": postgres} {
		t.Run(name, func(t *testing.T) {
			url, db := before(t, release, d)
			f(t, url, db, d)
		})
	}
}

func TestMigration(t *testing.T) {
	eachBefore(t, firstRelease, func(t *testing.T, url string, db *sql.DB, d *dialect) {
		for _, statement := range []string{
			`INSERT INTO polarbell.cards (destination, subject, message, slot, line, posted, born, shown, told, owed) VALUES
				('sales', 'a', 'm1', 0, FALSE, 1000000, 1, 2, 3, 3), ('sales', 'b', 'm1', 1, FALSE, 1000000, 2, 2, 2, NULL),
				('sales', 'a', 'm2', 0, TRUE, 2000000, 3, 3, 3, NULL), ('hook', 'a', NULL, 0, FALSE, 3000000, 3, 3, 4, 4),
				('hook', 'a', NULL, 0, FALSE, 3000000, 3, 3, 4, 4)`, // a settlement that was tried again
			`INSERT INTO polarbell.again (destination, subject, seq) VALUES ('sales', 'b', 2), ('hook', 'b', 2)`,
			`INSERT INTO polarbell.refused (destination, subject, seq, headline, reason, at) VALUES
				('sales', 'c', 4, 'C', 'too long', 4000000)`,
			`INSERT INTO polarbell.destinations (name, cursor) VALUES ('sales', 4)`,
			`UPDATE polarbell.head SET last = 4`,
		} {
			_, err := db.Exec(d.sql(statement))
			must(t, err)
		}
		j := open(t, url)
		records, err := j.Records(t.Context(), []string{"a", "b", "c"})
		must(t, err)
		at := func(s int64) time.Time { return time.Unix(s, 0).UTC() }
		want := map[SubjectAt]Record{
			{"sales", "a"}: {Messages: []Message{
				{ID: 1, Destination: "sales", Subject: "a", Ref: "m1", Posted: at(1), Newest: 1, Due: at(1)},
				{ID: 3, Destination: "sales", Subject: "a", Ref: "m2", Kind: "line", Posted: at(2), Newest: 3},
			}},
			{"sales", "b"}: {
				Messages: []Message{{ID: 2, Destination: "sales", Subject: "b", Ref: "m1", Position: 1, Posted: at(1), Newest: 2}},
				Replays:  []Replay{{ID: 1, Destination: "sales", Subject: "b", Seq: 2}},
			},
			{"sales", "c"}: {DeadLetters: []DeadLetter{
				{Destination: "sales", Subject: "c", Seq: 4, Headline: "C", Reason: "too long", At: at(4)},
			}},
			{"hook", "a"}: {Messages: []Message{{ID: 4, Destination: "hook", Subject: "a", Posted: at(3), Newest: 3}}},
			{"hook", "b"}: {Replays: []Replay{{ID: 2, Destination: "hook", Subject: "b", Seq: 2}}},
		}
		for _, r := range records {
			for i := range r.Replays {
				r.Replays[i].Requested = time.Time{} // just now
			}
		}
		if fmt.Sprint(records) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", records, want)
		}
		// What was requested just now is not old.
		if _, err := j.Prune(t.Context(), time.Now().Add(-time.Hour), nil, 10, nil); err != nil || len(pending(t, j, "sales")) != 1 {
			t.Errorf("after a step of retention: replays %v, %v; want one", pending(t, j, "sales"), err)
		}
		if d, err := j.Destination(t.Context(), "sales"); err != nil || d.Cursor != 4 {
			t.Errorf("cursor %d, %v; want 4", d.Cursor, err)
		}
		add(t, j, entry("1", "s", "o"))
	})
}

// TestReleaseBeforeOpensTheJournal: its check of the version passes, and its
// statements work, so going back is possible. What it stored meanwhile is there
// afterwards.
func TestReleaseBeforeOpensTheJournal(t *testing.T) {
	eachBefore(t, releaseBefore, func(t *testing.T, url string, db *sql.DB, d *dialect) {
		store := func(seq int) {
			t.Helper()
			_, err := db.Exec(d.sql(`INSERT INTO polarbell.entries (seq, id, type, subject, object, brief, at, received, body)
				VALUES ($1, $2, 'order.paid', 's', 'o', '', 1, 1, '{}')`), seq, fmt.Sprint(seq))
			must(t, err)
			_, err = db.Exec(d.sql(`UPDATE polarbell.head SET last = $1`), seq)
			must(t, err)
		}
		store(1)
		j := open(t, url)
		newer := entry("2", "s", "o")
		newer.APIVersion, newer.Organization = "2026-10", "nimbus"
		add(t, j, newer)
		must(t, j.Close())
		must(t, up(t.Context(), migrationsOf(t, releaseBefore, db, d)))
		store(3)
		j = open(t, url)
		for seq, want := range map[Seq][2]string{1: {}, 2: {"2026-10", "nimbus"}, 3: {}} {
			e, ok, err := j.Entry(t.Context(), seq)
			if got := [2]string{e.APIVersion, e.Organization}; !ok || err != nil || got != want {
				t.Errorf("entry %d: got version and organization %q, %v, %v; want %q", seq, got, ok, err, want)
			}
		}
	})
}

// BenchmarkMigration opens a journal of the release before with 200,000 cards.
func BenchmarkMigration(b *testing.B) {
	for name, d := range map[string]*dialect{"sqlite": sqlite, "postgres": postgres} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				url, db := before(b, firstRelease, d)
				_, err := db.Exec(d.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
					INSERT INTO polarbell.cards (destination, subject, message, slot, line, posted, born, shown, told)
					SELECT 'sales', 'checkout:00000000-0000-4000-8000-' || (100000000000 + i), '1757000000.' || i, 0, FALSE, i, i, i, i FROM n`))
				must(b, err)
				must(b, db.Close())
				b.StartTimer()
				open(b, url)
			}
		})
	}
}
