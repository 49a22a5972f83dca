package journal

import (
	"context"
	"fmt"
	"time"
)

// Register makes the cursors of destinations seen for the first time; they
// start at the head. The others stay where they are.
func (j *Journal) Register(ctx context.Context, names ...string) error {
	var inserts []statement
	for _, name := range names {
		inserts = append(inserts, do(`INSERT INTO polarbell.destinations (name, cursor)
			SELECT $1, last FROM polarbell.head WHERE id = 1 ON CONFLICT DO NOTHING`, name))
	}
	return j.run(ctx, inserts...)
}

// DestinationState is how far a destination has read, and whether it works.
type DestinationState struct {
	Name          string
	Cursor        Seq       // all up to here is settled
	Delivered     time.Time // the last success; zero: none yet
	Error         string    // the last error, also when it is over; see Failing
	ErrorAt       time.Time
	FailingSince  time.Time // the first error since the last success; zero: none
	UnreachableAt time.Time // when the others were told that it is unreachable; zero: not since it worked
	ParkedAt      time.Time // zero: not parked
	ParkedCode    string
	RetryAt       time.Time // when a parked destination is tried again, or the platform takes more requests
	Doubt         Doubt
	Handover      string // what the next process must know, as the notifier wrote it down
}

// Doubt is a post of which nobody knows whether it arrived.
type Doubt struct {
	Since time.Time // its first try; zero: there is no such post
	At    time.Time // the last try
	Tries int       // that may have been taken
	Head  Seq       // it is made of the entries up to here
}

// Failing reports whether the last error is not over: no success came since.
func (d DestinationState) Failing() bool { return d.Error != "" && d.ErrorAt.After(d.Delivered) }

// Unreachable reports whether the others were told that nothing reaches it, and
// something still waits.
func (d DestinationState) Unreachable() bool {
	return !d.FailingSince.IsZero() && !d.UnreachableAt.IsZero()
}

const destinationColumns = `name, cursor, delivered, error, error_at, failing_since, unreachable_at,
	parked_at, parked_code, retry_at, doubt_since, doubt_at, doubt_tries, doubt_head, handover`

func (d *DestinationState) columns() []any {
	return []any{
		&d.Name, &d.Cursor, (*instant)(&d.Delivered), &d.Error, (*instant)(&d.ErrorAt),
		(*instant)(&d.FailingSince), (*instant)(&d.UnreachableAt),
		(*instant)(&d.ParkedAt), &d.ParkedCode, (*instant)(&d.RetryAt),
		(*instant)(&d.Doubt.Since), (*instant)(&d.Doubt.At), &d.Doubt.Tries, &d.Doubt.Head, &d.Handover,
	}
}

// Destination returns the state of a registered destination.
func (j *Journal) Destination(ctx context.Context, name string) (DestinationState, error) {
	d, ok, err := first(read(ctx, j, (*DestinationState).columns,
		`SELECT `+destinationColumns+` FROM polarbell.destinations WHERE name = $1`, name))
	if err == nil && !ok {
		err = fmt.Errorf("journal: the destination %q is not registered", name)
	}
	return d, err
}

// Destinations returns the states of all destinations by name, also of those
// that are no longer configured.
func (j *Journal) Destinations(ctx context.Context) ([]DestinationState, error) {
	return read(ctx, j, (*DestinationState).columns, `SELECT `+destinationColumns+` FROM polarbell.destinations ORDER BY name`)
}

// Failure is an error of a destination.
type Failure struct {
	Destination string
	Code, Text  string
	At          time.Time
	Parked      bool      // the destination needs a person
	Retry       time.Time // as in DestinationState; zero: unchanged
	Doubt       Doubt     // as in DestinationState
	Handover    string    // likewise; empty: unchanged
	Announce    []Entry   // our own events to append in the same transaction
}

// RecordFailure keeps a destination's last error. A destination parked already
// keeps the time of its parking. Like Settle it returns ErrLost when another
// process delivers.
func (j *Journal) RecordFailure(ctx context.Context, f Failure) error {
	update := do(`UPDATE polarbell.destinations SET error = $2, error_at = $3,
		retry_at = CASE WHEN parked_at = 0 AND retry_at < $4 THEN $4 ELSE retry_at END WHERE name = $1`,
		f.Destination, clean(f.Text), micros(f.At), micros(f.Retry))
	if f.Parked {
		update = do(`UPDATE polarbell.destinations SET parked_code = $2, error = $3, error_at = $4,
			parked_at = CASE WHEN parked_at = 0 THEN $4 ELSE parked_at END, retry_at = $5 WHERE name = $1`,
			f.Destination, clean(f.Code), clean(f.Text), micros(f.At), micros(f.Retry))
	}
	return j.runAsHolder(ctx, f.Announce, update, do(`UPDATE polarbell.destinations SET failing_since = $2
		WHERE name = $1 AND failing_since = 0`, f.Destination, micros(f.At)), f.Doubt.update(f.Destination),
		keepHandover(f.Destination, f.Handover))
}

// RecordDoubt notes a post that may have been taken before it is tried again, so
// that a restart goes on counting.
func (j *Journal) RecordDoubt(ctx context.Context, destination string, d Doubt) error {
	return j.runAsHolder(ctx, nil, d.update(destination))
}

func (d Doubt) update(destination string) statement {
	return do(`UPDATE polarbell.destinations SET doubt_since = $2, doubt_at = $3, doubt_tries = $4, doubt_head = $5
		WHERE name = $1`, destination, micros(d.Since), micros(d.At), d.Tries, d.Head)
}

// keepHandover leaves the column as it is if handover is empty.
func keepHandover(destination, handover string) statement {
	return do(`UPDATE polarbell.destinations SET handover = $2 WHERE name = $1 AND $2 <> ''`, destination, handover)
}

// RecordUnreachable notes that the other destinations are told, in the same
// transaction, that nothing reaches this one.
func (j *Journal) RecordUnreachable(ctx context.Context, name string, at time.Time, announce Entry) error {
	return j.runAsHolder(ctx, []Entry{announce}, do(`UPDATE polarbell.destinations SET unreachable_at = $2
		WHERE name = $1`, name, micros(at)))
}

// EndFailing is for a destination whose failures are over because nothing waits
// any longer.
func (j *Journal) EndFailing(ctx context.Context, name string) error {
	return j.runAsHolder(ctx, nil, do(`UPDATE polarbell.destinations SET failing_since = 0 WHERE name = $1`, name))
}

// Unpark has a parked destination tried again at once. It stays parked until
// that succeeds.
func (j *Journal) Unpark(ctx context.Context, name string, at time.Time) error {
	return j.runAndWake(ctx, do(`UPDATE polarbell.destinations SET retry_at = $2 WHERE name = $1 AND parked_at > 0`,
		name, micros(at)))
}
