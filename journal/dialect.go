package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// dialect is where SQLite and Postgres differ. All other statements serve
// both; they are written for Postgres, where the tables have a schema.
type dialect struct {
	goose      goose.Dialect
	migrations string // folder
	versions   string // goose's table
	schema     func(context.Context, *sql.DB) error
	prepares   bool // statements are prepared here rather than by the driver
	sql        func(query string) string
	txTimeout  time.Duration // of one transaction; 0: SQLite's always end

	begin  string
	relax  string // the following commits do not wait for the disk
	strict string // they do again
	size   string
	among  func(column, arg string) string // column is in a list given as one argument
	list   func(list any) any              // that argument
	texts  func(arg string) string         // that argument's texts, as a table of one column, value
	like   string                          // LIKE for both cases of a letter
	bytes  string                          // the type of bodies
	text   func(column string) string      // bytes as a text to search
	wipe   string                          // makes the following deletes overwrite the data on disk
	insert func(context.Context, *session, []*Entry) error
}

var sqlite = &dialect{
	goose: goose.DialectSQLite3, migrations: "migrations/sqlite", versions: "goose_db_version",
	schema:   func(context.Context, *sql.DB) error { return nil },
	prepares: true,
	// ?1, for $1 would be a name. SQLite plans a query with LIMIT ?1 anew each time
	// that it gets a value, which takes as long as running it.
	sql: strings.NewReplacer("polarbell.", "", "LIMIT $", "LIMIT 0 + ?", "$", "?").Replace,

	// Immediate: a transaction that starts by reading could not begin to write
	// once another process had.
	begin: `BEGIN IMMEDIATE`,
	relax: `PRAGMA synchronous = NORMAL`, strict: `PRAGMA synchronous = FULL`,
	size: `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`,
	among: func(column, arg string) string {
		return column + ` IN (SELECT value FROM json_each(` + arg + `))`
	},
	list: func(list any) any {
		text, _ := json.Marshal(list) // of strings or numbers: cannot fail
		return string(text)
	},
	texts: func(arg string) string { return `json_each(` + arg + `)` },
	like:  ` LIKE `, bytes: `BLOB`,
	text: func(column string) string { return `CAST(` + column + ` AS TEXT)` },
	wipe: `PRAGMA secure_delete = ON`,
	insert: func(ctx context.Context, s *session, entries []*Entry) error {
		for _, e := range entries {
			if err := s.exec(ctx, `INSERT INTO polarbell.entries
				(seq, id, type, subject, object, brief, api_version, organization, at, received, body)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				e.Seq, e.ID, e.Type, e.Subject, e.Object, e.State, e.APIVersion, e.Organization,
				micros(e.At), micros(e.Received), e.Body); err != nil {
				return err
			}
		}
		return nil
	},
}

var postgres = &dialect{
	goose: goose.DialectPostgres, migrations: "migrations/postgres", versions: "polarbell.goose_db_version",
	schema:    makeSchema,
	sql:       func(query string) string { return query },
	txTimeout: 8 * time.Second, // a server may never answer

	begin: `BEGIN`,
	relax: `SET synchronous_commit = off`, strict: `RESET synchronous_commit`,
	size: `SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'polarbell' AND c.relkind = 'r'`,
	among: func(column, arg string) string { return column + ` = ANY(` + arg + `)` },
	list:  func(list any) any { return list },
	texts: func(arg string) string { return `unnest(` + arg + `::text[]) AS value` },
	like:  ` ILIKE `, bytes: `BYTEA`,
	text: func(column string) string { return `ENCODE(` + column + `, 'escape')` },
	wipe: `SELECT 1`, // vacuum does it in time
	insert: func(ctx context.Context, s *session, entries []*Entry) error {
		n := len(entries)
		seqs, at, received := make([]int64, n), make([]int64, n), make([]int64, n)
		texts := [7][]string{}
		bodies := make([][]byte, n)
		for i, e := range entries {
			seqs[i], at[i], received[i], bodies[i] = int64(e.Seq), micros(e.At), micros(e.Received), e.Body
			for k, text := range []string{e.ID, e.Type, e.Subject, e.Object, e.State, e.APIVersion, e.Organization} {
				texts[k] = append(texts[k], text)
			}
		}
		return s.exec(ctx, `INSERT INTO polarbell.entries
			(seq, id, type, subject, object, brief, api_version, organization, at, received, body)
			SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
				$9::bigint[], $10::bigint[], $11::bytea[])`,
			seqs, texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], at, received, bodies)
	},
}

// tail is the part of an id, a subject or an object that the indexes of the
// entries hold.
func tail(key string) string { return `SUBSTR(` + key + `, LENGTH(` + key + `) - 11)` }

// is compares a key of the entries by its index.
func is(column, key string) string {
	return column + ` = ` + key + ` AND ` + tail(column) + ` = ` + tail(key)
}

// withTail finds a superset of the keys given as one argument.
func (d *dialect) withTail(column, arg string) string {
	return tail(column) + ` IN (SELECT ` + tail("value") + ` FROM ` + d.texts(arg) + `)`
}
