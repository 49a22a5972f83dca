package journal

import (
	"context"
	"time"
)

// Arrival says of an entry when it was received.
type Arrival struct {
	Seq      Seq
	Type     string
	Received time.Time
}

// Arrivals returns the arrivals of entries after one and before another, newest
// first. It reads an index alone, so that it may read a month of entries.
func (j *Journal) Arrivals(ctx context.Context, after, before Seq, limit int) ([]Arrival, error) {
	return read(ctx, j, func(a *Arrival) []any { return []any{&a.Seq, &a.Type, (*instant)(&a.Received)} },
		`SELECT seq, type, received FROM polarbell.entries WHERE seq > $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`, after, before, limit)
}
