package reporter

import (
	"context"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/polar"
)

// history is all that the journal has of a name such as "subscription:ID", the
// oldest entry first.
func (r *Reporter) history(ctx context.Context, name string) (*compose.History, []journal.Entry, error) {
	head, err := r.journal.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	entries, err := r.journal.History(ctx, head, name)
	if err != nil {
		return nil, nil, err
	}
	known := make([]compose.Entry, len(entries))
	for i, e := range entries {
		known[i] = compose.Entry{Seq: int64(e.Seq), Type: e.Type, Object: e.Object, At: e.At, State: polar.DecodeState(e.State)}
	}
	h := compose.NewHistory(known)
	var needed []journal.Seq
	for _, seq := range h.Needs() {
		needed = append(needed, journal.Seq(seq))
	}
	contents, err := r.journal.Contents(ctx, needed)
	if err != nil {
		return nil, nil, err
	}
	bodies := map[int64][]byte{}
	for _, e := range contents {
		bodies[int64(e.Seq)] = e.Body
		if e.Organization != "" {
			h.Organization = compose.Organization(e.Organization)
		}
	}
	h.Fill(bodies)
	return h, entries, nil
}
