package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// rows reads on one of the readers' connections.
func (j *Journal) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if !j.d.prepares {
		return j.db.QueryContext(ctx, query, args...)
	}
	stmt, err := j.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (j *Journal) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	j.mu.Lock()
	stmt := j.stmts[query]
	j.mu.Unlock()
	if stmt != nil {
		return stmt, nil
	}
	stmt, err := j.db.PrepareContext(ctx, j.d.sql(query))
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if first := j.stmts[query]; first != nil {
		stmt.Close()
		return first, nil
	}
	j.stmts[query] = stmt
	return stmt, nil
}

// scanner is what collect needs of *sql.Rows.
type scanner func(into ...any) error

// collect reads all rows of a query, each by one call of f.
func collect[T any](ctx context.Context, j *Journal, f func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := j.rows(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := f(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
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

func scanSeq(scan scanner) (seq Seq, err error) {
	err = scan(&seq)
	return seq, err
}

// Head returns the number of the newest entry, 0 while there is none.
func (j *Journal) Head(ctx context.Context) (Seq, error) {
	head, _, err := first(collect(ctx, j, scanSeq, `SELECT last FROM polarbell.head WHERE id = 1`))
	return head, err
}

// Join makes the cursors of destinations seen for the first time; they start
// at the head. The others stay where they are.
func (j *Journal) Join(ctx context.Context, names ...string) error {
	return j.write(ctx, false, func(ctx context.Context, s *session) error {
		for _, name := range names {
			if err := s.exec(ctx, `INSERT INTO polarbell.destinations (name, cursor)
				SELECT $1, last FROM polarbell.head WHERE id = 1 ON CONFLICT DO NOTHING`, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// Place is how far a destination has come, and how it fares.
type Place struct {
	Name       string
	Cursor     Seq       // all up to here is settled
	Delivered  time.Time // the last success; zero: none yet
	Error      string    // the last error since
	ErrorAt    time.Time
	ParkedAt   time.Time // zero: not parked
	ParkedCode string
	RetryAt    time.Time // when a parked destination is tried again
}

const placeColumns = `name, cursor, delivered, error, error_at, parked_at, parked_code, retry_at`

func scanPlace(scan scanner) (p Place, err error) {
	var delivered, errorAt, parkedAt, retryAt int64
	err = scan(&p.Name, &p.Cursor, &delivered, &p.Error, &errorAt, &parkedAt, &p.ParkedCode, &retryAt)
	p.Delivered, p.ErrorAt = moment(delivered), moment(errorAt)
	p.ParkedAt, p.RetryAt = moment(parkedAt), moment(retryAt)
	return p, err
}

// Place returns the place of a destination that joined.
func (j *Journal) Place(ctx context.Context, name string) (Place, error) {
	p, ok, err := first(collect(ctx, j, scanPlace,
		`SELECT `+placeColumns+` FROM polarbell.destinations WHERE name = $1`, name))
	if err == nil && !ok {
		err = fmt.Errorf("journal: no destination %q has joined", name)
	}
	return p, err
}

// Places returns every place, also of destinations no longer configured, by name.
func (j *Journal) Places(ctx context.Context) ([]Place, error) {
	return collect(ctx, j, scanPlace, `SELECT `+placeColumns+` FROM polarbell.destinations ORDER BY name`)
}

// entryColumns leave out the body: it is most of a row, and seldom wanted.
const entryColumns = `seq, id, type, subject, object, brief, at, received`

func scanEntry(scan scanner) (Entry, error) {
	return scanInto(scan, nil)
}

func scanInto(scan scanner, body *[]byte) (e Entry, err error) {
	var at, received int64
	into := []any{&e.Seq, &e.ID, &e.Type, &e.Subject, &e.Object, &e.Brief, &at, &received}
	if body != nil {
		into = append(into, body)
	}
	err = scan(into...)
	e.At, e.Received = moment(at), moment(received)
	return e, err
}

// After returns the entries that follow after, in order, without their bodies.
func (j *Journal) After(ctx context.Context, after Seq, limit int) ([]Entry, error) {
	return collect(ctx, j, scanEntry,
		`SELECT `+entryColumns+` FROM polarbell.entries WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
}

// Entry returns one entry with its body; false if the journal has none such.
func (j *Journal) Entry(ctx context.Context, seq Seq) (Entry, bool, error) {
	return first(collect(ctx, j, func(scan scanner) (Entry, error) {
		var body []byte
		e, err := scanInto(scan, &body)
		e.Body = body
		return e, err
	}, `SELECT `+entryColumns+`, body FROM polarbell.entries WHERE seq = $1`, seq))
}
