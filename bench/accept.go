package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// contest is what one round found of the bridge and the yardstick.
type contest struct{ bridge, yardstick turn }

type turn struct {
	perSecond float64
	cpu       time.Duration // of the server, per request
	p50, p99  time.Duration
}

// compete has two servers take turns, which goes first changing from round to
// round. A first round warms both up and does not count.
func compete(ctx context.Context, bridge, yardstick *process, connections, requests, rounds int) ([]contest, error) {
	var all []contest
	for i := range rounds + 1 {
		var c contest
		order := []struct {
			p    *process
			into *turn
		}{{bridge, &c.bridge}, {yardstick, &c.yardstick}}
		if i%2 == 1 {
			order[0], order[1] = order[1], order[0]
		}
		load := deliveries(requests)
		for _, o := range order {
			var err error
			if *o.into, err = o.p.turn(ctx, connections, load); err != nil {
				return nil, err
			}
		}
		all = append(all, c)
	}
	return all[1:], nil
}

func (p *process) turn(ctx context.Context, connections int, load []delivery) (turn, error) {
	if ctx.Err() != nil {
		return turn{}, ctx.Err()
	}
	before, err := p.cpu()
	if err != nil {
		return turn{}, err
	}
	o, err := post(p.address, connections, 0, load)
	if err != nil {
		return turn{}, err
	}
	after, err := p.cpu()
	return turn{
		perSecond: o.perSecond(), cpu: (after - before) / time.Duration(len(load)),
		p50: quantile(o.latencies, 50), p99: quantile(o.latencies, 99),
	}, err
}

// of gives one figure of every round.
func of[T any](all []contest, f func(contest) T) []T {
	values := make([]T, len(all))
	for i, c := range all {
		values[i] = f(c)
	}
	return values
}

// report adds medians over the rounds to the table.
func (b *bench) report(what, target string, all []contest) {
	b.table.add("accepted per second, "+what, "", "%.0f (yardstick %.0f)",
		median(of(all, func(c contest) float64 { return c.bridge.perSecond })),
		median(of(all, func(c contest) float64 { return c.yardstick.perSecond })))
	b.table.add("÷ yardstick, "+what, target, "%.2f",
		median(of(all, func(c contest) float64 { return c.bridge.perSecond / c.yardstick.perSecond })))
	b.table.add("yardstick's server CPU ÷ ours, "+what, target, "%.2f (%s and %s a request)",
		median(of(all, func(c contest) float64 { return float64(c.yardstick.cpu) / float64(c.bridge.cpu) })),
		median(of(all, func(c contest) time.Duration { return c.yardstick.cpu })).Round(time.Microsecond),
		median(of(all, func(c contest) time.Duration { return c.bridge.cpu })).Round(time.Microsecond))
	b.table.add("answer p50 / p99, "+what, "", "%s / %s (yardstick %s / %s)",
		milliseconds(median(of(all, func(c contest) time.Duration { return c.bridge.p50 }))),
		milliseconds(median(of(all, func(c contest) time.Duration { return c.bridge.p99 }))),
		milliseconds(median(of(all, func(c contest) time.Duration { return c.yardstick.p50 }))),
		milliseconds(median(of(all, func(c contest) time.Duration { return c.yardstick.p99 }))))
}

// requests are how many a round has at a number of connections.
func (b *bench) requests(connections int) int {
	if connections == 1 {
		return 1500
	}
	return 8000
}

// accept measures on SQLite, while delivering within the platforms' limits.
func (b *bench) accept(ctx context.Context) error {
	targets := map[int]string{1: "≥ 0.22", 32: "≥ 0.40", 128: "≥ 0.45"}
	return b.contests(ctx, filepath.Join(b.dir, "accept.db"), true, func(bridge, yardstick *process) error {
		for _, connections := range []int{1, 32, 128} {
			all, err := compete(ctx, bridge, yardstick, connections, b.requests(connections), b.rounds())
			if err != nil {
				return err
			}
			b.report(fmt.Sprintf("%d at once", connections), targets[connections], all)
		}
		return nil
	})
}

// unlimited measures while delivering to platforms that take all at once.
func (b *bench) unlimited(ctx context.Context) error {
	return b.contests(ctx, filepath.Join(b.dir, "unlimited.db"), false, func(bridge, yardstick *process) error {
		all, err := compete(ctx, bridge, yardstick, 32, b.requests(32), b.rounds())
		if err == nil {
			b.report("32 at once, platforms without limits", "≥ 0.30", all)
		}
		return err
	})
}

// postgres measures on a temporary server, where there is one to run.
func (b *bench) postgres(ctx context.Context) error {
	url, stop, err := b.startPostgres(ctx)
	if url == "" || err != nil {
		return err
	}
	defer stop()
	return b.contests(ctx, url, true, func(bridge, yardstick *process) error {
		all, err := compete(ctx, bridge, yardstick, 32, b.requests(32), b.rounds())
		if err == nil {
			b.report("32 at once, Postgres", "≥ 0.23", all)
		}
		return err
	})
}

func (b *bench) contests(ctx context.Context, journal string, limits bool, run func(bridge, yardstick *process) error) error {
	s, err := startPlatforms(limits)
	if err != nil {
		return err
	}
	defer s.stop()
	yardstick, err := startYardstick()
	if err != nil {
		return err
	}
	defer yardstick.stop()
	bridge, err := b.startBridge(journal, s)
	if err != nil {
		return err
	}
	defer bridge.stop()
	return run(bridge, yardstick)
}
