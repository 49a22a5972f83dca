package journal

import (
	"context"
	"time"
)

// pulse is what every commit that gives the loops work changes.
type pulse struct{ head, again, released int64 }

// Watch looks every so often, until ctx ends, whether another process
// committed work for the loops: a replay or a release from the command line,
// another replica's deliveries. Changed then tells of it as of one's own. An
// error is the loops' to find and to tell.
func (j *Journal) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	last, _ := j.pulse(ctx)
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
	p, _, err := first(collect(ctx, j, func(scan scanner) (p pulse, err error) {
		err = scan(&p.head, &p.again, &p.released)
		return p, err
	}, `SELECT (SELECT last FROM polarbell.head WHERE id = 1),
		(SELECT COALESCE(MAX(id), 0) FROM polarbell.again),
		(SELECT CAST(COALESCE(SUM(retry_at), 0) AS BIGINT) FROM polarbell.destinations)`))
	return p, err
}
