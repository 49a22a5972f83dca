package journal

import (
	"context"
	"slices"
	"time"
)

// editable is how long after a message the entries of its subject are kept
// whatever their age. Its caller edits messages for 24 hours, and composes
// them from the entries; the last hour is a margin.
const editable = 25 * time.Hour

// pruneLook is how many entries a call looks at: those that stay are looked at
// again and again.
const pruneLook = 5000

// pruneStep bounds what one transaction deletes: its keys are scattered over a
// file that may be read from a cold disk, and appends wait meanwhile.
const pruneStep = 16

// Prune is a small step of retention; it returns how many entries it deleted,
// at most limit. An entry goes when it was received before the time given, all
// configured destinations have read it, and its subject has no message under
// 25 hours old, no pending replay and no dead letter. The newest of those entries
// of an object stays if keep, which gets it without its body, says so: what came
// after that time is compared with it. Messages, dead
// letters and replays of before that time go too. Where many entries stay, it
// may return fewer than limit and find more in the next call.
func (j *Journal) Prune(ctx context.Context, before time.Time, configured []string, limit int, keep func(Entry) bool) (int, error) {
	seqs, err := j.prunable(ctx, before, configured, limit, keep)
	if err != nil {
		return 0, err
	}
	deleted := 0
	for step := range slices.Chunk(seqs, pruneStep) {
		if err := j.run(ctx, do(`DELETE FROM polarbell.entries WHERE `+j.d.among("seq", "$1"), j.d.list(step))); err != nil {
			return deleted, err
		}
		deleted += len(step)
	}
	return deleted, j.pruneRows(ctx, before, limit)
}

// pruneRows deletes from the other tables. Ids grow with time, so the oldest
// rows are the first. The last table is that of the release before.
func (j *Journal) pruneRows(ctx context.Context, before time.Time, limit int) error {
	var deletes []statement
	for _, t := range []struct{ name, time string }{
		{"messages", "posted"}, {"dead_letters", "at"}, {"replays", "requested"}, {"refused", "at"},
	} {
		deletes = append(deletes, do(`DELETE FROM polarbell.`+t.name+` WHERE `+t.time+` < $1
			AND id < (SELECT MIN(id) FROM polarbell.`+t.name+`) + $2`, micros(before), limit))
	}
	return j.run(ctx, deletes...)
}

// candidate is an entry that may be pruned.
type candidate struct {
	Entry
	needed bool // by a message, a replay or a dead letter
	newest bool // of its object, before the time given
}

// prunable walks from the oldest entry on and ends at the first one young
// enough to stay, so with nothing to prune it reads one page. Where it has to
// stop before, the next call goes on.
func (j *Journal) prunable(ctx context.Context, before time.Time, configured []string, limit int, keep func(Entry) bool) ([]Seq, error) {
	floor, err := j.floor(ctx, configured)
	if err != nil {
		return nil, err
	}
	var seqs []Seq
	after := Seq(j.prunedTo.Swap(0))
	for looked := 0; looked < pruneLook; {
		page, err := j.candidates(ctx, before, after, floor)
		if err != nil || len(page) == 0 {
			return seqs, err
		}
		for _, c := range page {
			if !c.Received.Before(before) {
				return seqs, nil
			}
			if len(seqs) == limit {
				break
			}
			if !c.needed && !(c.newest && keep != nil && keep(c.Entry)) {
				seqs = append(seqs, c.Seq)
			}
			after = c.Seq
		}
		if looked += len(page); len(seqs) == limit {
			break
		}
	}
	j.prunedTo.Store(int64(after))
	return seqs, nil
}

// candidates returns the entries that follow after, up to floor.
func (j *Journal) candidates(ctx context.Context, before time.Time, after, floor Seq) ([]candidate, error) {
	return read(ctx, j, func(c *candidate) []any { return append(c.columns(), &c.needed, &c.newest) }, `SELECT `+entryColumns+`,
		EXISTS (SELECT 1 FROM polarbell.messages m WHERE m.subject = e.subject AND m.posted > $3)
		OR EXISTS (SELECT 1 FROM polarbell.replays r WHERE r.subject = e.subject)
		OR EXISTS (SELECT 1 FROM polarbell.dead_letters d WHERE d.subject = e.subject),
		NOT EXISTS (SELECT 1 FROM polarbell.entries n WHERE `+is("n.object", "e.object")+`
			AND n.received < $4 AND (n.at > e.at OR (n.at = e.at AND n.seq > e.seq)))
		FROM polarbell.entries e WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT 500`,
		after, floor, micros(time.Now().Add(-editable)), micros(before))
}

// floor is the cursor of the configured destination that is furthest behind.
func (j *Journal) floor(ctx context.Context, configured []string) (Seq, error) {
	floor, err := j.Head(ctx)
	for _, name := range configured {
		if err != nil {
			break
		}
		var d DestinationState
		d, err = j.Destination(ctx, name)
		floor = min(floor, d.Cursor)
	}
	return floor, err
}
