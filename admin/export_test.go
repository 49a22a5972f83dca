package admin

import "github.com/prometheus/client_golang/prometheus"

// Gatherer lets tests read the metrics as Prometheus' own linter does.
func Gatherer(m *Metrics) prometheus.Gatherer { return m.registry }
