package notifier

import (
	"context"
	"errors"
	"strings"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/ledger"
)

// follow brings the ledger up to an entry. A ledger that cannot be written holds
// back no message.
func (c *composer) follow(ctx context.Context, upTo journal.Seq) error {
	if c.options.Ledger == nil || !c.books {
		return nil
	}
	err := c.options.Ledger.Follow(ctx, upTo)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, journal.ErrLost):
		return err
	case err == nil:
		if c.behind.Swap(false) {
			c.options.Log.Info("the ledger of orders is up to date again")
		}
	case !c.behind.Swap(true):
		c.options.Log.Error("the ledger of orders is behind, messages may not say who a customer is", "err", err)
	}
	return nil
}

// keepLedger brings the ledger up to what comes, whoever hears of it, once a
// second has brought nothing more: in a burst all of the processor is for
// accepting. What is composed meanwhile brings it as far as it needs it.
func (n *Notifier) keepLedger(ctx context.Context) {
	for ctx.Err() == nil {
		changed := n.journal.Changed() // taken before reading, so that no append is missed
		head, err := n.calmHead(ctx)
		if err == nil {
			err = n.composer.follow(ctx, head)
		}
		if errors.Is(err, journal.ErrLost) {
			return
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(behindAtMost): // after an error nothing more may come
		}
	}
}

// behindAtMost is how long what came may wait to be booked: deliveries need not
// pause.
const behindAtMost = time.Minute

// calmHead is the journal's newest entry once no other has come for a second.
func (n *Notifier) calmHead(ctx context.Context) (head journal.Seq, err error) {
	for end := time.Now().Add(behindAtMost); ; {
		before := head
		head, err = n.journal.Head(ctx)
		if err != nil || ctx.Err() != nil || head == before || time.Now().After(end) {
			return head, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(poll):
		}
	}
}

// known is what the ledger knows of a history, nil where it knows nothing or
// cannot be read: that holds back no message.
func (h *history) known(ctx context.Context, of *compose.History, entries []journal.Entry) (*compose.Ledger, error) {
	known, err := h.look(ctx, of, entries)
	if err == nil || ctx.Err() != nil || errors.Is(err, journal.ErrLost) {
		return known, err
	}
	if !h.behind.Swap(true) {
		h.options.Log.Error("the ledger of orders cannot be read, messages do not say who a customer is", "err", err)
	}
	return nil, nil
}

func (h *history) look(ctx context.Context, of *compose.History, entries []journal.Entry) (*compose.Ledger, error) {
	if h.options.Ledger == nil {
		return nil, nil
	}
	customers := of.Customers()
	if len(customers) == 0 {
		return nil, nil
	}
	if err := h.follow(ctx, entries[len(entries)-1].Seq); err != nil {
		return nil, err
	}
	s, err := h.options.Ledger.Standing(ctx, customers, subscriptionsOf(entries))
	if err != nil || len(s.Orders) == 0 {
		return nil, err
	}
	known := &compose.Ledger{Zone: h.options.zone(), Days: map[string]compose.SoFar{}}
	coverage, _, err := h.options.Ledger.Coverage(ctx, s.Orders[len(s.Orders)-1].Organization)
	if err != nil {
		return nil, err
	}
	known.Complete, known.Since = coverage.Imported, coverage.Since
	for _, o := range s.Orders {
		known.Orders = append(known.Orders, compose.Payment{
			ID: o.ID, Customer: o.Customer, Subscription: s.Subscriptions[o.Subscription], At: o.Paid,
			Amount: formatter.Money{Amount: o.Total, Currency: o.Currency},
		})
	}
	for _, r := range s.Refunds {
		known.Refunds = append(known.Refunds, compose.Payment{
			ID: r.ID, Order: r.Order, Customer: r.Customer, At: r.At, Amount: formatter.Money{Amount: r.Amount, Currency: r.Currency},
		})
	}
	return known, h.addDays(ctx, known, s.Orders, entries)
}

// subscriptionsOf are the IDs of the subscriptions that the entries are about or
// filed under, each once.
func subscriptionsOf(entries []journal.Entry) (ids []string) {
	seen := map[string]bool{}
	for _, e := range entries {
		for _, name := range []string{e.Subject, e.Object} {
			if id, ok := strings.CutPrefix(name, "subscription:"); ok && !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// addDays adds how the day went up to each sale of the history, where all orders
// of that day are known.
func (h *history) addDays(ctx context.Context, known *compose.Ledger, orders []journal.Order, entries []journal.Entry) error {
	heard := map[string]time.Time{} // when the first delivery of an order came
	for _, e := range entries {
		if id, ok := strings.CutPrefix(e.Object, "order:"); ok && heard[id].IsZero() {
			heard[id] = e.Received
		}
	}
	for _, o := range orders {
		at, ours := heard[o.ID]
		if !ours || !ledger.IsSale(o) {
			continue
		}
		day := compose.Midnight(o.Paid.In(h.options.zone()))
		if !known.Complete && (known.Since.IsZero() || known.Since.After(day)) {
			continue
		}
		next := day.AddDate(0, 0, 1)
		sums, err := h.options.Ledger.UpTo(ctx, ledger.Period{From: day, To: next, Organization: o.Organization}, o)
		if err != nil {
			return err
		}
		soFar := compose.SoFar{Day: day, Today: at.Before(next)}
		for _, sum := range sums {
			soFar.Sales += sum.Orders
			money := formatter.Money{Amount: sum.Total, Currency: sum.Currency}
			if sum.Currency == o.Currency {
				soFar.Sums = append([]formatter.Money{money}, soFar.Sums...)
			} else {
				soFar.Sums = append(soFar.Sums, money)
			}
		}
		known.Days[o.ID] = soFar
	}
	return nil
}
