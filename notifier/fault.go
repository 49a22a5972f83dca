package notifier

import (
	"errors"
	"strings"
	"time"
)

// Verdict is what a failed request means to the loop, whatever words the
// platform had for it.
type Verdict int

const (
	// Later: the platform is slow or down. Nothing is settled; after Wait, or a
	// growing wait of the loop's own, the loop decides anew what to send.
	Later Verdict = iota
	// Unknown: the answer is missing, so the request may have been taken. A post
	// is tried again as it was, with more patience; after a second such outcome
	// the loop rests. An edit or a deletion is made again.
	Unknown
	// Refused: the platform does not take this message, but the destination
	// works. The loop posts the cards of a refused post one by one, the refused
	// card as its headline alone, and then keeps it as a dead letter. A refused
	// edit is tried with the headlines alone, a refused deletion becomes an edit;
	// refused even so, the message stays as it is.
	Refused
	// Broken: the destination's settings are wrong. The loop parks it: its
	// events wait for a person, and the waiting message is tried again after a
	// minute, growing to an hour.
	Broken
	// Gone: the message to edit or to delete was deleted. It is not posted anew. A
	// post is never Gone.
	Gone
	// Fixed: the message to edit stands as it is, and can never be edited again.
	Fixed
	// NotYet: our own pace, or a lease that ends, held the request back, so nothing
	// was sent. The loop asks again after Wait and does not count a failure.
	NotYet
)

func (v Verdict) String() string {
	return [...]string{"later", "unknown", "refused", "broken", "gone", "fixed", "not yet"}[v]
}

// Fault is a request that failed. Its text never holds a token or the URL of a
// webhook.
type Fault struct {
	Verdict Verdict
	Code    string        // the platform's own code: "channel_not_found", "404/10015"
	Detail  string        // what else it said, such as the field it refuses
	Wait    time.Duration // before the next try; 0 leaves it to the loop
	Limited bool          // the platform said that we are too fast
	Cure    string        // what a person should do, if the sender knows more than the code says

	// UntilReleased is set on a Broken fault if asking again does harm: only a
	// restart or a person releases the destination.
	UntilReleased bool
}

func (f *Fault) Error() string {
	if f.Detail == "" {
		return f.Code
	}
	return f.Code + ": " + f.Detail
}

// asFault returns err as the loop needs it. What is not a Fault comes from a
// library that could not make a request or not read its answer.
func asFault(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Verdict: Unknown, Code: "an answer that cannot be read"}
}

// byCode lists the verdict of each code; those of one verdict are separated by
// spaces.
func byCode(codes map[Verdict]string) map[string]Verdict {
	verdicts := map[string]Verdict{}
	for verdict, list := range codes {
		for code := range strings.FieldsSeq(list) {
			verdicts[code] = verdict
		}
	}
	return verdicts
}
