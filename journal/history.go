package journal

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// History returns what the journal has of names up to an entry, by number and
// without bodies: the entries whose subject or object is one of the names, those
// that share a subject or an object with one of them, and so on until there are
// no more. So a refund joins its order, whichever came first. Each round is a
// query, so more names of one history make it faster.
func (j *Journal) History(ctx context.Context, upTo Seq, names ...string) ([]Entry, error) {
	found := map[Seq]Entry{}
	asked := map[string]bool{"": true} // the empty name joins nothing
	for {
		names = slices.DeleteFunc(names, func(name string) bool {
			wasAsked := asked[name]
			asked[name] = true
			return wasAsked
		})
		if len(names) == 0 {
			return slices.SortedFunc(maps.Values(found), func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) }), nil
		}
		entries, err := read(ctx, j, (*Entry).columns, j.named(), j.d.list(names), upTo)
		if err != nil {
			return nil, err
		}
		names = nil
		for _, e := range entries {
			found[e.Seq] = e
			names = append(names, e.Subject, e.Object)
		}
	}
}

// named finds the entries up to $2 whose subject or object is among $1.
func (j *Journal) named() string {
	by := func(column string) string {
		return `SELECT ` + entryColumns + ` FROM polarbell.entries
			WHERE ` + j.d.withTail(column, "$1") + ` AND ` + j.d.among(column, "$1") + ` AND seq <= $2`
	}
	return by("subject") + ` UNION ALL ` + by("object")
}
