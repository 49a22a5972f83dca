package journal

import (
	"context"
	"slices"
	"time"
)

// fresh is how long the entries of a card's subject are kept whatever their
// age: news edits a card for 24 hours.
const fresh = 25 * time.Hour

// pruneStep bounds what one transaction deletes: its keys are scattered over a
// file that may be read from a cold disk, and appends wait meanwhile.
const pruneStep = 16

// Prune is a small step of retention; it returns how many entries it deleted,
// at most limit. An entry goes when it was received before the time given, no
// configured destination waits for it, and it is no part of a card under 24
// hours old, of one to be shown again, or of a dead letter. Old slots and dead
// letters go too.
func (j *Journal) Prune(ctx context.Context, before time.Time, configured []string, limit int) (int, error) {
	seqs, err := j.prunable(ctx, before, configured, limit)
	if err != nil {
		return 0, err
	}
	deleted := 0
	for step := range slices.Chunk(seqs, pruneStep) {
		if err := j.write(ctx, false, func(ctx context.Context, s *session) error {
			return s.exec(ctx, `DELETE FROM polarbell.entries WHERE `+s.d.among("seq", "$1"), s.d.list(step))
		}); err != nil {
			return deleted, err
		}
		deleted += len(step)
	}
	return deleted, j.write(ctx, false, func(ctx context.Context, s *session) error {
		// Both grow with time, so the oldest rows are the first.
		if err := s.exec(ctx, `DELETE FROM polarbell.cards WHERE posted < $1
			AND id < (SELECT MIN(id) FROM polarbell.cards) + $2`, micros(before), limit); err != nil {
			return err
		}
		return s.exec(ctx, `DELETE FROM polarbell.refused WHERE at < $1
			AND id < (SELECT MIN(id) FROM polarbell.refused) + $2`, micros(before), limit)
	})
}

// prunable walks from the oldest entry on and ends at the first one young
// enough to stay, so with nothing to prune it reads one page.
func (j *Journal) prunable(ctx context.Context, before time.Time, configured []string, limit int) ([]Seq, error) {
	type row struct {
		seq      Seq
		received int64
		kept     bool
	}
	floor, err := j.floor(ctx, configured)
	if err != nil {
		return nil, err
	}
	var seqs []Seq
	var after Seq
	for {
		page, err := collect(ctx, j, func(scan scanner) (r row, err error) {
			err = scan(&r.seq, &r.received, &r.kept)
			return r, err
		}, `SELECT seq, received,
			EXISTS (SELECT 1 FROM polarbell.cards c WHERE c.subject = e.subject AND c.posted > $3)
			OR EXISTS (SELECT 1 FROM polarbell.again a WHERE a.subject = e.subject)
			OR EXISTS (SELECT 1 FROM polarbell.refused r WHERE r.subject = e.subject)
			FROM polarbell.entries e WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT 500`,
			after, floor, micros(time.Now().Add(-fresh)))
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if r.received >= micros(before) || len(seqs) == limit {
				return seqs, nil
			}
			if !r.kept {
				seqs = append(seqs, r.seq)
			}
			after = r.seq
		}
		if len(page) == 0 {
			return seqs, nil
		}
	}
}

// floor is the cursor of the configured destination that is furthest behind.
func (j *Journal) floor(ctx context.Context, configured []string) (Seq, error) {
	floor, err := j.Head(ctx)
	for _, name := range configured {
		if err != nil {
			break
		}
		var p Place
		p, err = j.Place(ctx, name)
		floor = min(floor, p.Cursor)
	}
	return floor, err
}

// Size returns how many bytes the journal takes on disk.
func (j *Journal) Size(ctx context.Context) (int64, error) {
	n, _, err := first(collect(ctx, j, func(scan scanner) (n int64, err error) {
		err = scan(&n)
		return n, err
	}, j.d.size))
	return n, err
}

// Writable proves with a commit that the journal takes deliveries. The value
// must be a new one: SQLite writes no page that stays the same.
func (j *Journal) Writable(ctx context.Context) error {
	return j.write(ctx, false, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `UPDATE polarbell.head SET probed = $1 WHERE id = 1`, time.Now().UnixNano())
	})
}
