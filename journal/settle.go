package journal

import (
	"context"
	"time"
)

// Settlement is the outcome of one request of one destination, which is that of
// all its rows.
type Settlement struct {
	Destination string
	Cursor      Seq          // 0: unchanged; it never moves back
	Posted      []Message    // new rows of one message
	Changed     []Message    // rows by ID, with new values for all but subject, position and time
	Removed     []int64      // rows by ID that go
	Replayed    []int64      // replays by ID that are done
	DeadLetters []DeadLetter // cards that were refused
	Delivered   time.Time    // a success: ends failing and parking; zero: none
	Certain     bool         // the post in doubt, if there is one, is over
	Handover    string       // as in DestinationState; empty: unchanged
	Announce    []Entry      // our own events to append in the same transaction
}

// Settle records an outcome, all of it or nothing. The same settlement may be
// tried again after an error, even if the commit succeeded all the same. It
// returns ErrLost when another process delivers.
func (j *Journal) Settle(ctx context.Context, s Settlement) error {
	return j.runAsHolder(ctx, s.Announce, s.statements(j.d)...)
}

func (s Settlement) statements(d *dialect) (all []statement) {
	if len(s.Removed) > 0 {
		all = append(all, do(`DELETE FROM polarbell.messages WHERE `+d.among("id", "$1"), d.list(s.Removed)))
	}
	for _, m := range s.Changed {
		all = append(all, m.update())
	}
	for _, m := range s.Posted {
		all = append(all, m.insert(s.Destination))
	}
	if len(s.Replayed) > 0 {
		all = append(all, do(`DELETE FROM polarbell.replays WHERE `+d.among("id", "$1"), d.list(s.Replayed)))
	}
	for _, l := range s.DeadLetters {
		all = append(all, l.insert(s.Destination))
	}
	if s.Cursor > 0 {
		all = append(all, do(`UPDATE polarbell.destinations SET cursor = $2 WHERE name = $1 AND cursor < $2`,
			s.Destination, s.Cursor))
	}
	if !s.Delivered.IsZero() {
		// The error stays, with its time, for people. Clocks of replicas differ, so the
		// success may seem to be before it.
		all = append(all, do(`UPDATE polarbell.destinations SET
			delivered = CASE WHEN error_at > $2 THEN error_at ELSE $2 END,
			retry_at = CASE WHEN parked_at = 0 AND retry_at > $2 THEN retry_at ELSE 0 END,
			failing_since = 0, unreachable_at = 0, parked_code = '', parked_at = 0 WHERE name = $1`,
			s.Destination, micros(s.Delivered)))
	}
	if s.Certain {
		all = append(all, Doubt{}.update(s.Destination))
	}
	return append(all, keepHandover(s.Destination, s.Handover))
}
