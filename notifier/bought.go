package notifier

import (
	"context"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/polar"
)

// findBought finds the checkouts of a history whose visitors bought the same
// product by another one, or by an order without any, since they began.
func (h *history) findBought(ctx context.Context, all *compose.History) error {
	if h.options.PerEvent {
		return nil
	}
	for _, left := range all.Left() {
		p, err := h.purchasesSince(ctx, left.Since, h.upTo)
		if err != nil {
			return err
		}
		if at, found := p.last[left.Buyer]; found && !at.Before(left.Since) {
			all.Bought = append(all.Bought, left.Object)
		}
	}
	return nil
}

// purchases are who bought what last, by the buyers' digests, of the entries up to
// one that were received since a time. They are remembered, because a day's
// message asks for those of many checkouts.
type purchases struct {
	upTo  journal.Seq
	since time.Time
	last  map[string]time.Time
}

func (c *composer) purchasesSince(ctx context.Context, since time.Time, upTo journal.Seq) (purchases, error) {
	c.mu.Lock()
	p := c.purchases
	c.mu.Unlock()
	if p.last != nil && p.upTo == upTo && !since.Before(p.since) {
		return p, nil
	}
	entries, err := c.journal.Since(ctx, since, upTo)
	if err != nil {
		return p, err
	}
	p = purchases{upTo: upTo, since: since, last: map[string]time.Time{}}
	for _, e := range entries {
		buyer := polar.DecodeState(e.State).Bought(e.Type)
		if buyer != "" && e.At.After(p.last[buyer]) {
			p.last[buyer] = e.At
		}
	}
	c.mu.Lock()
	c.purchases = p
	c.mu.Unlock()
	return p, nil
}
