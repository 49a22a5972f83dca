package admin

import (
	"context"

	"polarbell/notifier"
)

// statuses returns the state of each configured destination, in their order.
func (a *admin) statuses(ctx context.Context) ([]notifier.Status, error) {
	return notifier.Statuses(ctx, a.Journal, a.Destinations, a.Stats())
}

// inState counts the destinations in a state, for the summary.
func inState(all []notifier.Status, state string) (n int) {
	for _, s := range all {
		if s.State() == state {
			n++
		}
	}
	return n
}

// behind counts the destinations that work and have events waiting.
func behind(all []notifier.Status) (n int) {
	for _, s := range all {
		if s.State() == "ok" && s.Waiting > 0 {
			n++
		}
	}
	return n
}
