package reporter

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"polarbell/journal"
	"polarbell/webhook"
)

const (
	// refusedNote is the name of the note of the deliveries that were refused.
	refusedNote = "refused"
	// noteEvery bounds how often refusals are noted: anybody can cause them.
	noteEvery = 5 * time.Second
)

// Refusals notes in the journal which deliveries this process refuses, so that
// the status page and the command status know.
type Refusals struct {
	journal *journal.Journal
	log     *slog.Logger
	changed chan struct{}

	mu    sync.Mutex
	fresh map[string]refusal // by outcome: what is not noted yet
	seen  time.Time          // when a delivery came again that the journal has
}

// NewRefusals has noted nothing yet; Run does.
func NewRefusals(j *journal.Journal, log *slog.Logger) *Refusals {
	return &Refusals{journal: j, log: log, changed: make(chan struct{}, 1), fresh: map[string]refusal{}}
}

// Observe takes the outcome of a request to the webhook. A delivery that came again
// ends what was said of the journal: it may be one that the journal took after the
// answer that it did not. If the journal still cannot be written, the next new
// delivery says so.
func (r *Refusals) Observe(outcome string) {
	_, counts := reasons[outcome]
	if !counts && outcome != webhook.Seen {
		return
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	r.mu.Lock()
	if counts {
		r.fresh[outcome] = r.fresh[outcome].and(refusal{N: 1, First: now, Last: now})
	} else {
		r.seen = now
		delete(r.fresh, webhook.Unavailable)
	}
	r.mu.Unlock()
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// Run notes what was observed, at once and then every few seconds, until ctx
// ends. It waits for the answer of each write, after a stop for some seconds: what
// is noted although that was not heard would count twice.
func (r *Refusals) Run(ctx context.Context) {
	last, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(noteEvery, end) })()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-r.changed:
		}
		r.note(last)
		select {
		case <-ctx.Done():
		case <-time.After(noteEvery):
		}
	}
	r.note(last)
}

// note adds what is fresh to the note, and takes out what is over. What could not be
// noted stays fresh.
func (r *Refusals) note(ctx context.Context) {
	fresh, seen := r.take()
	if len(fresh) == 0 && seen.IsZero() {
		return
	}
	noted, err := readRefusals(ctx, r.journal)
	isOver := noted[webhook.Unavailable].N > 0 && noted[webhook.Unavailable].Last.Before(seen)
	if err == nil && (len(fresh) > 0 || isOver) {
		if isOver {
			delete(noted, webhook.Unavailable)
		}
		for outcome, f := range fresh {
			noted[outcome] = noted[outcome].and(f)
		}
		var text []byte
		if text, err = json.Marshal(noted); err == nil {
			err = r.journal.PutNote(ctx, refusedNote, string(text))
		}
	}
	if err != nil {
		r.log.Debug("refused deliveries not noted, trying again", "err", err)
		r.giveBack(fresh)
	}
}

func (r *Refusals) take() (fresh map[string]refusal, seen time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh, r.fresh = r.fresh, map[string]refusal{}
	return fresh, r.seen
}

func (r *Refusals) giveBack(taken map[string]refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for outcome, since := range r.fresh {
		taken[outcome] = taken[outcome].and(since)
	}
	r.fresh = taken
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

func readRefusals(ctx context.Context, j *journal.Journal) (map[string]refusal, error) {
	noted := map[string]refusal{}
	err := readNote(ctx, j, refusedNote, &noted)
	return noted, err
}
