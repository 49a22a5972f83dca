package notifier

import (
	"cmp"
	"slices"
)

// ByUrgency sorts statuses: first what needs a person, last what is well. It
// keeps the order of what is alike.
func ByUrgency(all []Status) []Status {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b Status) int { return cmp.Compare(a.urgency(), b.urgency()) })
	return sorted
}

// urgency is low for what is urgent.
func (s Status) urgency() int {
	switch {
	case s.Parked():
		return 0
	case s.Failing():
		return 1
	case s.Waiting > 0:
		return 2
	case s.DeadLetters > 0:
		return 3
	}
	return 4
}
