package reporter

import (
	"context"
	"fmt"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	// silenceNote is the name of the note that all processes read the silence from.
	silenceNote = "silence"
	// A silence lasts three times the longest pause of the last 30 days, and at
	// least a day.
	unusual, leastSilence = 3, 24 * time.Hour
	// What has to be known before a pause is called unusual: a shop that sells
	// every few days has seven pauses in a month.
	enoughPauses, enoughTime = 7, 7 * 24 * time.Hour
)

// Silence is a time in which nothing comes from Polar although something should.
type Silence struct {
	Since time.Time `json:"since"`
	Usual int64     `json:"usual"` // seconds between two deliveries, on average
}

// IsZero reports whether Polar is not silent.
func (s Silence) IsZero() bool { return s.Since.IsZero() }

// CurrentSilence returns the silence that lasts, the zero Silence if there is
// none. The process that delivers notes it.
func CurrentSilence(ctx context.Context, j *journal.Journal) (Silence, error) {
	var s Silence
	err := readNote(ctx, j, silenceNote, &s)
	return s, err
}

// silence tells once that nothing comes from Polar, and notes when something
// comes again.
func (r *Reporter) silence(ctx context.Context, now time.Time) error {
	alive, err := readAlive(ctx, r.journal)
	if err != nil || now.Sub(alive.At) > offAfter { // whether it was off will be told in a moment
		return err
	}
	if err := r.arrivals.read(ctx, r.journal); err != nil {
		return err
	}
	noted, err := CurrentSilence(ctx, r.journal)
	if err != nil {
		return err
	}
	if !noted.IsZero() {
		if !r.arrivals.newest.Received.After(noted.Since) {
			return nil
		}
		r.options.Log.Info("Polar delivers again", "silent since", noted.Since)
		return r.note(ctx, silenceNote, Silence{})
	}
	s := r.arrivals.silence(now, alive.since())
	if s.IsZero() {
		return nil
	}
	r.options.Log.Warn("nothing comes from Polar: is the endpoint switched off?", "since", s.Since)
	return r.note(ctx, silenceNote, s, event{
		id: fmt.Sprintf("%s-%d", polar.Silent, r.arrivals.newest.Seq), kind: polar.Silent,
		object: polar.Bridge{ID: polar.BridgeID, Since: polar.Time{Time: s.Since.UTC()}, Usual: s.Usual, At: polar.Time{Time: now.UTC()}},
	}.entry(now))
}

// silence is zero while the pause is not unusual, or too little is known. on is
// since when the bridge is on: what it did not hear while it was off is no
// silence.
func (a *arrivals) silence(now, on time.Time) Silence {
	longest, total, n := a.pauses()
	since := a.newest.Received
	if on.After(since) {
		since = on
	}
	if n < enoughPauses || total < min(enoughTime, a.window*3/4) || now.Sub(since) < max(leastSilence, unusual*longest) {
		return Silence{}
	}
	return Silence{Since: since, Usual: int64(total.Seconds()) / int64(n)}
}
