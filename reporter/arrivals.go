package reporter

import (
	"context"
	"math"
	"slices"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	// slot is how exactly pauses are known: of the deliveries of a quarter of an
	// hour one counts.
	slot = 15 * time.Minute
	// window is how far back pauses count.
	window = 30 * 24 * time.Hour
)

// arrivals are when something came from Polar. They are read from the journal
// once, and then what is new at each look.
type arrivals struct {
	window time.Duration   // how far back from the newest delivery
	seen   journal.Seq     // all entries up to here are read
	newest journal.Arrival // Polar's newest delivery
	marks  []mark          // oldest first
}

// mark is a moment up to which, or from which, a pause counts.
type mark struct {
	at   time.Time
	what string // fromPolar, polar.Off or polar.Silent
}

const fromPolar = ""

// read takes up what came since the last time.
func (a *arrivals) read(ctx context.Context, j *journal.Journal) error {
	const page = 5000
	s := scan{journal: j, window: a.window, head: a.seen, newest: a.newest}
	for before := journal.Seq(math.MaxInt64); !s.ended; {
		found, err := j.Arrivals(ctx, a.seen, before, page)
		if err != nil {
			return err
		}
		for _, e := range found {
			if err := s.consider(ctx, e); err != nil {
				return err
			}
		}
		if len(found) < page {
			break
		}
		before = found[page-1].Seq
	}
	a.take(s)
	return nil
}

// take adds what a scan found, and drops what is too old.
func (a *arrivals) take(s scan) {
	a.seen, a.newest = s.head, s.newest
	for _, m := range slices.Backward(s.marks) {
		if last := len(a.marks) - 1; last < 0 || m.what != fromPolar || !a.marks[last].isOfSlot(m.at) {
			a.marks = append(a.marks, m)
		}
	}
	a.marks = slices.DeleteFunc(a.marks, func(m mark) bool { return m.at.Before(s.oldest()) })
}

// scan reads the journal backwards, since how far back to read is known only
// once Polar's newest delivery is.
type scan struct {
	journal *journal.Journal
	window  time.Duration
	head    journal.Seq
	newest  journal.Arrival
	isNewer bool   // this scan found the newest delivery
	marks   []mark // newest first
	last    mark   // of the deliveries
	ended   bool   // all that follows is too old
}

func (s *scan) oldest() time.Time { return s.newest.Received.Add(-s.window) }

// consider reads a body only of the first delivery that it finds in a slot.
func (s *scan) consider(ctx context.Context, e journal.Arrival) error {
	s.head = max(s.head, e.Seq)
	s.ended = s.ended || !s.newest.Received.IsZero() && e.Received.Before(s.oldest())
	switch {
	case s.ended, e.Type != polar.Off && e.Type != polar.Silent && polar.IsOwn(e.Type):
		return nil
	case polar.IsOwn(e.Type):
		s.marks = append(s.marks, mark{e.Received, e.Type})
		return nil
	case s.isNewer && s.last.isOfSlot(e.Received):
		return nil
	}
	contents, err := s.journal.Contents(ctx, []journal.Seq{e.Seq})
	if err != nil || len(contents) == 0 || polar.Body(contents[0].Body).IsSample() {
		return err
	}
	if !s.isNewer {
		s.newest, s.isNewer = e, true
	}
	s.last = mark{e.Received, fromPolar}
	s.marks = append(s.marks, s.last)
	return nil
}

// isOfSlot reports whether the mark is that of the deliveries of a time.
func (m mark) isOfSlot(at time.Time) bool {
	return m.what == fromPolar && m.at.Truncate(slot).Equal(at.Truncate(slot))
}

// pauses are those that were ended by a delivery or by telling of them. One in
// which the bridge was off does not count, nor what followed after it was told:
// a switched-off endpoint would make the next one seem usual.
func (a *arrivals) pauses() (longest, total time.Duration, n int) {
	for i, m := range a.marks {
		if i == 0 || m.what == polar.Off || a.marks[i-1].what == polar.Silent {
			continue
		}
		d := m.at.Sub(a.marks[i-1].at)
		longest, total, n = max(longest, d), total+d, n+1
	}
	return longest, total, n
}
