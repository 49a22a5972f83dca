package journal

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Replay is a subject that a destination is to be shown again.
type Replay struct {
	Subject string
	Seq     Seq // the entry, for bridges with one card per event
}

func (s *session) again(ctx context.Context, destination string, r Replay) (int, error) {
	return s.change(ctx, `INSERT INTO polarbell.again (destination, subject, seq) VALUES ($1, $2, $3)
		ON CONFLICT (destination, subject) DO UPDATE SET seq = excluded.seq`,
		destination, clean(r.Subject), int64(r.Seq))
}

// Again returns what a destination is to be shown again, in the order of asking.
func (j *Journal) Again(ctx context.Context, destination string, limit int) ([]Replay, error) {
	return collect(ctx, j, func(scan scanner) (r Replay, err error) {
		err = scan(&r.Subject, &r.Seq)
		return r, err
	}, `SELECT subject, seq FROM polarbell.again WHERE destination = $1 ORDER BY id LIMIT $2`, destination, limit)
}

// Replays counts what a destination is still to be shown again.
func (j *Journal) Replays(ctx context.Context, destination string) (int, error) {
	n, _, err := first(collect(ctx, j, func(scan scanner) (n int, err error) {
		err = scan(&n)
		return n, err
	}, `SELECT COUNT(*) FROM polarbell.again WHERE destination = $1`, destination))
	return n, err
}

// Refusal is a dead letter: a card that a destination did not take.
type Refusal struct {
	Destination, Subject string
	Seq                  Seq
	Headline, Reason     string
	At                   time.Time
}

func (s *session) refuse(ctx context.Context, r Refusal) error {
	return s.exec(ctx, `INSERT INTO polarbell.refused (destination, subject, seq, headline, reason, at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (destination, subject, seq)
		DO UPDATE SET headline = excluded.headline, reason = excluded.reason, at = excluded.at`,
		r.Destination, clean(r.Subject), int64(r.Seq), clean(r.Headline), clean(r.Reason), micros(r.At))
}

// Refusals returns the newest dead letters, newest first. Destination "" means all.
func (j *Journal) Refusals(ctx context.Context, destination string, limit int) ([]Refusal, error) {
	return collect(ctx, j, func(scan scanner) (r Refusal, err error) {
		var at int64
		err = scan(&r.Destination, &r.Subject, &r.Seq, &r.Headline, &r.Reason, &at)
		r.At = moment(at)
		return r, err
	}, `SELECT destination, subject, seq, headline, reason, at FROM polarbell.refused
		WHERE destination = $1 OR $1 = '' ORDER BY id DESC LIMIT $2`, destination, limit)
}

// Selection says what to show again.
type Selection struct {
	PerEvent     bool      // each entry is its own subject, for bridges with one card per event
	Destinations []string  // none: all that joined
	Since        time.Time // entries received since; zero: no bound
	Seqs         []Seq     // these entries only; none: all
	Failed       bool      // only what stands in the dead letters, which it leaves
	Types        func(destination, eventType string) bool
}

// Replay has what is selected shown again, each subject once per destination.
// What a destination has still to take is left out: it will be shown anyway.
// It returns how many subjects each destination is to be shown.
func (j *Journal) Replay(ctx context.Context, sel Selection) (map[string]int, error) {
	counts := map[string]int{}
	if len(sel.Destinations) == 0 {
		places, err := j.Places(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			sel.Destinations = append(sel.Destinations, p.Name)
		}
	}
	for _, name := range sel.Destinations {
		replays, err := j.selected(ctx, sel, name)
		if err != nil {
			return nil, err
		}
		if err := j.replay(ctx, name, replays, sel.Failed); err != nil {
			return nil, err
		}
		counts[name] = len(replays)
	}
	return counts, nil
}

// selected returns the subjects in the order of their first entry selected,
// each with the last one.
func (j *Journal) selected(ctx context.Context, sel Selection, destination string) ([]Replay, error) {
	place, err := j.Place(ctx, destination)
	if err != nil {
		return nil, err
	}
	entries, err := j.candidates(ctx, sel, place)
	if err != nil {
		return nil, err
	}
	last := map[string]Seq{}
	var replays []Replay
	for _, e := range entries {
		if e.Received.Before(sel.Since) || (sel.Types != nil && !sel.Types(destination, e.Type)) {
			continue
		}
		if sel.PerEvent {
			e.Subject = fmt.Sprintf("event:%d", e.Seq)
		}
		if _, ok := last[e.Subject]; !ok {
			replays = append(replays, Replay{Subject: e.Subject})
		}
		last[e.Subject] = e.Seq
	}
	for i := range replays {
		replays[i].Seq = last[replays[i].Subject]
	}
	return replays, nil
}

// candidates returns entries that the destination has taken, in order.
func (j *Journal) candidates(ctx context.Context, sel Selection, p Place) ([]Entry, error) {
	var seqs []Seq
	var err error
	switch {
	case sel.Failed:
		if seqs, err = collect(ctx, j, scanSeq,
			`SELECT seq FROM polarbell.refused WHERE destination = $1 ORDER BY seq`, p.Name); err != nil {
			return nil, err
		}
		if len(sel.Seqs) > 0 {
			seqs = slices.DeleteFunc(seqs, func(seq Seq) bool { return !slices.Contains(sel.Seqs, seq) })
		}
	case len(sel.Seqs) > 0:
		seqs = sel.Seqs
	default:
		return j.since(ctx, sel.Since, p.Cursor)
	}
	return collect(ctx, j, scanEntry, `SELECT `+entryColumns+` FROM polarbell.entries
		WHERE `+j.d.among("seq", "$1")+` AND seq <= $2 ORDER BY seq`, j.d.list(seqs), p.Cursor)
}

// since walks back from an entry to the first one received before a time, so
// that a long journal costs no more than what is asked for.
func (j *Journal) since(ctx context.Context, since time.Time, upTo Seq) ([]Entry, error) {
	var found []Entry
	for {
		page, err := collect(ctx, j, scanEntry, `SELECT `+entryColumns+
			` FROM polarbell.entries WHERE seq <= $1 ORDER BY seq DESC LIMIT 1000`, upTo)
		if err != nil {
			return nil, err
		}
		found = append(found, page...)
		if len(page) == 0 || page[len(page)-1].Received.Before(since) {
			slices.Reverse(found)
			return found, nil
		}
		upTo = page[len(page)-1].Seq - 1
	}
}

func (j *Journal) replay(ctx context.Context, name string, replays []Replay, failed bool) error {
	return j.write(ctx, true, func(ctx context.Context, s *session) error {
		for _, r := range replays {
			if _, err := s.again(ctx, name, r); err != nil {
				return err
			}
			if !failed {
				continue
			}
			if err := s.exec(ctx, `DELETE FROM polarbell.refused WHERE destination = $1 AND (subject = $2 OR seq = $3)`,
				name, clean(r.Subject), int64(r.Seq)); err != nil {
				return err
			}
		}
		return nil
	})
}
