package admin

import (
	"slices"

	"polarbell/notifier"
)

// group is the destinations with the same outcome of a delivery.
type group struct {
	Result notifier.Result
	Names  []string
	Why    string
}

// grouped merges equal outcomes, those to look at first before the others.
func grouped(outcomes []notifier.Outcome) []group {
	var groups []group
	for _, result := range notifier.Results {
		for _, o := range outcomes {
			if o.Result != result {
				continue
			}
			at := slices.IndexFunc(groups, func(g group) bool { return g.Result == result && g.Why == o.Why })
			if at < 0 {
				groups = append(groups, group{Result: result, Why: o.Why})
				at = len(groups) - 1
			}
			groups[at].Names = append(groups[at].Names, o.Destination)
		}
	}
	return groups
}
