package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// session is the writer's connection with its prepared statements.
type session struct {
	conn  *sql.Conn
	d     *dialect
	stmts map[string]*sql.Stmt
}

func openSession(ctx context.Context, db *sql.DB, d *dialect) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, d: d, stmts: map[string]*sql.Stmt{}}, nil
}

// discard closes the connection instead of handing it back to the pool. Its
// statements go first: the driver takes none of a closed connection.
func (s *session) discard() {
	for _, stmt := range s.stmts {
		stmt.Close()
	}
	s.conn.Raw(func(any) error { return driver.ErrBadConn })
	s.conn.Close()
}

func (s *session) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := s.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.d.sql(query))
	if err != nil {
		return nil, err
	}
	s.stmts[query] = stmt
	return stmt, nil
}

func (s *session) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.change(ctx, query, args...)
	return err
}

// change returns how many rows the statement changed.
func (s *session) change(ctx context.Context, query string, args ...any) (int, error) {
	var result sql.Result
	var err error
	if !s.d.prepares {
		result, err = s.conn.ExecContext(ctx, query, args...)
	} else if stmt, perr := s.prepare(ctx, query); perr != nil {
		err = perr
	} else {
		result, err = stmt.ExecContext(ctx, args...)
	}
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func (s *session) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if !s.d.prepares {
		return s.conn.QueryContext(ctx, query, args...)
	}
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// each scans every row into the same places; with no row they stay as they are.
func (s *session) each(ctx context.Context, query string, args []any, into ...any) error {
	rows, err := s.rows(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}
