package admin

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// chartDays is how many days the chart has.
const chartDays = 14

// bar is a day of the chart.
type bar struct {
	Day     time.Time
	N       int
	Height  int // of 100
	IsToday bool
}

// Top is where the bar begins, of 100 from above.
func (b bar) Top() int { return 100 - b.Height }

// Short is the number in at most four characters.
func (b bar) Short() string {
	switch {
	case b.N < 1000:
		return fmt.Sprint(b.N)
	case b.N < 9950:
		return fmt.Sprintf("%.1fk", float64(b.N)/1000)
	}
	return fmt.Sprintf("%dk", (b.N+500)/1000)
}

// chart counts the deliveries of the last days, today last; the bridge's own
// events do not count. It is nil if there are none.
func (a *admin) chart(ctx context.Context) ([]bar, error) {
	now := time.Now().In(a.zone())
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	bars := make([]bar, chartDays)
	most := 0
	for i := range bars {
		day := time.Date(now.Year(), now.Month(), now.Day()-chartDays+1+i, 0, 0, 0, 0, now.Location())
		n, err := a.counts.of(ctx, a.Journal, day, day.Equal(today))
		if err != nil {
			return nil, err
		}
		bars[i] = bar{Day: day, N: n, IsToday: day.Equal(today)}
		most = max(most, n)
	}
	if most == 0 {
		return nil, nil
	}
	for i, b := range bars {
		bars[i].Height = (b.N*100 + most - 1) / most // at least 1 where there is something
	}
	return bars, nil
}

// counts remembers where days begin and how many deliveries they had: a page
// asks every other second, and what is past hardly changes.
type counts struct {
	mu     sync.Mutex
	begun  time.Time
	starts map[time.Time]journal.Seq
	past   map[time.Time]int
}

// keptFor bounds how long retention goes unnoticed.
const keptFor = 10 * time.Minute

func (c *counts) of(ctx context.Context, j *journal.Journal, day time.Time, isToday bool) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.begun) > keptFor {
		c.begun, c.starts, c.past = time.Now(), map[time.Time]journal.Seq{}, map[time.Time]int{}
	}
	if n, isKnown := c.past[day]; isKnown {
		return n, nil
	}
	from, err := c.start(ctx, j, day)
	if err != nil {
		return 0, err
	}
	if isToday {
		return j.Count(ctx, from, math.MaxInt64, polar.Own)
	}
	to, err := c.start(ctx, j, dayAfter(day))
	if err != nil {
		return 0, err
	}
	n, err := j.Count(ctx, from, to, polar.Own)
	if err == nil {
		c.past[day] = n
	}
	return n, err
}

func (c *counts) start(ctx context.Context, j *journal.Journal, day time.Time) (journal.Seq, error) {
	if seq, isKnown := c.starts[day]; isKnown {
		return seq, nil
	}
	seq, err := j.ReceivedFrom(ctx, day)
	if err == nil {
		c.starts[day] = seq
	}
	return seq, err
}
