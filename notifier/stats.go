package notifier

import (
	"sync"

	"polarbell/journal"
)

// Stats counts what a destination's loop did since the process started.
type Stats struct {
	Name     string
	Sent     int         // messages posted
	Cards    int         // cards and lines in them
	Edited   int         // messages edited
	Merged   int         // events that cost no message of their own
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

func (c *counter) posted(b batch) {
	c.add(func(s *Stats) {
		s.Sent, s.Cards = s.Sent+1, s.Cards+len(b.items)
	})
}

func (c *counter) considered(b batch) {
	c.add(func(s *Stats) { s.Position, s.Merged = b.cursor, s.Merged+len(b.told) })
}
func (c *counter) edited()  { c.add(func(s *Stats) { s.Edited++ }) }
func (c *counter) refused() { c.add(func(s *Stats) { s.Refused++ }) }
func (c *counter) retried(limited bool) {
	c.add(func(s *Stats) {
		s.Retries++
		if limited {
			s.Limited++
		}
	})
}
