package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"polarbell/journal"
)

// size is the binary's.
func (b *bench) size(context.Context) error {
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	b.table.add("static stripped binary", "≤ 20 MB", "%.1f MB", float64(info.Size())/1e6)
	return nil
}

// open posts at a fixed rate, however long the answers take.
func (b *bench) open(ctx context.Context) error {
	const perSecond, connections = 500, 64
	n := 10 * perSecond
	if b.quick {
		n = 2 * perSecond
	}
	return b.contests(ctx, filepath.Join(b.dir, "open.db"), true, func(bridge, yardstick *process) error {
		var of [2]outcome
		for i, p := range []*process{bridge, yardstick} {
			var err error
			if of[i], err = post(p.address, connections, time.Second/perSecond, deliveries(n)); err != nil {
				return err
			}
		}
		b.table.add(fmt.Sprintf("answer p50 / p99 at %d a second, open loop", perSecond), "", "%s / %s (yardstick %s / %s)",
			milliseconds(quantile(of[0].latencies, 50)), milliseconds(quantile(of[0].latencies, 99)),
			milliseconds(quantile(of[1].latencies, 50)), milliseconds(quantile(of[1].latencies, 99)))
		return nil
	})
}

// idle posts one delivery at a time, so far apart that the platforms' pace
// holds up none of its messages, and waits for both.
func (b *bench) idle(ctx context.Context) error {
	const apart = 2200 * time.Millisecond // a Discord channel is sent 29 a minute at most
	n := 50
	if b.quick {
		n = 8
	}
	s, err := startPlatforms(true)
	if err != nil {
		return err
	}
	defer s.stop()
	bridge, err := b.startBridge(filepath.Join(b.dir, "idle.db"), s)
	if err != nil {
		return err
	}
	defer bridge.stop()
	yardstick, err := startYardstick()
	if err != nil {
		return err
	}
	defer yardstick.stop()
	c, err := connect(bridge.address)
	if err != nil {
		return err
	}
	defer c.Close()
	bare, err := connect(yardstick.address)
	if err != nil {
		return err
	}
	defer bare.Close()
	var answers, messages, bareAnswers []time.Duration
	for i, d := range deliveries(n + 1) {
		begin := time.Now()
		if err := c.post(d); err != nil {
			return err
		}
		answered := time.Since(begin)
		shown, err := s.next(ctx, 2)
		if err != nil {
			return err
		}
		if i > 0 { // the first one opened the connections
			answers = append(answers, answered)
			messages = append(messages, shown[0].Sub(begin), shown[1].Sub(begin))
		}
		if err := sleep(ctx, apart/2-time.Since(begin)); err != nil {
			return err
		}
		posted := time.Now()
		if err := bare.post(d); err != nil {
			return err
		}
		bareAnswers = append(bareAnswers, time.Since(posted))
		if err := sleep(ctx, apart-time.Since(begin)); err != nil {
			return err
		}
	}
	b.table.add("answer when idle, p50 / p99", "≤ 1.5 ms p50", "%s / %s (yardstick %s / %s)",
		milliseconds(quantile(answers, 50)), milliseconds(quantile(answers, 99)),
		milliseconds(quantile(bareAnswers, 50)), milliseconds(quantile(bareAnswers, 99)))
	b.table.add("POST to message at the stand-in when idle, p50 / p99", "≤ 2 / 5 ms", "%s / %s",
		milliseconds(quantile(messages, 50)), milliseconds(quantile(messages, 99)))
	return nil
}

