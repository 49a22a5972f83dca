// Package fetcher asks Polar's API for what deliveries do not bring: those that
// were lost while the bridge was off, why a payment failed, and past orders. What
// it finds goes into the journal, from where it is delivered like everything
// else; past orders go into the ledger and are not told.
package fetcher

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
)

// Options configure a Fetcher. All are required.
type Options struct {
	API       *polar.API
	Bridge    Bridge
	Ledger    *ledger.Ledger
	Retention time.Duration // for how long the journal knows a delivery
	Log       *slog.Logger
}

// Fetcher asks Polar's API for one organization.
type Fetcher struct {
	Options
	journal *journal.Journal

	several sync.Once // to say that several endpoints fit

	mu      sync.Mutex // guards what follows
	trouble trouble
	own     []polar.Endpoint // the bridge's, as last seen
}

// New returns a Fetcher for a journal that Prepare has seen.
func New(j *journal.Journal, o Options) *Fetcher {
	return &Fetcher{Options: o, journal: j}
}

const (
	catchUpEvery = time.Hour
	declineEvery = 15 * time.Second
	importEvery  = time.Hour // most times nothing is missing
)

// Run asks at once and then every so often until ctx ends. It belongs to the
// process that delivers. Past orders can wait for what was missed.
func (f *Fetcher) Run(ctx context.Context) {
	caughtUp := make(chan struct{})
	tried := sync.OnceFunc(func() { close(caughtUp) })
	var jobs sync.WaitGroup
	jobs.Go(func() {
		defer tried()
		f.repeat(ctx, catchUpEvery, func(ctx context.Context) error {
			defer tried()
			return f.catchUp(ctx)
		})
	})
	jobs.Go(func() { f.repeat(ctx, declineEvery, f.explain) })
	jobs.Go(func() {
		<-caughtUp
		f.repeat(ctx, importEvery, f.importOrders)
	})
	jobs.Wait()
}

// A job that failed is tried again after a minute, growing to an hour. What a
// person must mend is tried again each hour.
const (
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// errDone ends a job that has nothing more to do.
var errDone = errors.New("done")

func (f *Fetcher) repeat(ctx context.Context, every time.Duration, job func(context.Context) error) {
	retry := firstRetry
	for {
		wait := every
		switch err := job(ctx); {
		case ctx.Err() != nil, errors.Is(err, errDone):
			return
		case err == nil, errors.Is(err, journal.ErrLost): // another process goes on
			retry = firstRetry
		case errors.Is(err, polar.ErrToken), errors.Is(err, polar.ErrScope), errors.Is(err, errNotOurs):
			f.say(ctx, err)
			wait = lastRetry
		default:
			f.say(ctx, err)
			wait, retry = retry, min(2*retry, lastRetry)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// trouble is what went wrong last, so that it is said once an hour and not by
// each job.
type trouble struct {
	text string
	said time.Time
}

// say logs what went wrong, and notes it for the command status.
func (f *Fetcher) say(ctx context.Context, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if err.Error() == f.trouble.text && now.Sub(f.trouble.said) < lastRetry {
		return
	}
	f.trouble = trouble{err.Error(), now}
	f.Log.Warn("cannot fetch from Polar, which delays nothing else", "err", err)
	f.note(ctx, "Cannot fetch from Polar: "+err.Error())
}

// mended says that what went wrong is over, and notes what a person must mend
// all the same.
func (f *Fetcher) mended(ctx context.Context, remains string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.trouble.text != "" {
		f.Log.Info("can fetch from Polar again")
	}
	f.trouble = trouble{}
	f.note(ctx, remains)
}

// problem is the name of the note that says what a person must mend at Polar.
const problem = "polar_problem"

func (f *Fetcher) note(ctx context.Context, text string) {
	if err := f.journal.PutNote(ctx, problem, text); err != nil && ctx.Err() == nil {
		f.Log.Error("journal", "err", err)
	}
}

// Problem returns what a person must mend at Polar, in one line; "" if nothing
// is known.
func Problem(ctx context.Context, j *journal.Journal) (string, error) {
	text, _, err := j.Note(ctx, problem)
	return text, err
}

// see notes which endpoints are the bridge's.
func (f *Fetcher) see(own []polar.Endpoint) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own = own
}

func (f *Fetcher) lastSeen() []polar.Endpoint {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own
}
