package reporter

import (
	"context"
	"log/slog"
	"time"
)

// lookEvery is how often the reporter looks what is due.
const lookEvery = time.Minute

// eachMinute calls f at once and each minute until ctx ends.
func eachMinute(ctx context.Context, f func(context.Context)) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		f(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// job is one thing to look after. now is the time of the look.
type job struct {
	name string
	do   func(ctx context.Context, now time.Time) error
}

// jobs are done one after the other.
type jobs struct {
	all     []job
	log     *slog.Logger
	failing map[string]bool // those whose last try failed
}

// do does each job once. One that fails does not hold up the others, and is
// tried again at the next look; the log says once that it fails.
func (j *jobs) do(ctx context.Context) {
	if j.failing == nil {
		j.failing = map[string]bool{}
	}
	now := time.Now()
	for _, one := range j.all {
		err := one.do(ctx, now)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !j.failing[one.name]:
			j.log.Error("report fails, trying again each minute", "report", one.name, "err", err)
		case err == nil && j.failing[one.name]:
			j.log.Info("report works again", "report", one.name)
		}
		j.failing[one.name] = err != nil
	}
}
