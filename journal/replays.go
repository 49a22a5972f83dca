package journal

import (
	"context"
	"slices"
	"time"
)

// Replay is a request to post a card of an entry again.
type Replay struct {
	ID                        int64
	Destination, Subject, Key string
	Seq                       Seq
	Requested                 time.Time // set by RequestReplays
}

const replayColumns = `id, destination, subject, key, seq, requested`

func (r *Replay) columns() []any {
	return []any{&r.ID, &r.Destination, &r.Subject, &r.Key, &r.Seq, (*instant)(&r.Requested)}
}

// PendingReplays returns what a destination has still to post again, in the
// order of the requests.
func (j *Journal) PendingReplays(ctx context.Context, destination string, limit int) ([]Replay, error) {
	return read(ctx, j, (*Replay).columns, `SELECT `+replayColumns+` FROM polarbell.replays
		WHERE destination = $1 ORDER BY id LIMIT $2`, destination, limit)
}

// CountReplays counts what a destination has still to post again.
func (j *Journal) CountReplays(ctx context.Context, destination string) (int, error) {
	n, _, err := first(read(ctx, j, scalar[int],
		`SELECT COUNT(*) FROM polarbell.replays WHERE destination = $1`, destination))
	return n, err
}

// RequestReplays stores replays and wakes the loops. One that is pending
// already stays one. Those taken from the dead letters leave them: the dead
// letters of the same destination and entry, or of the same card, go.
func (j *Journal) RequestReplays(ctx context.Context, replays []Replay, fromDeadLetters bool) error {
	now := micros(time.Now())
	var all []statement
	for _, r := range replays {
		all = append(all, do(`INSERT INTO polarbell.replays (destination, subject, key, seq, requested)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT (destination, subject, key, seq)
			DO UPDATE SET requested = excluded.requested`,
			r.Destination, clean(r.Subject), clean(r.Key), r.Seq, now))
		if fromDeadLetters {
			all = append(all, do(`DELETE FROM polarbell.dead_letters
				WHERE destination = $1 AND (seq = $2 OR (subject = $3 AND key = $4))`,
				r.Destination, r.Seq, clean(r.Subject), clean(r.Key)))
		}
	}
	return j.runAndWake(ctx, all...)
}

// Since returns the entries up to one that were received at a time or later and
// are not blank, by number. It walks back from the newest, so that a long journal costs no
// more than what is asked for.
func (j *Journal) Since(ctx context.Context, received time.Time, upTo Seq) ([]Entry, error) {
	var found []Entry
	for {
		page, err := read(ctx, j, (*Entry).columns, `SELECT `+entryColumns+
			` FROM polarbell.entries WHERE seq <= $1 AND LENGTH(body) > 0 ORDER BY seq DESC LIMIT 1000`, upTo)
		if err != nil {
			return nil, err
		}
		found = append(found, page...)
		if len(page) == 0 || page[len(page)-1].Received.Before(received) {
			slices.Reverse(found)
			return slices.DeleteFunc(found, func(e Entry) bool { return e.Received.Before(received) }), nil
		}
		upTo = page[len(page)-1].Seq - 1
	}
}
