package admin

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"polarbell/polar"
)

// Metrics counts what the public listener takes, and gathers all metrics of the
// process. docs/metrics.md explains each of them.
type Metrics struct {
	registry   *prometheus.Registry
	deliveries *prometheus.CounterVec
	accept     prometheus.Histogram
	labelled   bool // deliveries are counted by organization too
}

// NewMetrics starts at zero; version is that of the build. Where secrets are
// labelled, deliveries are counted by organization too.
func NewMetrics(version string, labelled bool) *Metrics {
	labels := []string{"type", "outcome"}
	if labelled {
		labels = append(labels, "organization")
	}
	m := &Metrics{
		labelled: labelled,
		registry: prometheus.NewRegistry(),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "polarbell_deliveries_total",
			Help: "Requests to the webhook, by event type and outcome.",
		}, labels),
		accept: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "polarbell_accept_duration_seconds",
			Help:    "Time to answer a delivery that was stored, now or before.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "polarbell_build_info", Help: "Always 1; its labels name the build.",
		ConstLabels: buildLabels(version),
	})
	build.Set(1)
	m.registry.MustRegister(m.deliveries, m.accept, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func buildLabels(version string) prometheus.Labels {
	labels := prometheus.Labels{"version": version, "revision": "", "goversion": ""}
	if info, ok := debug.ReadBuildInfo(); ok {
		labels["goversion"] = info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				labels["revision"] = s.Value
			}
		}
	}
	return labels
}

// Observe is for webhook.Options.
func (m *Metrics) Observe(organization, eventType, outcome string, took time.Duration) {
	labels := []string{typeLabel(eventType), outcome}
	if m.labelled {
		labels = append(labels, organization)
	}
	m.deliveries.WithLabelValues(labels...).Inc()
	if outcome == "stored" || outcome == "seen" {
		m.accept.Observe(took.Seconds())
	}
}

// typeLabel bounds the label's values, so that a stranger cannot make up series.
func typeLabel(eventType string) string {
	switch {
	case eventType == "":
		return "none"
	case polar.Known(eventType) && !strings.HasPrefix(eventType, "polarbell."):
		return eventType
	}
	return "other"
}

// handler also serves what can be gathered while the journal cannot be read.
func (m *Metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError,
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
}
