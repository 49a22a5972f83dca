package reporter

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"polarbell/journal"
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
}

// NewRefusals has noted nothing yet; Run does.
func NewRefusals(j *journal.Journal, log *slog.Logger) *Refusals {
	return &Refusals{journal: j, log: log, changed: make(chan struct{}, 1), fresh: map[string]refusal{}}
}

// Observe takes the outcome of a request to the webhook.
func (r *Refusals) Observe(outcome string) {
	if _, counts := reasons[outcome]; !counts {
		return
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	r.mu.Lock()
	r.fresh[outcome] = r.fresh[outcome].and(refusal{N: 1, First: now, Last: now})
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

// note adds what is fresh to the note. What could not be noted stays fresh.
func (r *Refusals) note(ctx context.Context) {
	fresh := r.take()
	if len(fresh) == 0 {
		return
	}
	noted, err := readRefusals(ctx, r.journal)
	if err == nil {
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

func (r *Refusals) take() map[string]refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := r.fresh
	r.fresh = map[string]refusal{}
	return fresh
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
