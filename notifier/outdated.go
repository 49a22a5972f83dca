package notifier

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/polar"
)

// digestsWait is how long a destination may be parked and still gets every
// digest. After that it gets the newest one of each kind.
const digestsWait = 7 * 24 * time.Hour

// isOutdated reports whether a card is a digest that waited while the destination
// was parked for too long, and a newer one of its kind waited too.
func (l *loop) isOutdated(ctx context.Context, card formatter.Card, e journal.Entry) (bool, error) {
	if card.Kind != formatter.Digest {
		return false, nil
	}
	own, err := l.journal.History(ctx, math.MaxInt64, ownSubject(l.Name))
	if err != nil {
		return false, err
	}
	parked, until := parkedWith(own, e)
	if until.Received.Sub(parked.Received) < digestsWait {
		return false, nil
	}
	digests, err := l.journal.ReceivedSince(ctx, e.Received, []string{polar.Digest})
	return slices.ContainsFunc(digests, func(d journal.Entry) bool {
		return d.Seq > e.Seq && d.Seq < until.Seq && kindOfDigest(d) == kindOfDigest(e)
	}), err
}

// parkedWith are the events between which the destination was parked while an
// entry waited, until now if it still is. Both are zero if it was not.
func parkedWith(own []journal.Entry, waited journal.Entry) (parked, until journal.Entry) {
	for _, e := range own {
		switch {
		case e.Type == polar.Parked:
			parked, until = e, journal.Entry{Seq: math.MaxInt64, Received: time.Now()}
		case e.Type == polar.Recovered && e.Seq > waited.Seq && parked.Seq > 0:
			return parked, e
		case e.Type == polar.Recovered:
			parked, until = journal.Entry{}, journal.Entry{}
		}
	}
	return parked, until
}

// kindOfDigest is its object without the date: destination and period.
func kindOfDigest(e journal.Entry) string { return e.Object[:strings.LastIndex(e.Object, ":")] }
