package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"polarbell/internal/pgtest"
)

// rounds is how often each figure is measured; its median counts.
const rounds = 7

// load is what a server gets in a round.
type load struct {
	connections, deliveries int
	target                  string // of the ratios
}

// accept measures on SQLite.
func (b bench) accept(ctx context.Context) error {
	return b.compare(ctx, filepath.Join(b.dir, "accept.db"), "", load{1, 1500, "≥ 0.22"}, load{32, 8000, "≥ 0.40"})
}

// postgres measures on a temporary server, if this machine has one to start.
func (b bench) postgres(ctx context.Context) error {
	database, err := pgtest.Start("")
	if errors.Is(err, pgtest.ErrMissing) {
		fmt.Fprintln(os.Stderr, "left out:", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer database.Remove()
	return b.compare(ctx, database.URL, ", Postgres", load{32, 8000, "≥ 0.23"})
}

// compare measures the bridge and the yardstick by turns, while the bridge
// delivers within the platforms' limits.
func (b bench) compare(ctx context.Context, journal, on string, loads ...load) error {
	yardstick, err := startYardstick(ctx)
	if err != nil {
		return err
	}
	defer yardstick.stop()
	bridge, err := b.startBridge(ctx, journal)
	if err != nil {
		return err
	}
	defer bridge.stop()
	for _, l := range loads {
		all := make([]round, rounds+1)
		for i := range all {
			same := deliveries(l.deliveries)
			if all[i].bridge, err = bridge.sample(l.connections, same); err != nil {
				return err
			}
			if all[i].yardstick, err = yardstick.sample(l.connections, same); err != nil {
				return err
			}
		}
		report(fmt.Sprintf("%d at once%s", l.connections, on), l.target, all[1:]) // the first warms both up
	}
	return nil
}

// round is what one round measured.
type round struct{ bridge, yardstick sample }

// sample is one server under one load.
type sample struct {
	perSecond float64
	cpu       float64 // of the server, in µs a request
	p50, p99  float64 // of the answers, in ms
}

func (p *process) sample(connections int, all []delivery) (sample, error) {
	before, err := p.cpu()
	if err != nil {
		return sample{}, err
	}
	begin := time.Now()
	latencies, err := post(p.address, connections, all)
	if err != nil {
		return sample{}, err
	}
	took := time.Since(begin)
	after, err := p.cpu()
	n := float64(len(all))
	return sample{
		perSecond: n / took.Seconds(),
		cpu:       float64((after - before).Microseconds()) / n,
		p50:       milliseconds(latencies, 50),
		p99:       milliseconds(latencies, 99),
	}, err
}

// milliseconds is a quantile.
func milliseconds(all []time.Duration, percent int) float64 {
	return quantile(all, percent).Seconds() * 1000
}

// report prints medians over the rounds.
func report(what, target string, all []round) {
	median := func(figure func(round) float64) float64 {
		values := make([]float64, len(all))
		for i, r := range all {
			values[i] = figure(r)
		}
		return quantile(values, 50)
	}
	both := func(name, format string, figure func(sample) float64) {
		row(name+", "+what, "", format+" (yardstick "+format+")",
			median(func(r round) float64 { return figure(r.bridge) }),
			median(func(r round) float64 { return figure(r.yardstick) }))
	}
	both("accepted per second", "%.0f", func(s sample) float64 { return s.perSecond })
	row("÷ yardstick, "+what, target, "%.2f",
		median(func(r round) float64 { return r.bridge.perSecond / r.yardstick.perSecond }))
	both("server's CPU a request", "%.0f µs", func(s sample) float64 { return s.cpu })
	row("yardstick's CPU ÷ ours, "+what, target, "%.2f",
		median(func(r round) float64 { return r.yardstick.cpu / r.bridge.cpu }))
	both("answer p50", "%.2f ms", func(s sample) float64 { return s.p50 })
	both("answer p99", "%.2f ms", func(s sample) float64 { return s.p99 })
}
