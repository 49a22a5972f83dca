package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"
)

// apart is the time between deliveries to an idle bridge: the platforms' pace
// then delays none of their messages, since a Discord channel is sent 29 a
// minute at most.
const apart = 2200 * time.Millisecond

// idle posts one delivery at a time and waits for its answer and both messages.
func (b bench) idle(ctx context.Context) error {
	bridge, err := b.startBridge(ctx, filepath.Join(b.dir, "idle.db"))
	if err != nil {
		return err
	}
	defer bridge.stop()
	yardstick, err := startYardstick(ctx)
	if err != nil {
		return err
	}
	defer yardstick.stop()
	c, err := connect(bridgeAddress)
	if err != nil {
		return err
	}
	defer c.Close()
	bare, err := connect(yardstickAddress)
	if err != nil {
		return err
	}
	defer bare.Close()
	var answers, bares, messages []time.Duration
	for _, d := range deliveries(51) {
		begin := time.Now()
		if err := bare.post(d); err != nil {
			return err
		}
		bares = append(bares, time.Since(begin))
		time.Sleep(apart / 2)
		begin = time.Now()
		if err := c.post(d); err != nil {
			return err
		}
		answers = append(answers, time.Since(begin))
		for range 2 {
			select {
			case shown := <-bridge.platforms.shown:
				messages = append(messages, shown.Sub(begin))
			case <-time.After(10 * time.Second):
				return errors.New("no message after ten seconds")
			}
		}
		time.Sleep(apart / 2)
	}
	answers, bares, messages = answers[1:], bares[1:], messages[2:] // the first delivery opened the connections
	const format = "%.2f ms / %.2f ms"
	row("POST to message when idle, p50 / p99", "≤ 2 / 5 ms", format, milliseconds(messages, 50), milliseconds(messages, 99))
	row("answer when idle, p50 / p99", "≤ 1.5 ms p50", format+" (yardstick "+format+")",
		milliseconds(answers, 50), milliseconds(answers, 99), milliseconds(bares, 50), milliseconds(bares, 99))
	return nil
}
