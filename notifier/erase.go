package notifier

import (
	"context"
	"maps"
	"slices"
	"time"

	"polarbell/journal"
)

// Left is a message that still names a person whom the journal has forgotten.
type Left struct {
	Destination string
	Posted      time.Time
	Err         error // why it stands
}

// Erase takes cards out of the channels, by destination, whose deliveries the
// journal has blanked. A message of theirs alone is deleted; one that shows
// others' cards too keeps those. It returns how many messages it
// cleared, and those that it could not.
func (n *Notifier) Erase(ctx context.Context, slots map[string][]journal.Slot) (erased int, left []Left) {
	for _, name := range slices.Sorted(maps.Keys(slots)) {
		of := slots[name]
		i := slices.IndexFunc(n.loops, func(l *loop) bool { return l.Name == name })
		done := map[string]bool{}
		for _, s := range of {
			var err error
			switch {
			case i < 0:
				err = &Fault{Code: "the destination is no longer configured"}
			case s.Message == "":
				err = &Fault{Code: "an incoming webhook cannot delete"}
			case !done[s.Message]:
				if err = n.loops[i].erase(ctx, s.Message, of); err == nil {
					erased++
				}
			default:
				continue
			}
			done[s.Message] = true
			if err != nil {
				left = append(left, Left{Destination: name, Posted: s.Posted, Err: err})
			}
		}
	}
	return erased, left
}

// erase clears one message of the slots given and settles it.
func (l *loop) erase(ctx context.Context, message string, slots []journal.Slot) error {
	slots = slices.DeleteFunc(slices.Clone(slots), func(s journal.Slot) bool { return s.Message != message })
	others, err := l.journal.Message(ctx, l.Name, message)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(other journal.Slot) bool {
		return slices.ContainsFunc(slots, func(s journal.Slot) bool { return s.Slot == other.Slot })
	})
	if len(others) == 0 {
		return l.delete(ctx, message)
	}
	r, err := l.rewrite(ctx, others)
	if err != nil {
		return err
	}
	if err := l.insist(ctx, func() *Fault { return l.change(ctx, Ref(message), r.cards) }); err != nil {
		return err
	}
	return l.journal.Settle(context.WithoutCancel(ctx), journal.Settlement{
		Destination: l.Name, Edited: message, Shown: r.head, Erased: slots,
	})
}

func (l *loop) delete(ctx context.Context, message string) error {
	if err := l.insist(ctx, func() *Fault {
		ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
		defer cancel()
		if err := l.Sender.Delete(ctx, Ref(message)); err != nil {
			return asFault(err)
		}
		return nil
	}); err != nil {
		return err
	}
	return l.journal.Settle(context.WithoutCancel(ctx), journal.Settlement{Destination: l.Name, Gone: message})
}

// insist tries a request a few times at the platform's pace. A message that is
// gone needs no more clearing.
func (l *loop) insist(ctx context.Context, request func() *Fault) error {
	const tries = 3
	var b backoff
	for {
		if err := until(ctx, later(b.at, l.Sender.Free(true))); err != nil {
			return err
		}
		fault := request()
		switch {
		case fault == nil || fault.Verdict == Gone:
			return nil
		case fault.Verdict != Later || b.failures == tries-1:
			return fault
		}
		b.fail(fault.Wait)
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
