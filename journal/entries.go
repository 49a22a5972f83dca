package journal

import (
	"context"
	"strings"
	"time"
)

// Seq numbers the entries: 1, 2, 3 … without gaps, in the order of commit.
type Seq int64

// Entry is one delivery. Times are kept in microseconds, UTC. Subjects and
// objects are names such as "order:ID", of one namespace; see History.
type Entry struct {
	Seq     Seq    // given by Append
	ID      string // the delivery's own id, unique
	Type    string
	Subject string // what the delivery is filed under
	Object  string // the thing whose state Body is
	State   string // the caller's summary of the object, returned without the body

	At       time.Time // when the object reached this state
	Received time.Time

	// Only the methods Entry and Contents return these: the body is most of a row,
	// and SQLite has to pass it to read what stands behind it.
	Body         []byte
	APIVersion   string // of the body, as its sender names it; not from Contents
	Organization string // whose delivery it is, as the caller names it
}

// entryColumns leave out the body: it is most of a row, and rarely needed.
const entryColumns = `seq, id, type, subject, object, brief, at, received`

func (e *Entry) columns() []any {
	return []any{
		&e.Seq, &e.ID, &e.Type, &e.Subject, &e.Object, &e.State, (*instant)(&e.At), (*instant)(&e.Received),
	}
}

// Head returns the number of the newest entry, 0 while there is none.
func (j *Journal) Head(ctx context.Context) (Seq, error) {
	head, _, err := first(read(ctx, j, scalar[Seq], `SELECT last FROM polarbell.head WHERE id = 1`))
	return head, err
}

// After returns the entries that follow after, in order, without their bodies.
func (j *Journal) After(ctx context.Context, after Seq, limit int) ([]Entry, error) {
	return read(ctx, j, (*Entry).columns,
		`SELECT `+entryColumns+` FROM polarbell.entries WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
}

// Entry returns one entry with its body; false if there is none of this number.
func (j *Journal) Entry(ctx context.Context, seq Seq) (Entry, bool, error) {
	return first(read(ctx, j, func(e *Entry) []any { return append(e.columns(), &e.Body, &e.APIVersion, &e.Organization) },
		`SELECT `+entryColumns+`, body, api_version, organization FROM polarbell.entries WHERE seq = $1`, seq))
}

// Has reports whether there is an entry of an ID.
func (j *Journal) Has(ctx context.Context, id string) (bool, error) {
	_, has, err := first(read(ctx, j, scalar[Seq], `SELECT seq FROM polarbell.entries WHERE `+is("id", "$1"), clean(id)))
	return has, err
}

// ReceivedSince returns the entries of some types that were received since a
// time, without their bodies, by number.
func (j *Journal) ReceivedSince(ctx context.Context, received time.Time, types []string) ([]Entry, error) {
	// The index alone tells which entries to read.
	return read(ctx, j, (*Entry).columns, `SELECT `+entryColumns+` FROM polarbell.entries WHERE seq IN (
		SELECT seq FROM polarbell.entries WHERE received >= $1 AND `+j.d.among("type", "$2")+`)
		ORDER BY seq`, micros(received), j.d.list(types))
}

// Contents returns of the entries that are there the number, the body and the
// organization.
func (j *Journal) Contents(ctx context.Context, seqs []Seq) ([]Entry, error) {
	return read(ctx, j, func(e *Entry) []any { return []any{&e.Seq, &e.Body, &e.Organization} },
		`SELECT seq, body, organization FROM polarbell.entries WHERE `+j.d.among("seq", "$1")+` ORDER BY seq`, j.d.list(seqs))
}

// Bodies returns of all entries of some objects the object and the body.
func (j *Journal) Bodies(ctx context.Context, objects []string) ([]Entry, error) {
	return read(ctx, j, func(e *Entry) []any { return []any{&e.Object, &e.Body} }, `SELECT object, body FROM polarbell.entries
		WHERE `+j.d.withTail("object", "$1")+` AND `+j.d.among("object", "$1"), j.d.list(objects))
}

// like compares without regard to the case of ASCII letters.
func (j *Journal) like(column, arg string) string {
	return column + j.d.like + arg + ` ESCAPE '\'`
}

// pattern matches what contains the text, in SQL's LIKE.
func pattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(clean(text)) + "%"
}

// Count is how many entries of one type wait.
type Count struct {
	N      int
	Oldest time.Time // when the first of them was received
}

// CountAfter counts the entries that follow after, by type: all of them, or
// those of one object.
func (j *Journal) CountAfter(ctx context.Context, after Seq, object string) (map[string]Count, error) {
	query, args := `SELECT type, COUNT(*), MIN(received) FROM polarbell.entries WHERE seq > $1`, []any{after}
	if object != "" {
		query, args = query+` AND `+is("object", "$2"), append(args, object)
	}
	type ofType struct {
		Count
		name string
	}
	counted, err := read(ctx, j, func(c *ofType) []any { return []any{&c.name, &c.N, (*instant)(&c.Oldest)} },
		query+` GROUP BY type`, args...)
	counts := map[string]Count{}
	for _, c := range counted {
		counts[c.name] = c.Count
	}
	return counts, err
}
