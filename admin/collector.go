package admin

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/reporter"
)

// gatherTimeout is how long a scrape waits for the journal.
const gatherTimeout = 5 * time.Second

var (
	lastDelivery = prometheus.NewDesc("polarbell_last_delivery_timestamp_seconds",
		"When Polar's newest delivery in the journal was received, in Unix time.", nil, nil)
	offEnded = prometheus.NewDesc("polarbell_off_ended_timestamp_seconds",
		"When the bridge was on again after it had been off for more than 30 minutes, in Unix time; 0 if it never was.", nil, nil)
	silent = prometheus.NewDesc("polarbell_silent",
		"1 while nothing comes from Polar for unusually long, else 0.", nil, nil)
	journalSize = prometheus.NewDesc("polarbell_journal_size_bytes",
		"Size of the journal on disk.", nil, nil)
)

// metric is one of a destination.
type metric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(notifier.Status) float64
}

func counter(name, help string, value func(notifier.Stats) int) metric {
	return metric{
		prometheus.NewDesc("polarbell_destination_"+name, help, []string{"destination"}, nil),
		prometheus.CounterValue, func(s notifier.Status) float64 { return float64(value(s.Stats)) },
	}
}

func gauge(name, help string, value func(notifier.Status) float64) metric {
	return metric{
		prometheus.NewDesc("polarbell_destination_"+name, help, []string{"destination"}, nil),
		prometheus.GaugeValue, value,
	}
}

// ofDestination are the metrics of each destination. The counters are those of
// this process's loops since it started.
var ofDestination = []metric{
	counter("messages_sent_total", "Messages posted.", func(s notifier.Stats) int { return s.Sent }),
	counter("cards_sent_total", "Cards in the messages posted.", func(s notifier.Stats) int { return s.Cards }),
	counter("messages_edited_total", "Messages edited or deleted.", func(s notifier.Stats) int { return s.Edited }),
	counter("events_merged_total", "Cards that changed in their message, without a new message.", func(s notifier.Stats) int { return s.Merged }),
	counter("cards_refused_total", "Cards that the platform refused for good: dead letters.", func(s notifier.Stats) int { return s.Refused }),
	counter("retries_total", "Requests that failed and are tried again.", func(s notifier.Stats) int { return s.Retries }),
	counter("rate_limited_total", "Answers that said the bridge is too fast (429).", func(s notifier.Stats) int { return s.Limited }),
	gauge("backlog_events", "Events that wait for the destination.", func(s notifier.Status) float64 { return float64(s.Waiting) }),
	gauge("oldest_waiting_age_seconds", "Age of the oldest event that waits, 0 if none does.", waitingAge),
	gauge("dead_letters", "Cards that the destination did not take and that nobody had shown again since.",
		func(s notifier.Status) float64 { return float64(s.DeadLetters) }),
	gauge("unreachable", "1 while nothing has reached the destination for 15 minutes though something waits, else 0.", unreachable),
	gauge("parked", "1 while the destination is stopped and a person must fix it, else 0.", parked),
}

func waitingAge(s notifier.Status) float64 {
	if s.Oldest.IsZero() {
		return 0
	}
	return time.Since(s.Oldest).Seconds()
}

func unreachable(s notifier.Status) float64 { return oneIf(s.Unreachable()) }

func parked(s notifier.Status) float64 { return oneIf(s.Parked()) }

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// collector reads the statuses at each scrape.
type collector struct {
	source  func(context.Context) ([]notifier.Status, error)
	journal *journal.Journal
}

func (c *collector) Describe(to chan<- *prometheus.Desc) {
	to <- lastDelivery
	to <- offEnded
	to <- silent
	to <- journalSize
	for _, m := range ofDestination {
		to <- m.desc
	}
}

func (c *collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), gatherTimeout)
	defer cancel()
	size, err := c.journal.Size(ctx)
	to <- constant(journalSize, prometheus.GaugeValue, float64(size), err)
	last, err := reporter.LastDelivery(ctx, c.journal)
	if err != nil || last.Seq > 0 {
		to <- constant(lastDelivery, prometheus.GaugeValue, float64(last.Received.UnixMilli())/1000, err)
	}
	c.collectLine(ctx, to)
	statuses, err := c.source(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(ofDestination[0].desc, err)
	}
	for _, s := range statuses {
		for _, m := range ofDestination {
			to <- constant(m.desc, m.kind, m.value(s), nil, s.Name)
		}
	}
}

// collectLine gathers how the line to Polar is.
func (c *collector) collectLine(ctx context.Context, to chan<- prometheus.Metric) {
	outage, err := reporter.LastOutage(ctx, c.journal)
	ended := 0.0
	if !outage.Until.IsZero() {
		ended = float64(outage.Until.UnixMilli()) / 1000
	}
	to <- constant(offEnded, prometheus.GaugeValue, ended, err)
	silence, err := reporter.CurrentSilence(ctx, c.journal)
	to <- constant(silent, prometheus.GaugeValue, oneIf(!silence.IsZero()), err)
}

func constant(desc *prometheus.Desc, kind prometheus.ValueType, value float64, err error, labels ...string) prometheus.Metric {
	if err != nil {
		return prometheus.NewInvalidMetric(desc, err)
	}
	return prometheus.MustNewConstMetric(desc, kind, value, labels...)
}
