package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
)

// statements runs SQL on a pool of connections or on one of them, and keeps
// what it prepared. Postgres's driver prepares by itself.
type statements struct {
	on interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}
	d        *dialect
	prepared sync.Map // from the query to its *sql.Stmt
}

func (s *statements) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if !s.d.prepares {
		return s.on.QueryContext(ctx, query, args...)
	}
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (s *statements) exec(ctx context.Context, query string, args ...any) error {
	if !s.d.prepares {
		_, err := s.on.ExecContext(ctx, query, args...)
		return err
	}
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return err
}

// statement is one that a transaction executes.
type statement struct {
	query string
	args  []any
}

func do(query string, args ...any) statement { return statement{query, args} }

func (s *statements) execAll(ctx context.Context, all []statement) error {
	for _, one := range all {
		if err := s.exec(ctx, one.query, one.args...); err != nil {
			return err
		}
	}
	return nil
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, isPrepared := s.prepared.Load(query); isPrepared {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := s.on.PrepareContext(ctx, s.d.sql(query))
	if err != nil {
		return nil, err
	}
	first, isPrepared := s.prepared.LoadOrStore(query, stmt)
	if isPrepared {
		stmt.Close()
	}
	return first.(*sql.Stmt), nil
}

func (s *statements) close() {
	for _, stmt := range s.prepared.Range {
		stmt.(*sql.Stmt).Close()
	}
}

// scalar is where a row of one column is scanned into.
func scalar[T any](value *T) []any { return []any{value} }

// collect reads all rows of a query. A row is scanned into its columns.
func collect[T any](ctx context.Context, s *statements, columns func(*T) []any, query string, args ...any) ([]T, error) {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var row T
		if err := rows.Scan(columns(&row)...); err != nil {
			return nil, err
		}
		if len(all) == 1 {
			all = slices.Grow(all, 15) // more than one are several, most times
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// read is collect on the readers' connections.
func read[T any](ctx context.Context, j *Journal, columns func(*T) []any, query string, args ...any) ([]T, error) {
	all, err := collect(ctx, j.reads, columns, query, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", readable(err))
	}
	return all, nil
}

func first[T any](all []T, err error) (T, bool, error) {
	if err != nil || len(all) == 0 {
		var none T
		return none, false, err
	}
	return all[0], true, nil
}
