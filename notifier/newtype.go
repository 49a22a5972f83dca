package notifier

import (
	"context"
	"slices"

	"polarbell/polar"
)

// announceType tells once of a type that this version does not know and that no
// route asks for: a new kind of event must not vanish. Its id is made of the
// type, so that restarts and other processes do not tell it again.
func (l *loop) announceType(ctx context.Context, eventType string) error {
	if polar.Known(eventType) || polar.IsOwn(eventType) || !l.notifier.isNewType(eventType) {
		return nil
	}
	e := announcement(polar.NewType, polar.DestinationEvent{ID: eventType})
	e.ID = polar.NewType + "-" + eventType
	seq, fresh, err := l.journal.Append(ctx, e)
	if fresh {
		l.journal.Wake(seq)
		l.log.Info("new type of event from Polar, which no route asks for", "event", eventType)
	}
	if err == nil {
		l.notifier.noteType(eventType)
	}
	return err
}

// isNewType reports whether a type has to be announced.
func (n *Notifier) isNewType(eventType string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.announced[eventType] && !slices.ContainsFunc(n.loops, func(l *loop) bool { return l.mayShow(eventType) })
}

func (n *Notifier) noteType(eventType string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.announced[eventType] = true
}
