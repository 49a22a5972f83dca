package polar

import "time"

// lateAfter is longer than Polar's own retries of a delivery take, 17 to 34
// minutes.
const lateAfter = time.Hour

// Late reports whether a delivery that Polar could not deliver was fetched long
// after Polar made it. at is the time of the object's state. What Polar itself
// delivers is never late: an old example, or what somebody has it send again, is
// not news of a day that was missed.
func (s State) Late(at, received time.Time) bool {
	if s.Sent != 0 {
		at = unix(s.Sent)
	}
	return s.Fetched && received.Sub(at) > lateAfter
}

// sent is the time of the delivery, 0 where it is about that of the object's
// state: an object that stays as it is has a state that is older.
func (e envelope) sent(at time.Time) int64 {
	if sent := e.Timestamp.Time; !sent.IsZero() && sent.Sub(at).Abs() >= time.Minute {
		return sent.Unix()
	}
	return 0
}
