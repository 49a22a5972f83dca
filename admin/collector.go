package admin

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"polarbell/journal"
)

// gatherTimeout is how long a scrape waits for the journal.
const gatherTimeout = 5 * time.Second

var (
	lastDelivery = prometheus.NewDesc("polarbell_last_delivery_timestamp_seconds",
		"When the newest delivery in the journal was received, in Unix time.", nil, nil)
	journalSize = prometheus.NewDesc("polarbell_journal_size_bytes",
		"What the journal takes on disk.", nil, nil)
)

// gauge is a metric of a destination.
type gauge struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(standing) float64
}

func counted(name, help string, value func(standing) int) gauge {
	return gauge{
		prometheus.NewDesc("polarbell_destination_"+name, help, []string{"destination"}, nil),
		prometheus.CounterValue, func(s standing) float64 { return float64(value(s)) },
	}
}

func measured(name, help string, value func(standing) float64) gauge {
	return gauge{
		prometheus.NewDesc("polarbell_destination_"+name, help, []string{"destination"}, nil),
		prometheus.GaugeValue, value,
	}
}

// The counters are of the loops of this process since it started.
var ofDestination = []gauge{
	counted("messages_sent_total", "Messages posted.", func(s standing) int { return s.Sent }),
	counted("cards_sent_total", "Cards and lines in the messages posted.", func(s standing) int { return s.Cards }),
	counted("messages_edited_total", "Messages edited.", func(s standing) int { return s.Edited }),
	counted("events_merged_total", "Events told by an edit instead of a message of their own.", func(s standing) int { return s.Merged }),
	counted("cards_refused_total", "Cards that the platform refused for good: dead letters.", func(s standing) int { return s.Refused }),
	counted("retries_total", "Requests that failed and are tried again.", func(s standing) int { return s.Retries }),
	counted("rate_limited_total", "Answers that said the bridge is too fast (429).", func(s standing) int { return s.Limited }),
	measured("backlog_events", "Events that wait to be shown.", func(s standing) float64 { return float64(s.Waiting) }),
	measured("oldest_waiting_age_seconds", "Age of the oldest event that waits, 0 if none does.", func(s standing) float64 {
		if s.Oldest.IsZero() {
			return 0
		}
		return time.Since(s.Oldest).Seconds()
	}),
	measured("parked", "1 while the destination is stopped and a person must mend it, else 0.", func(s standing) float64 {
		if s.Parked() {
			return 1
		}
		return 0
	}),
}

// collector reads the standings at each scrape.
type collector struct {
	source  func(context.Context) ([]standing, error)
	journal *journal.Journal
}

func (c *collector) Describe(to chan<- *prometheus.Desc) {
	to <- lastDelivery
	to <- journalSize
	for _, g := range ofDestination {
		to <- g.desc
	}
}

func (c *collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), gatherTimeout)
	defer cancel()
	size, err := c.journal.Size(ctx)
	to <- metric(journalSize, prometheus.GaugeValue, float64(size), err)
	last, err := newest(ctx, c.journal)
	if err != nil || !last.IsZero() {
		to <- metric(lastDelivery, prometheus.GaugeValue, float64(last.UnixMilli())/1000, err)
	}
	standings, err := c.source(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(ofDestination[0].desc, err)
	}
	for _, s := range standings {
		for _, g := range ofDestination {
			to <- metric(g.desc, g.kind, g.value(s), nil, s.Title())
		}
	}
}

func metric(desc *prometheus.Desc, kind prometheus.ValueType, value float64, err error, labels ...string) prometheus.Metric {
	if err != nil {
		return prometheus.NewInvalidMetric(desc, err)
	}
	return prometheus.MustNewConstMetric(desc, kind, value, labels...)
}

// newest is when the last delivery of Polar's was received; the bridge's own
// events are none.
func newest(ctx context.Context, j *journal.Journal) (time.Time, error) {
	latest, err := j.Latest(ctx, 0, "", 20)
	for _, e := range latest {
		if !strings.HasPrefix(e.Type, "polarbell.") {
			return e.Received, nil
		}
	}
	return time.Time{}, err
}
