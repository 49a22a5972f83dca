// Package reporter tells what no single delivery tells: that the bridge was
// off, that nothing comes from Polar, that time runs out for a payment, how the
// day went. What is due it appends to the journal as an event of ours, which
// then takes the way of Polar's deliveries.
package reporter

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"polarbell/journal"
	"polarbell/ledger"
)

// Options are what the jobs need to know of the settings.
type Options struct {
	Zone      *time.Location // where a day begins and ends; nil means UTC
	Retention time.Duration  // how long the journal keeps deliveries
	Digests   []Digest
	Ledger    *ledger.Ledger // of all orders
	Log       *slog.Logger
	// CaughtUp returns up to when what Polar could not deliver was fetched; nil
	// where nobody fetches it.
	CaughtUp func(context.Context) (time.Time, error)
}

// Reporter does the jobs of one process.
type Reporter struct {
	journal  *journal.Journal
	options  Options
	arrivals arrivals
	doubted  time.Time // the end of the last outage that the ledger was told of
}

// New makes the reporter of a process.
func New(j *journal.Journal, o Options) *Reporter {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Reporter{
		journal: j, options: o,
		arrivals: arrivals{window: min(window, cmp.Or(o.Retention, window))},
	}
}

// Run does the jobs at once and each minute until ctx ends. Only the process
// that delivers runs it. What two processes find due at the same time has the
// same id, so the journal takes it once.
func (r *Reporter) Run(ctx context.Context) {
	eachMinute(ctx, (&jobs{log: r.options.Log, all: []job{
		{"outage", r.doubtLedger}, {"silence", r.silence}, {"reminder", r.remind}, {"digest", r.digests},
	}}).do)
}
