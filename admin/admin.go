// Package admin is what an operator looks at: the status page with its few
// actions, metrics, readiness, profiles, and the heartbeat for a dead man's
// switch. Page and metrics show the notifier's Status; admin decides nothing
// itself.
package admin

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
)

// Options are what the admin listener shows and how it is guarded.
type Options struct {
	Journal *journal.Journal
	// Destinations are those configured. Their senders post the test cards, so
	// they must not be those of the loops: a sender serves one goroutine.
	Destinations []notifier.Destination
	Viewer       *notifier.Viewer
	// Stats returns what the loops of this process did.
	Stats func() []notifier.Stats
	// Organizations are the labels of the secrets, by which deliveries are chosen.
	Organizations []string
	Zone          *time.Location // where a day begins and ends; nil means UTC
	// Delivering returns an error while this process neither delivers nor stands
	// by.
	Delivering func() error
	// AtPolar returns what a person must mend at Polar, in one line; nil where its
	// API is not asked.
	AtPolar func(context.Context) (string, error)
	// CaughtUp returns up to when what Polar could not deliver was fetched; nil where nobody fetches it.
	CaughtUp func(context.Context) (time.Time, error)
	Metrics  *Metrics
	Password string // of HTTP Basic, with any user name; "": none
	Version  string // for the foot of the page
	Log      *slog.Logger
}

// admin serves one bridge's operators.
type admin struct {
	Options
	notices   notices
	counts    counts
	searching sync.Mutex
	posting   sync.Mutex // held while a test card is posted: a sender serves one goroutine
}

// New is the admin listener's handler. Without a password it answers only on
// this machine.
func New(o Options) http.Handler {
	a := &admin{Options: o}
	o.Metrics.registry.MustRegister(&collector{source: a.statuses, journal: o.Journal})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /", a.nothing)
	mux.HandleFunc("GET /deliveries/{seq}", a.delivery)
	mux.HandleFunc("GET /destinations/{name}/letters", a.letters)
	mux.HandleFunc("POST /destinations/{name}/replay", a.replayLetters)
	mux.HandleFunc("POST /destinations/{name}/test", a.onDestination(a.test))
	mux.HandleFunc("POST /destinations/{name}/release", a.onDestination(a.release))
	mux.HandleFunc("POST /deliveries/{seq}/replay", a.replay)
	mux.HandleFunc("GET /assets/{name}", asset)
	mux.Handle("GET /metrics", o.Metrics.handler(o.Log))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	all := http.NewServeMux()
	all.HandleFunc("GET /readyz", a.ready)
	all.Handle("/", a.guard(http.NewCrossOriginProtection().Handler(mux)))
	return all
}
