package notifier

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/polar"
)

// Destination is one channel as the notifier serves it.
type Destination struct {
	Name     string
	Platform string // "Slack" or "Discord", for people
	Sender   Sender
	Wants    func(eventType string) bool
	Public   bool // strangers read along
}

// Options are the same for every destination.
type Options struct {
	Sandbox   bool          // mark every card TEST
	PerEvent  bool          // one card per event, never edited
	Retention time.Duration // how long an event may wait for a destination
	// May tells whether this process may still deliver for d; nil: always.
	May func(d time.Duration) bool
	Log *slog.Logger
}

// Notifier delivers the journal's entries to all destinations of one process.
type Notifier struct {
	journal *journal.Journal
	loops   []*loop
	options Options
}

// New prepares a loop for each destination; their places must exist in the
// journal.
func New(j *journal.Journal, destinations []Destination, o Options) *Notifier {
	n := &Notifier{journal: j, options: o}
	for _, d := range destinations {
		n.loops = append(n.loops, newLoop(n, d))
	}
	return n
}

// Run delivers until ctx ends, finishes the requests in flight and returns.
func (n *Notifier) Run(ctx context.Context) {
	var loops sync.WaitGroup
	for _, l := range n.loops {
		loops.Go(func() { l.run(ctx) })
	}
	loops.Go(func() { n.journal.Watch(ctx, poll) })
	loops.Go(func() { n.tidy(ctx) })
	loops.Wait()
}

// Idle tells whether every destination has taken all there is: nothing to post,
// to edit or to show again.
func (n *Notifier) Idle(ctx context.Context) (bool, error) {
	head, err := n.journal.Head(ctx)
	if err != nil {
		return false, err
	}
	for _, l := range n.loops {
		_, owed, err := n.journal.Owed(ctx, l.Name, time.Now().Add(-fresh))
		if err != nil || owed || l.stats.read().Position < head {
			return false, err
		}
		again, err := n.journal.Again(ctx, l.Name, 1)
		if err != nil || len(again) > 0 {
			return false, err
		}
	}
	return true, nil
}

// tidyEvery is how often retention takes one small step.
const tidyEvery = time.Minute

// tidy keeps the journal to its retention, a little at a time so that it never
// holds up accepting.
func (n *Notifier) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		n.forgetOld(ctx, time.Now().Add(-n.options.Retention))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// forgetOld prunes what no destination waits for any more.
func (n *Notifier) forgetOld(ctx context.Context, before time.Time) {
	names := make([]string, 0, len(n.loops))
	for _, l := range n.loops {
		names = append(names, l.Name)
	}
	const step = 500 // entries
	for ctx.Err() == nil {
		pruned, err := n.journal.Prune(ctx, before, names, step)
		if err != nil {
			n.complain(ctx, "prune", err)
		}
		if err != nil || pruned < step {
			return
		}
	}
}

func (n *Notifier) complain(ctx context.Context, doing string, err error) {
	if ctx.Err() == nil {
		n.options.Log.Error("retention", "doing", doing, "err", err)
	}
}

// known translates what the journal keeps into what the formatter composes.
func known(subject string, s journal.Story) formatter.Known {
	return formatter.Known{Subject: subject, Entries: entries(s.Entries), Before: entries(s.Before)}
}

func entries(kept []journal.Entry) []formatter.Entry {
	all := make([]formatter.Entry, len(kept))
	for i, e := range kept {
		all[i] = formatter.Entry{
			Type: e.Type, Object: e.Object, At: e.At, Received: e.Received,
			Brief: polar.DecodeBrief(e.Brief), Body: e.Body,
		}
	}
	return all
}
