package reporter

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	// aliveNote is the name of the note that says when a process was last alive.
	aliveNote = "alive"
	// offAfter is how long the bridge may be off: Polar tries a delivery for as
	// long.
	offAfter = 30 * time.Minute
)

// Outage is a time in which no process of the bridge could take deliveries.
type Outage struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// Lasted is for how long the bridge was off.
func (o Outage) Lasted() time.Duration { return o.Until.Sub(o.Since) }

// alive is the note.
type alive struct {
	Began  time.Time `json:"began"`           // when the note was made
	At     time.Time `json:"at"`              // when a process was last alive
	Outage Outage    `json:"outage,omitzero"` // the latest
}

// since is since when the bridge is on, as far as it knows.
func (a alive) since() time.Time {
	if a.Outage.Until.IsZero() {
		return a.Began
	}
	return a.Outage.Until
}

// LastOutage returns the latest time in which the bridge was off, the zero
// Outage if it never was.
func LastOutage(ctx context.Context, j *journal.Journal) (Outage, error) {
	last, err := readAlive(ctx, j)
	return last.Outage, err
}

// WasOn reports whether the bridge is known to have been on while Polar tried to
// deliver what happened at a time.
func WasOn(ctx context.Context, j *journal.Journal, at time.Time) (bool, error) {
	note, err := readAlive(ctx, j)
	if err != nil || note.Began.IsZero() || note.Began.After(at) {
		return false, err
	}
	return at.After(note.Outage.Until) || at.Add(offAfter).Before(note.Outage.Since), nil
}

func readAlive(ctx context.Context, j *journal.Journal) (alive, error) {
	var last alive
	err := readNote(ctx, j, aliveNote, &last)
	return last, err
}

// StayAlive notes at once and each minute until ctx ends that this process
// takes deliveries. Every process does that, not only the one that delivers: the
// bridge is on as long as one of them can store what Polar sends.
func (r *Reporter) StayAlive(ctx context.Context) {
	eachMinute(ctx, (&jobs{log: r.options.Log, all: []job{{"alive", r.alive}}}).do)
}

// alive tells once for how long the bridge was off, in the transaction that notes
// that it is on again. The first start ever has no note, and tells nothing. The
// wall clock counts: the monotonic one stops while a machine sleeps.
func (r *Reporter) alive(ctx context.Context, now time.Time) error {
	note, err := readAlive(ctx, r.journal)
	if err != nil {
		return err
	}
	last := note.At
	note.At = now.UTC().Truncate(time.Millisecond)
	if last.IsZero() {
		note.Began = note.At
	}
	if last.IsZero() || note.At.Sub(last) <= offAfter {
		return r.note(ctx, aliveNote, note)
	}
	note.Outage = Outage{Since: last, Until: note.At}
	r.options.Log.Warn("was off: sales may be missing", "since", last, "lasted", note.Outage.Lasted())
	return r.note(ctx, aliveNote, note, event{
		id: polar.Off + "-" + last.Format(time.RFC3339Nano), kind: polar.Off,
		object: polar.Bridge{
			ID: polar.BridgeID, Since: polar.Time{Time: last}, At: polar.Time{Time: note.At}, Fetches: r.options.CaughtUp != nil,
		},
	}.entry(now))
}

// Prepare notes that the bridge is on again, and what that means for the ledger,
// before anything is delivered. What fails is done again each minute.
func (r *Reporter) Prepare(ctx context.Context) {
	(&jobs{log: r.options.Log, all: []job{{"alive", r.alive}, {"outage", r.doubtLedger}}}).do(ctx)
}

// fetchedWithin is how long after an outage what was missed may take to be
// fetched before the ledger doubts that it is.
const fetchedWithin = time.Hour

// doubtLedger has the ledger claim to know all only since the last outage, where
// nothing makes up for it.
func (r *Reporter) doubtLedger(ctx context.Context, now time.Time) error {
	outage, err := LastOutage(ctx, r.journal)
	if err != nil || !outage.Until.After(r.doubted) {
		return err
	}
	if r.options.CaughtUp != nil {
		to, err := r.options.CaughtUp(ctx)
		if err != nil || !to.Before(outage.Until) || now.Sub(outage.Until) < fetchedWithin {
			return err
		}
	}
	if err := r.options.Ledger.Missed(ctx, outage.Until); err != nil {
		return err
	}
	r.doubted = outage.Until
	return nil
}

// note keeps a value as a note, and appends events with it.
func (r *Reporter) note(ctx context.Context, name string, value any, events ...journal.Entry) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("note %s: %w", name, err)
	}
	return r.journal.PutNote(ctx, name, string(text), events...)
}

// readNote reads a note into a value. An unreadable one, such as a later
// release's, counts as absent.
func readNote(ctx context.Context, j *journal.Journal, name string, into any) error {
	text, ok, err := j.Note(ctx, name)
	if err == nil && ok {
		_ = json.Unmarshal([]byte(text), into)
	}
	return err
}
