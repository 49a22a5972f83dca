package polartest

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Disorder is what may go wrong between Polar and us, each as a chance from 0
// to 1 of any one delivery.
type Disorder struct {
	Late   float64       // it comes up to an hour late, after others
	Double float64       // it comes again, up to an hour later
	Lost   float64       // it never comes
	Off    time.Duration // for so long once nothing comes; then all of it is caught up with
}

// Arrive returns the deliveries of some shops in the order of their arrival.
func (d Disorder) Arrive(r *rand.Rand, shops ...*Shop) []Delivery {
	var all []Delivery
	for _, s := range shops {
		for _, delivery := range s.Sent {
			if r.Float64() < d.Lost {
				continue
			}
			if r.Float64() < d.Double {
				again := delivery
				again.At = again.At.Add(spanUpTo(r, oneOf(r, time.Second, time.Hour)))
				all = append(all, again)
			}
			if r.Float64() < d.Late {
				delivery.At = delivery.At.Add(spanUpTo(r, oneOf(r, time.Second, time.Hour)))
			}
			all = append(all, delivery)
		}
	}
	byTime := func(a, b Delivery) int { return a.At.Compare(b.At) }
	slices.SortStableFunc(all, byTime)
	if d.Off > 0 {
		from := oneOf(r, all...).At
		for i := range all {
			if until := from.Add(d.Off); !all[i].At.Before(from) && all[i].At.Before(until) {
				all[i].At = until
			}
		}
		slices.SortStableFunc(all, byTime)
	}
	return all
}
