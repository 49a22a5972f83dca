package journal

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"
)

// Message is one card in one message of a destination.
type Message struct {
	ID                         int64
	Destination, Subject       string
	Key                        string // names the card among those of its subject; "": posted by a release that had no keys
	Kind, Fingerprint, Outcome string // the caller's

	Ref      string // the platform's reference; "": the message cannot be edited
	Position int    // of the card in the message
	Day      string // names the message of a day that the card is part of; "": it has a message of its own
	Posted   time.Time
	Newest   Seq       // the newest entry that the card is made of
	Due      time.Time // when the message is to be brought in line with its card; zero: it is in line
}

const messageColumns = `id, destination, subject, key, kind, COALESCE(message, ''), position, posted, newest,
	fingerprint, outcome, due, day`

func (m *Message) columns() []any {
	return []any{
		&m.ID, &m.Destination, &m.Subject, &m.Key, &m.Kind, &m.Ref, &m.Position, (*instant)(&m.Posted), &m.Newest,
		&m.Fingerprint, &m.Outcome, (*instant)(&m.Due), &m.Day,
	}
}

func byID(a, b Message) int { return cmp.Compare(a.ID, b.ID) }

// Messages returns a destination's messages about some subjects, by ID.
func (j *Journal) Messages(ctx context.Context, destination string, subjects []string) ([]Message, error) {
	messages, err := read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages
		WHERE `+j.d.among("subject", "$1")+` AND destination = $2`, j.d.list(subjects), destination)
	slices.SortFunc(messages, byID) // sorted by the database, it might read all of them in order instead
	return messages, err
}

// Message returns the cards of one message, by Position.
func (j *Journal) Message(ctx context.Context, destination, ref string) ([]Message, error) {
	return read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages
		WHERE destination = $1 AND message = $2 ORDER BY position`, destination, ref)
}

// NextDue returns the message that is due first, of those that can be edited.
func (j *Journal) NextDue(ctx context.Context, destination string) (ref string, at time.Time, ok bool, err error) {
	m, ok, err := first(read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages
		WHERE destination = $1 AND due IS NOT NULL AND message IS NOT NULL ORDER BY due LIMIT 1`, destination))
	return m.Ref, m.Due, ok, err
}

// DayMessage returns the newest row of the message of a day that can be edited.
func (j *Journal) DayMessage(ctx context.Context, destination, day string) (Message, bool, error) {
	return first(read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages
		WHERE destination = $1 AND day = $2 AND message IS NOT NULL ORDER BY posted DESC, position DESC LIMIT 1`, destination, day))
}

// Collected returns the cards of a day, by ID, that wait to be posted together
// where nothing can be edited.
func (j *Journal) Collected(ctx context.Context, destination, day string) ([]Message, error) {
	return read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages
		WHERE destination = $1 AND day = $2 AND message IS NULL AND due IS NOT NULL ORDER BY id`, destination, day)
}

// NextCollected returns the day whose collected cards are due first.
func (j *Journal) NextCollected(ctx context.Context, destination string) (day string, at time.Time, ok bool, err error) {
	m, ok, err := first(read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages
		WHERE destination = $1 AND due IS NOT NULL AND message IS NULL AND day <> '' ORDER BY due LIMIT 1`, destination))
	return m.Day, m.Due, ok, err
}

// insert is harmless when the message is there already.
func (m Message) insert(destination string) statement {
	return do(`INSERT INTO polarbell.messages
		(destination, subject, key, kind, message, position, posted, newest, fingerprint, outcome, due, day)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
		destination, clean(m.Subject), clean(m.Key), clean(m.Kind), orNull(m.Ref), m.Position, micros(m.Posted), m.Newest,
		clean(m.Fingerprint), clean(m.Outcome), orNull(micros(m.Due)), clean(m.Day))
}

func (m Message) update() statement {
	return do(`UPDATE polarbell.messages SET key = $2, kind = $3, message = $4, newest = $5,
		fingerprint = $6, outcome = $7, due = $8 WHERE id = $1`,
		m.ID, clean(m.Key), clean(m.Kind), orNull(m.Ref), m.Newest, clean(m.Fingerprint), clean(m.Outcome),
		orNull(micros(m.Due)))
}

// orNull stores the zero value as NULL.
func orNull[T comparable](value T) sql.Null[T] { return sql.Null[T]{V: value, Valid: value != *new(T)} }
