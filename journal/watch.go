package journal

import (
	"context"
	"time"
)

// pulse changes with every commit that gives the loops work.
type pulse struct{ head, replays, retries int64 }

// Watch looks every so often, until ctx ends, whether another process
// committed work for the loops: a replay or an unparking from the command line,
// another replica's deliveries. It then signals Changed, and once after its first
// look, for what was committed since the loops read. Errors are ignored: the loops
// meet and log them.
func (j *Journal) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var last pulse
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, err := j.pulse(ctx)
		if err == nil && now != last {
			last = now
			j.wake()
		}
	}
}

func (j *Journal) pulse(ctx context.Context) (pulse, error) {
	p, _, err := first(read(ctx, j, func(p *pulse) []any { return []any{&p.head, &p.replays, &p.retries} }, `SELECT (SELECT last FROM polarbell.head WHERE id = 1),
		(SELECT COALESCE(MAX(id), 0) FROM polarbell.replays),
		(SELECT CAST(COALESCE(SUM(retry_at), 0) AS BIGINT) FROM polarbell.destinations)`))
	return p, err
}
