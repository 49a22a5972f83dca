package notifier

import (
	"context"
	"slices"
	"sync"
	"time"

	"polarbell/journal"
)

// Stats counts what a destination's loop did since the process started.
type Stats struct {
	Name     string
	Sent     int         // messages posted
	Cards    int         // cards in them
	Edited   int         // messages edited or deleted
	Merged   int         // cards that changed without a message of their own
	Refused  int         // cards that went to the dead letters
	Retries  int         // requests that failed and are tried again
	Limited  int         // answers that said we are too fast
	Position journal.Seq // every event up to here was considered
}

// Stats returns one entry for each destination, in the order of New.
func (n *Notifier) Stats() []Stats {
	var all []Stats
	for _, l := range n.loops {
		all = append(all, l.stats.read())
	}
	return all
}

// counter is a loop's Stats, read by others while it runs.
type counter struct {
	mu sync.Mutex
	Stats
}

func (c *counter) read() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Stats
}

func (c *counter) add(change func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.Stats)
}

func (c *counter) considered(cursor journal.Seq, merged int) {
	c.add(func(s *Stats) { s.Position, s.Merged = cursor, s.Merged+merged })
}

// Status is the state of a destination: the one source of the status page, the
// metrics and the command status.
type Status struct {
	Destination Destination
	journal.DestinationState
	Stats       Stats
	Position    journal.Seq // every event up to here was considered
	Waiting     int         // events that it may show
	Oldest      time.Time   // when the first of them was received
	Replays     int         // cards asked to be shown again
	DeadLetters int
}

// Statuses returns the state of each destination. The stats are those of this
// process's loops; none are needed.
func Statuses(ctx context.Context, j *journal.Journal, destinations []Destination, stats []Stats) ([]Status, error) {
	var all []Status
	for _, d := range destinations {
		s := Status{Destination: d}
		if i := slices.IndexFunc(stats, func(st Stats) bool { return st.Name == d.Name }); i >= 0 {
			s.Stats = stats[i]
		}
		if err := s.read(ctx, j); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (s *Status) read(ctx context.Context, j *journal.Journal) (err error) {
	if s.DestinationState, err = j.Destination(ctx, s.Destination.Name); err != nil {
		return err
	}
	// A loop takes its time to write down that an event was no news.
	s.Position = max(s.Cursor, s.Stats.Position)
	if s.Replays, err = j.CountReplays(ctx, s.Name); err != nil {
		return err
	}
	if s.DeadLetters, err = j.CountDeadLetters(ctx, s.Name); err != nil {
		return err
	}
	counts, err := j.CountAfter(ctx, s.Position, "")
	if err != nil {
		return err
	}
	own, err := j.CountAfter(ctx, s.Position, ownSubject(s.Name)) // it never hears of its own parking
	if err != nil {
		return err
	}
	for eventType, count := range counts {
		s.count(eventType, count, own[eventType].N)
	}
	return nil
}

func (s *Status) count(eventType string, c journal.Count, own int) {
	if c.N == own || !s.Destination.mayShow(eventType) {
		return
	}
	s.Waiting += c.N - own
	if s.Oldest.IsZero() || c.Oldest.Before(s.Oldest) {
		s.Oldest = c.Oldest
	}
}

// mayShow reports whether a delivery of a type may lead to a card that the
// destination shows.
func (d Destination) mayShow(eventType string) bool { return d.Routes.MayShow(eventType, d.Public) }

// Parked reports whether a person must act.
func (s Status) Parked() bool { return !s.ParkedAt.IsZero() }

// InDoubt reports whether nobody knows whether the last post arrived.
func (s Status) InDoubt() bool { return !s.Doubt.Since.IsZero() }

// Cure says what to do about a parked destination.
func (s Status) Cure() string { return s.Destination.Sender.Cure(s.ParkedCode) }

// State is the state in one word.
func (s Status) State() string {
	switch {
	case s.Parked():
		return "stopped"
	case s.Failing(), s.InDoubt():
		return "failing"
	}
	return "ok"
}
