package admin

import (
	"context"

	"polarbell/journal"
	"polarbell/notifier"
)

// standing is how a destination fares.
type standing struct {
	notifier.Destination
	journal.Place
	notifier.Stats
	notifier.Backlog
	Position journal.Seq // every event up to here was considered
}

// standings reads how each configured destination fares, in their order.
func (o Options) standings(ctx context.Context) ([]standing, error) {
	stats := map[string]notifier.Stats{}
	for _, s := range o.Stats() {
		stats[s.Name] = s
	}
	var all []standing
	for _, d := range o.Destinations {
		place, err := o.Journal.Place(ctx, d.Name)
		if err != nil {
			return nil, err
		}
		s := standing{Destination: d, Place: place, Stats: stats[d.Name]}
		// A loop takes its time to write down that an event was no news.
		s.Position = max(place.Cursor, s.Stats.Position)
		if s.Backlog, err = d.Backlog(ctx, o.Journal, s.Position); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Title is the destination's name, which is the place's and the counters' too.
func (s standing) Title() string { return s.Destination.Name }

// Parked tells whether a person must act.
func (s standing) Parked() bool { return !s.ParkedAt.IsZero() }

// Cure says what to do about a parked destination.
func (s standing) Cure() string { return notifier.Cure(s.Platform, s.ParkedCode) }

// State is how it fares in one word, for colour and count.
func (s standing) State() string {
	switch {
	case s.Parked():
		return "stopped"
	case s.Place.Error != "":
		return "troubled"
	}
	return "well"
}
