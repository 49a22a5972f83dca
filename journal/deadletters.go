package journal

import (
	"context"
	"time"
)

// DeadLetter is a card that a destination did not take.
type DeadLetter struct {
	Destination, Subject, Key string
	Seq                       Seq
	Headline, Reason          string
	At                        time.Time
}

// letterTables hold texts about people: the dead letters, and those that the
// release before wrote, until its table is dropped.
var letterTables = []string{"dead_letters", "refused"}

const deadLetterColumns = `destination, subject, key, seq, headline, reason, at`

func (l *DeadLetter) columns() []any {
	return []any{&l.Destination, &l.Subject, &l.Key, &l.Seq, &l.Headline, &l.Reason, (*instant)(&l.At)}
}

// DeadLetters returns a destination's dead letters, newest first.
func (j *Journal) DeadLetters(ctx context.Context, destination string, limit int) ([]DeadLetter, error) {
	return read(ctx, j, (*DeadLetter).columns, `SELECT `+deadLetterColumns+` FROM polarbell.dead_letters
		WHERE destination = $1 ORDER BY id DESC LIMIT $2`, destination, limit)
}

// CountDeadLetters counts a destination's dead letters.
func (j *Journal) CountDeadLetters(ctx context.Context, destination string) (int, error) {
	n, _, err := first(read(ctx, j, scalar[int],
		`SELECT COUNT(*) FROM polarbell.dead_letters WHERE destination = $1`, destination))
	return n, err
}

// insert stores a dead letter; of the same card and entry the last one counts.
func (l DeadLetter) insert(destination string) statement {
	return do(`INSERT INTO polarbell.dead_letters (`+deadLetterColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (destination, subject, key, seq)
		DO UPDATE SET headline = excluded.headline, reason = excluded.reason, at = excluded.at`,
		destination, clean(l.Subject), clean(l.Key), l.Seq, clean(l.Headline), clean(l.Reason), micros(l.At))
}
