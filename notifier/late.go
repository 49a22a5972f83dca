package notifier

import (
	"context"
	"slices"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/polar"
)

const (
	// mostSingly is how many cards that can be summed up are told late by
	// themselves.
	mostSingly = 5
	// lateSettles is how long no delivery must have come late before cards are made
	// of those that did: catching up appends them one after the other.
	lateSettles = 3 * time.Second
	// lateWaits bounds that, since all that comes after them waits too.
	lateWaits = 30 * time.Second
	// lateTakes is how long after its last card a summary takes more. What is told
	// late after that has a message that rings.
	lateTakes = 10 * time.Minute
)

func isLate(e journal.Entry) bool { return polar.DecodeState(e.State).Late(e.At, e.Received) }

// settling is the end of late deliveries that are still arriving.
type settling struct {
	newest       journal.Seq
	quiet, until time.Time
	looked       journal.Seq // up to here no summary is to be made
}

// arriving returns the number of the first late delivery among those that wait,
// while more of them arrive, else 0.
func (s *settling) arriving(waiting []journal.Entry) journal.Seq {
	first := slices.IndexFunc(waiting, isLate)
	if first < 0 {
		*s = settling{looked: s.looked}
		return 0
	}
	now, newest := time.Now(), waiting[len(waiting)-1]
	for _, e := range slices.Backward(waiting) {
		if newest = e; isLate(e) {
			break
		}
	}
	if s.newest == 0 {
		s.until = now.Add(lateWaits)
	}
	if newest.Seq > s.newest {
		s.newest, s.quiet = newest.Seq, now.Add(lateSettles)
	}
	if now.Before(s.end()) {
		return waiting[first].Seq
	}
	return 0
}

func (s settling) end() time.Time { return earlier(s.quiet, s.until) }

// sharedBy names the message that a card shares with others, "" for one of its
// own.
func (l *loop) sharedBy(ctx context.Context, c formatter.Card) (name string, err error) {
	if l.composer.options.PerEvent {
		return "", nil
	}
	day, takes := l.dayOf(c)
	if takes || !compose.CanBeSummed(c) {
		return day, nil
	}
	late, err := l.summaryOf(ctx, c)
	if err != nil {
		return "", err
	}
	isOpen, err := l.takesMore(ctx, late)
	if isOpen {
		return late, err
	}
	return day, err
}

// summaryOf is the summary that a card may come in.
func (l *loop) summaryOf(ctx context.Context, c formatter.Card) (string, error) {
	late := compose.Late{Prefix: c.Prefix}
	if was := l.notifier.options.WasOn; was != nil {
		var err error
		if late.WasOn, err = was(ctx, c.Time); err != nil {
			return "", err
		}
	}
	return late.String(), nil
}

// takesMore reports whether a summary stands in the channel and takes more cards.
func (l *loop) takesMore(ctx context.Context, name string) (bool, error) {
	if !l.Sender.CanEdit() {
		return false, nil
	}
	last, ok, err := l.journal.DayMessage(ctx, l.Name, name)
	return ok && time.Since(last.Posted) < lateTakes, err
}

// sumUp fills the batch with what is told late, if that is so much that it comes
// as one message. The cursor stays where it is: what comes in between is told
// after it, and finds the rows of what the summary tells. While nothing more
// comes late, one look is enough.
func (l *loop) sumUp(ctx context.Context, b *batch, waiting []journal.Entry) error {
	isNews := func(e journal.Entry) bool { return e.Seq > l.late.looked && isLate(e) }
	if l.composer.options.PerEvent || !slices.ContainsFunc(waiting, isNews) {
		return nil
	}
	all, err := l.summable(ctx, b.head, b.place, waiting)
	if err != nil {
		return err
	}
	if len(all) > mostSingly {
		isOpen, err := l.takesMore(ctx, all[0].day)
		if err != nil {
			return err
		}
		if !isOpen {
			b.day = all[0].day
			for _, it := range all {
				b.add(it)
			}
			return nil
		}
	}
	l.late.looked = b.head
	return nil
}

// summable are the cards, of what waits up to a head, that one summary may take.
func (l *loop) summable(ctx context.Context, head, place journal.Seq, waiting []journal.Entry) (all []item, err error) {
	seen := map[string]bool{}
	for len(waiting) > 0 && len(all) < longest {
		for _, e := range waiting {
			if e.Seq > head {
				return all, nil
			}
			if seen[e.Subject] || e.Subject == ownSubject(l.Name) || !isLate(e) {
				continue
			}
			items, err := l.lateItems(ctx, e, head, place, seen)
			if err != nil {
				return nil, err
			}
			for _, it := range items {
				if len(all) == 0 || it.day == all[0].day {
					all = append(all, it)
				}
			}
		}
		if waiting, err = l.journal.After(ctx, waiting[len(waiting)-1].Seq, page); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// lateItems are the cards, of all that belongs to an entry, that are to be posted
// and may come in a summary. It marks the subjects as seen.
func (l *loop) lateItems(ctx context.Context, e journal.Entry, head, place journal.Seq, seen map[string]bool) (items []item, err error) {
	h, err := l.composer.history(ctx, head, e.Subject, e.Object)
	if err != nil {
		return nil, err
	}
	p, err := l.plan(ctx, h, head, place)
	if err != nil {
		return nil, err
	}
	for _, card := range p.posts {
		if _, takes := l.dayOf(card); !takes && compose.CanBeSummed(card) {
			day, err := l.summaryOf(ctx, card)
			if err != nil {
				return nil, err
			}
			items = append(items, item{card: card, day: day, subject: e.Subject, seq: e.Seq})
		}
	}
	for _, subject := range h.subjects {
		seen[subject] = true
	}
	return items, nil
}
