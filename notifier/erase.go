package notifier

import (
	"context"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// Remaining is a message that still names a person whom the journal has
// forgotten.
type Remaining struct {
	Destination string
	Posted      time.Time
	Err         error // why it could not be cleared
}

// Erase takes the messages, whose deliveries the journal has blanked, out of the
// channels. One that shows others' cards too keeps those. It returns how many
// messages it cleared, and those that it could not.
func (n *Notifier) Erase(ctx context.Context, rows []journal.Message) (erased int, remaining []Remaining) {
	n.resume(ctx)
	type message struct{ destination, ref string }
	done := map[message]bool{}
	for _, row := range rows {
		m := message{row.Destination, row.Ref}
		if row.Ref != "" && done[m] {
			continue
		}
		done[m] = true
		if err := n.eraseMessage(ctx, row, rows); err != nil {
			remaining = append(remaining, Remaining{Destination: row.Destination, Posted: row.Posted, Err: err})
		} else {
			erased++
		}
	}
	return erased, remaining
}

func (n *Notifier) eraseMessage(ctx context.Context, row journal.Message, forgotten []journal.Message) error {
	i := slices.IndexFunc(n.loops, func(l *loop) bool { return l.Name == row.Destination })
	switch {
	case i < 0:
		return &Fault{Code: "the destination is no longer configured"}
	case row.Ref == "":
		return &Fault{Code: "an incoming webhook cannot delete"}
	}
	return n.loops[i].erase(ctx, row.Ref, forgotten)
}

// erase clears one message of the rows given and settles it.
func (l *loop) erase(ctx context.Context, ref string, forgotten []journal.Message) error {
	head, err := l.journal.Head(ctx)
	if err != nil {
		return err
	}
	a, err := l.align(ctx, ref, head)
	if err != nil {
		return err
	}
	s := journal.Settlement{Destination: l.Name}
	a.cards = a.cards[:0]
	for i, row := range a.after {
		isForgotten := slices.ContainsFunc(forgotten, func(f journal.Message) bool { return f.ID == row.ID })
		switch {
		case isForgotten:
			s.Removed = append(s.Removed, row.ID)
		case row.Ref != "":
			a.cards = append(a.cards, a.shown[i])
			s.Changed = append(s.Changed, row)
		}
	}
	if a.day != "" && len(a.cards) > 0 {
		a.cards = []formatter.Card{l.dayCard(a.day, a.cards)}
	}
	if err := l.insist(ctx, func() *Fault {
		return l.request(ctx, RequestTimeout, func(ctx context.Context) error { return l.put(ctx, a) })
	}); err != nil {
		return err
	}
	return l.journal.Settle(context.WithoutCancel(ctx), s)
}

// insist tries a request a few times at the platform's pace. A message that is
// gone needs no more clearing.
func (l *loop) insist(ctx context.Context, request func() *Fault) error {
	const tries = 3
	var b backoff
	for {
		if err := until(ctx, later(b.at, l.Sender.NextEdit())); err != nil {
			return err
		}
		fault := request()
		switch {
		case fault == nil || fault.Verdict == Gone:
			return nil
		case fault.Verdict == NotYet:
			b.at = time.Now().Add(fault.Wait)
		case fault.Verdict != Later && fault.Verdict != Unknown || b.failures == tries-1:
			return fault
		default:
			b.fail(fault.Wait)
		}
	}
}

func until(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
