package polar

import "time"

const (
	// lateAfter is longer than Polar's own retries of a delivery take, 17 to 34
	// minutes.
	lateAfter = time.Hour
	// keptByPolar is how long Polar keeps a delivery's payload. What is older was
	// not lost: somebody sends an example.
	// Source: polarsource/polar, server/polar/webhook/service.py.
	keptByPolar = 90 * 24 * time.Hour
)

// Late reports whether a delivery was received long after Polar made it, as one
// that was lost and is fetched or sent again. at is the time of the object's
// state.
func (s State) Late(at, received time.Time) bool {
	if s.Sent != 0 {
		at = unix(s.Sent)
	}
	age := received.Sub(at)
	return !at.IsZero() && !received.IsZero() && age > lateAfter && age < keptByPolar
}

// sent is the time of the delivery, 0 where it is about that of the object's
// state: an object that stays as it is has a state that is older.
func (e envelope) sent(at time.Time) int64 {
	if sent := e.Timestamp.Time; !sent.IsZero() && sent.Sub(at).Abs() >= time.Minute {
		return sent.Unix()
	}
	return 0
}