// next waits for n messages and tells when each was shown.
func (p *platforms) next(ctx context.Context, n int) ([]time.Time, error) {
	var all []time.Time
	late := time.After(10 * time.Second)
	for range n {
		select {
		case at := <-p.shown:
			all = append(all, at)
		case <-late:
			return nil, errors.New("no message after ten seconds")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return all, nil
}

// memory follows one bridge from its start through many deliveries, and times
// how long it takes to start on an empty journal and on the one that is left.
func (b *bench) memory(ctx context.Context) error {
	stops := []int{5_000, 100_000}
	if b.quick {
		stops = stops[:1]
	}
	s, err := startPlatforms(true)
	if err != nil {
		return err
	}
	defer s.stop()
	file := filepath.Join(b.dir, "memory.db")
	if err := b.starts(s, "an empty journal", "≤ 50 ms", func(i int) string { return fmt.Sprintf("%s.%d", file, i) }); err != nil {
		return err
	}
	bridge, err := b.startBridge(file, s)
	if err != nil {
		return err
	}
	defer func() { bridge.stop() }()
	if err := b.resident(ctx, bridge, "idle", "≤ 20 MB"); err != nil {
		return err
	}
	posted := 0
	for i, n := range stops {
		for ; posted < n; posted += 5_000 {
			if _, err := post(bridge.address, 32, 0, deliveries(5_000)); err != nil {
				return err
			}
		}
		target := []string{"≤ 40 MB", "≤ 48 MB"}[i]
		if err := b.resident(ctx, bridge, fmt.Sprintf("after %d deliveries", n), target); err != nil {
			return err
		}
	}
	bridge.stop()
	return b.starts(s, fmt.Sprintf("a journal of %d", posted), "≤ 100 ms", func(int) string { return file })
}

func (b *bench) resident(ctx context.Context, p *process, when, target string) error {
	if err := sleep(ctx, time.Second); err != nil {
		return err
	}
	m, err := p.memory()
	b.table.add("memory "+when, target, "%.1f MB, %.1f without the binary's pages (at most %.1f MB)", m.all, m.own, m.most)
	return err
}

func (b *bench) starts(s *platforms, on, target string, journal func(i int) string) error {
	var all []time.Duration
	for i := range b.rounds() {
		p, err := b.startBridge(journal(i), s)
		if err != nil {
			return err
		}
		p.stop()
		all = append(all, p.ready)
	}
	b.table.add("start to ready on "+on, target, "%s", milliseconds(median(all)))
	return nil
}

// million compares accepting on a journal of a million with one of a thousand.
func (b *bench) million(ctx context.Context) error {
	if b.quick {
		return nil
	}
	s, err := startPlatforms(true)
	if err != nil {
		return err
	}
	defer s.stop()
	var servers []*process
	for _, n := range []int{1_000_000, 1_000} {
		file := filepath.Join(b.dir, fmt.Sprintf("stored-%d.db", n))
		if err := fill(ctx, file, n); err != nil {
			return err
		}
		p, err := b.startBridge(file, s)
		if err != nil {
			return err
		}
		defer p.stop()
		servers = append(servers, p)
	}
	all, err := compete(ctx, servers[0], servers[1], 32, b.requests(32), b.rounds())
	if err != nil {
		return err
	}
	b.table.add("accept rate with 1,000,000 stored ÷ 1,000 stored", "≥ 0.9", "%.2f (CPU %.2f)",
		median(of(all, func(c contest) float64 { return c.bridge.perSecond / c.yardstick.perSecond })),
		median(of(all, func(c contest) float64 { return float64(c.yardstick.cpu) / float64(c.bridge.cpu) })))
	return nil
}

// fill stores n deliveries in a journal, their ids scattered as Polar's are.
func fill(ctx context.Context, file string, n int) error {
	j, err := journal.Open(ctx, file)
	if err != nil {
		return err
	}
	body := order()
	errs := make([]error, 512)
	var next atomic.Int64
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			for errs[i] == nil && next.Add(1) <= int64(n) {
				now := time.Now()
				_, _, errs[i] = j.Append(ctx, journal.Entry{
					ID: uuid.NewString(), Type: "order.paid", Subject: "checkout:" + uuid.NewString(),
					Object: "order:" + uuid.NewString(), At: now, Received: now, Body: body,
				})
			}
		})
	}
	wait.Wait()
	return errors.Join(append(errs, j.Close())...)
}
