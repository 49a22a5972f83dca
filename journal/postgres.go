package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// connections is how many a process opens on Postgres: the writer's, the
// lease's, and the readers'.
const connections = 6

func (j *Journal) openPostgres(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("open journal: %w", connectError(err))
	}
	j.place = fmt.Sprintf("postgres://%s/%s", config.Host, config.Database)
	j.d, j.db = postgres, stdlib.OpenDB(*config, stdlib.OptionAfterConnect(setUp))
	j.reads = &statements{on: j.db, d: postgres}
	j.db.SetMaxOpenConns(connections)
	j.db.SetMaxIdleConns(connections)
	if err := migrate(ctx, j.db, postgres); err != nil {
		j.db.Close()
		return fmt.Errorf("open journal %s: %w", j.place, connectError(err))
	}
	j.writer = newWriter(j.db, postgres, j.wake, func(int) {})
	return nil
}

// settings are for each connection.
var settings = []string{
	// A replica that freezes in a transaction keeps its locks, for which all
	// others wait, as long as its connection is open.
	"idle_in_transaction_session_timeout = '4s'",
	// A plan prepared on an empty table reads all of it, and Postgres keeps the
	// plan until the next ANALYZE.
	"enable_seqscan = off",
	"jit = off",
	// A buyer waits while a body is compressed. Servers before 14 do not have it.
	"default_toast_compression = 'lz4'",
}

// setUp skips settings that the server does not know: it may be another service
// that speaks Postgres's protocol.
func setUp(ctx context.Context, c *pgx.Conn) error {
	for _, setting := range settings {
		var unknown *pgconn.PgError
		if _, err := c.Exec(ctx, "SET "+setting); err != nil && !errors.As(err, &unknown) {
			return err
		}
	}
	return nil
}

// makeSchema does nothing if the schema exists: a user who was given only that
// schema may not create one.
func makeSchema(ctx context.Context, db *sql.DB) error {
	var n int
	err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM information_schema.schemata
		WHERE schema_name = 'polarbell'`).Scan(&n)
	if err == nil && n == 0 {
		_, err = db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS polarbell`)
	}
	return err
}
