package reporter

import (
	"context"

	"polarbell/journal"
	"polarbell/polar"
)

// mostSamples is how many samples of the command send are passed over in search
// of a delivery of Polar's, since their bodies are read. The next one counts.
const mostSamples = 1000

// LastDelivery returns the newest delivery of Polar's, the zero Arrival if there
// is none. The bridge's own events do not count, nor samples.
func LastDelivery(ctx context.Context, j *journal.Journal) (journal.Arrival, error) {
	samples := 0
	return newestArrival(ctx, j, func(a journal.Arrival) (bool, error) {
		if samples++; samples > mostSamples {
			return true, nil
		}
		contents, err := j.Contents(ctx, []journal.Seq{a.Seq})
		return len(contents) > 0 && !polar.Body(contents[0].Body).IsSample(), err
	})
}

// LastReceived is LastDelivery with samples.
func LastReceived(ctx context.Context, j *journal.Journal) (journal.Arrival, error) {
	return newestArrival(ctx, j, func(journal.Arrival) (bool, error) { return true, nil })
}

// newestArrival returns the newest arrival that counts. The bridge's own events
// do not.
func newestArrival(ctx context.Context, j *journal.Journal, counts func(journal.Arrival) (bool, error)) (journal.Arrival, error) {
	const page = 100
	head, err := j.Head(ctx)
	for before := head + 1; err == nil; {
		var found []journal.Arrival
		if found, err = j.Arrivals(ctx, 0, before, page); err != nil {
			break
		}
		for _, a := range found {
			if polar.IsOwn(a.Type) {
				continue
			}
			if isIt, err := counts(a); isIt || err != nil {
				return a, err
			}
		}
		if len(found) < page {
			break
		}
		before = found[page-1].Seq
	}
	return journal.Arrival{}, err
}
