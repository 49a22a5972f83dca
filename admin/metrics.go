package admin

import (
	"log/slog"
	"net/http"
	"runtime/debug"
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

// NewMetrics starts at zero; version is that of the build. Of organizations,
// where there are labels, deliveries are counted one by one.
func NewMetrics(version string, organizations ...string) *Metrics {
	labels := []string{"type", "outcome"}
	if len(organizations) > 0 {
		labels = append(labels, "organization")
	}
	m := &Metrics{
		labelled: len(organizations) > 0,
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
	m.startAtZero(organizations)
	m.registry.MustRegister(m.deliveries, m.accept, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// outcomes are those of the webhook: of what is signed with our secret, and of
// any other request.
var outcomes = struct{ signed, other []string }{
	[]string{"stored", "seen", "unavailable"},
	[]string{"unsigned", "wrong_signature", "clock", "wrong_path", "no_event", "method", "too_large", "cut_off"},
}

// startAtZero makes every series at once: Prometheus does not see the first
// increase of one that begins above 0.
func (m *Metrics) startAtZero(organizations []string) {
	for _, outcome := range outcomes.other {
		m.series("", typeLabel(""), outcome)
	}
	for _, organization := range append(organizations, "")[:max(1, len(organizations))] {
		for _, outcome := range outcomes.signed {
			m.series(organization, "other", outcome)
			for _, known := range polar.Types() {
				m.series(organization, known.Name, outcome)
			}
		}
	}
}

func (m *Metrics) series(organization, eventType, outcome string) prometheus.Counter {
	labels := []string{eventType, outcome}
	if m.labelled {
		labels = append(labels, organization)
	}
	return m.deliveries.WithLabelValues(labels...)
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
	m.series(organization, typeLabel(eventType), outcome).Inc()
	if outcome == "stored" || outcome == "seen" {
		m.accept.Observe(took.Seconds())
	}
}

// typeLabel bounds the label's values, so that a stranger cannot make up series.
func typeLabel(eventType string) string {
	switch {
	case eventType == "":
		return "none"
	case polar.Known(eventType) && !polar.IsOwn(eventType):
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
