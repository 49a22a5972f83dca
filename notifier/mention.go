package notifier

import (
	"time"

	"polarbell/compose"
	"polarbell/formatter"
)

const (
	// callAgainAfter is how long nobody is called after a call: what comes
	// meanwhile is counted.
	callAgainAfter = 10 * time.Minute
	// callWithin is how old news may be that calls somebody: after an outage it
	// is no longer urgent.
	callWithin = time.Hour
)

// mention is who a card calls. silenced is 1 for a card that calls nobody only
// because somebody was called just now.
func (l *loop) mention(c formatter.Card) (m formatter.Mention, silenced int) {
	m = compose.Called(l.Calls, c)
	switch {
	case m.IsZero(), time.Since(c.Time) > callWithin:
		return formatter.Mention{}, 0
	case time.Since(l.called) < callAgainAfter:
		return formatter.Mention{}, 1
	}
	m.More = l.uncalled
	return m, 0
}

// isAlone reports whether a card cannot join the message: one that calls
// somebody is posted alone, and so is a digest, whose headline says how the day
// went.
func (b *batch) isAlone(c formatter.Card, mention formatter.Mention) bool {
	return len(b.items) > 0 && (b.isClosed() || c.Kind == formatter.Digest || !mention.IsZero())
}

// isClosed reports whether the message takes no more cards.
func (b *batch) isClosed() bool {
	return !b.mention.IsZero() || len(b.items) > 0 && b.items[0].card.Kind == formatter.Digest
}

// noteCall is for a message that was posted.
func (l *loop) noteCall(b batch) {
	if b.mention.IsZero() {
		l.uncalled += b.uncalled
		return
	}
	l.called, l.uncalled = time.Now(), 0
}

// handOverCalls has the next process not call again at once.
func (l *loop) handOverCalls(h *Handover) {
	if !l.called.IsZero() {
		h.Called, h.Uncalled = l.called.UnixMicro(), l.uncalled
	}
}

// resumeCalls goes on with the calls of the process before this one. Its clock may
// have been ahead.
func (l *loop) resumeCalls(h Handover) {
	if h.Called > 0 {
		l.called, l.uncalled = earlier(time.UnixMicro(h.Called), time.Now()), h.Uncalled
	}
}
