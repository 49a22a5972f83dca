package fetcher

import (
	"context"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// caughtUp is the name of the note that says up to when Polar was asked for what
// it could not deliver.
const caughtUp = "caught_up"

// overlap is asked for once more: Polar's clock may differ, and an event that
// failed may be tried for 34 minutes.
const overlap = time.Hour

// Prepare notes, once for all, from when on a bridge asks for what it missed:
// since the newest delivery that it has, a new bridge since now. It is called
// before the bridge takes deliveries.
func Prepare(ctx context.Context, j *journal.Journal) error {
	since := time.Now()
	latest, err := j.Find(ctx, journal.Filter{}, 100)
	if err != nil {
		return err
	}
	for _, e := range latest {
		since = e.Received
		if !polar.IsOwn(e.Type) {
			break
		}
	}
	_, err = j.NoteOnce(ctx, caughtUp, since.UTC().Format(time.RFC3339))
	return err
}

// CaughtUp returns up to when a bridge has asked for what it missed; the zero
// time if it never did.
func CaughtUp(ctx context.Context, j *journal.Journal) (time.Time, error) {
	text, _, err := j.Note(ctx, caughtUp)
	if err != nil {
		return time.Time{}, err
	}
	at, _ := time.Parse(time.RFC3339, text) // zero for a note that cannot be read
	return at, nil
}

// catchUp stores what Polar could not deliver since the last time that this
// ended well.
func (f *Fetcher) catchUp(ctx context.Context) error {
	since, err := CaughtUp(ctx, f.journal)
	if err != nil {
		return err
	}
	until := time.Now()
	if since = since.Add(-overlap); since.After(until) { // the clock was ahead; what the journal has is not stored again
		since = time.Time{}
	}
	since = later(since, until.Add(-f.Retention)) // the journal forgets what it has had
	all, err := f.API.Endpoints(ctx)
	if err != nil {
		return err
	}
	own := f.Bridge.Own(all)
	if f.see(own); len(own) == 0 {
		return f.Bridge.NotOurs(all)
	}
	if len(own) > 1 {
		f.several.Do(func() {
			f.Log.Info("several endpoints at Polar are this bridge's, and all are looked at", "endpoints", addresses(own))
		})
	}
	off, err := f.watchAll(ctx, own)
	if err != nil {
		return err
	}
	m := missed{fetcher: f, known: map[string]bool{}}
	for _, e := range own {
		if err := m.read(ctx, e, since, until); err != nil {
			return err
		}
	}
	if err := m.finish(ctx, until); err != nil {
		return err
	}
	f.mended(ctx, off)
	m.report(since)
	return nil
}

func addresses(all []polar.Endpoint) (texts []string) {
	for _, e := range all {
		texts = append(texts, e.Address())
	}
	return texts
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
