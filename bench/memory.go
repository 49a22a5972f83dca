package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// memory follows one bridge from its start through many deliveries, and times
// how long it takes to start on an empty journal and on the one that it leaves.
func (b bench) memory(ctx context.Context) error {
	file := filepath.Join(b.dir, "memory.db")
	empty := func(i int) string { return fmt.Sprintf("%s.%d", file, i) }
	if err := b.starts(ctx, "an empty journal", "≤ 50 ms", empty); err != nil {
		return err
	}
	if err := b.growth(ctx, file); err != nil {
		return err
	}
	return b.starts(ctx, "a journal of 100000", "≤ 100 ms", func(int) string { return file })
}

// growth measures a bridge after numbers of deliveries.
func (b bench) growth(ctx context.Context, file string) error {
	const batch = 5000
	bridge, err := b.startBridge(ctx, file)
	if err != nil {
		return err
	}
	defer bridge.stop()
	stored := 0
	for _, until := range []struct {
		deliveries int
		target     string
	}{{0, "≤ 20 MB"}, {5000, "≤ 40 MB"}, {100_000, "≤ 48 MB"}} {
		for ; stored < until.deliveries; stored += batch {
			if _, err := post(bridgeAddress, 32, deliveries(batch)); err != nil {
				return err
			}
		}
		time.Sleep(time.Second)
		resident, err := bridge.memory()
		if err != nil {
			return err
		}
		row(fmt.Sprintf("memory after %d deliveries", stored), until.target, "%s", resident)
	}
	return nil
}

// starts times starts, each on the journal that the function names for it.
func (b bench) starts(ctx context.Context, on, target string, journal func(i int) string) error {
	var all []time.Duration
	for i := range rounds {
		bridge, err := b.startBridge(ctx, journal(i))
		if err != nil {
			return err
		}
		bridge.stop()
		all = append(all, bridge.ready)
	}
	row("start to ready on "+on, target, "%.2f ms", milliseconds(all, 50))
	return nil
}
