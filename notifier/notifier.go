package notifier

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
)

// Destination is one channel as the notifier serves it.
type Destination struct {
	Name      string
	Platform  string // "Slack" or "Discord", for people
	Channel   string // what it posts to there, for people: "channel #sales", "webhook 123, thread 4"
	Sender    Sender
	Routes    compose.Route // what it gets; none: everything
	Public    bool          // strangers read along
	Anonymous bool          // nobody may see who bought
	Daily     compose.Route // what comes as one message a day; none: nothing
	Names     bool          // headlines name the organization
	Calls     []compose.Call
}

// audience is who reads a destination.
type audience struct{ public, anonymous, names bool }

func (d Destination) audience() audience { return audience{d.Public, d.Anonymous, d.Names} }

// Wants reports whether the destination is to have a card: the routes ask for it,
// or it is for this destination alone.
func (d Destination) Wants(c formatter.Card) bool { return c.To == d.Name || d.Routes.Wants(c) }

// Cure says what a person should do about a request that failed.
func (d Destination) Cure(err error) string {
	f := asFault(err)
	switch f.Verdict {
	case Broken:
		return cmp.Or(f.Cure, d.Sender.Cure(f.Code))
	case Unknown:
		return cmp.Or(f.Cure, "It may have arrived all the same: look into the channel before you try again.")
	}
	return cmp.Or(f.Cure, "Try again in a minute.")
}

// Options are the same for every destination.
type Options struct {
	Sandbox   bool           // every card says TEST
	PerEvent  bool           // one message per event, never edited
	Zone      *time.Location // where a day begins and ends; nil means UTC
	Retention time.Duration  // how long an event may wait for a destination
	// CanDeliver reports whether this process may still deliver for d; nil means
	// always.
	CanDeliver func(d time.Duration) bool
	// WasOn reports whether the bridge is known to have been on while Polar tried to
	// deliver what happened at a time; nil means that it is not known.
	WasOn  func(ctx context.Context, at time.Time) (bool, error)
	Ledger *ledger.Ledger // of all orders; nil: messages do not say who a customer is
	Log    *slog.Logger
}

// Notifier delivers the journal's entries to all destinations of one process.
type Notifier struct {
	journal  *journal.Journal
	composer *composer
	loops    []*loop
	options  Options

	mu        sync.Mutex
	announced map[string]bool // types that were announced as new
}

// New prepares a loop for each destination; the journal must know them.
func New(j *journal.Journal, destinations []Destination, o Options) *Notifier {
	n := &Notifier{journal: j, composer: newComposer(j, o), options: o, announced: map[string]bool{}}
	n.composer.books = true
	for _, d := range destinations {
		n.loops = append(n.loops, newLoop(n, d))
	}
	return n
}

// Run delivers until ctx ends, finishes the requests in flight and what comes of
// them within grace, and returns. It hears of what other processes store from
// the journal's Watch, which the caller runs.
func (n *Notifier) Run(ctx context.Context) {
	n.resume(ctx)
	var loops sync.WaitGroup
	for _, l := range n.loops {
		loops.Go(func() { l.run(ctx) })
	}
	loops.Go(func() { n.keepLedger(ctx) })
	loops.Go(func() { n.keepRetention(ctx) })
	loops.Wait()
}

// Idle reports whether every destination has taken all there is: nothing to
// post, to edit or to show again within a minute.
func (n *Notifier) Idle(ctx context.Context) (bool, error) {
	head, err := n.journal.Head(ctx)
	if err != nil {
		return false, err
	}
	for _, l := range n.loops {
		_, at, due, err := n.journal.NextDue(ctx, l.Name)
		if err != nil || due && time.Until(at) < time.Minute || l.stats.read().Position < head {
			return false, err
		}
		replays, err := n.journal.CountReplays(ctx, l.Name)
		if err != nil || replays > 0 {
			return false, err
		}
	}
	return true, nil
}

// pruneEvery is how often retention takes one small step.
const pruneEvery = time.Minute

// keepRetention prunes the journal a little at a time, so that it never holds
// up accepting.
func (n *Notifier) keepRetention(ctx context.Context) {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		n.prune(ctx, time.Now().Add(-n.options.Retention))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// prune removes what no destination waits for any more.
func (n *Notifier) prune(ctx context.Context, before time.Time) {
	names := make([]string, 0, len(n.loops))
	for _, l := range n.loops {
		names = append(names, l.Name)
	}
	const step = 500 // entries
	for ctx.Err() == nil {
		pruned, err := n.journal.Prune(ctx, before, names, step, isRunning)
		if err != nil && ctx.Err() == nil {
			n.options.Log.Error("retention", "err", err)
		}
		if err != nil || pruned < step {
			return
		}
	}
}

// isRunning holds for a subscription that goes on: its newest state is kept, so
// that a later change of plan is known as one.
func isRunning(e journal.Entry) bool {
	state := polar.DecodeState(e.State)
	return strings.HasPrefix(e.Object, "subscription:") && !state.Over()
}
