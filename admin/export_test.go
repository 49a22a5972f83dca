package admin

import "github.com/prometheus/client_golang/prometheus"

// Gatherer lets tests read the metrics as Prometheus' own linter does.
func Gatherer(m *Metrics) prometheus.Gatherer { return m.registry }

// ExamineAtMost has a page look at no more than n deliveries.
func ExamineAtMost(n int) { mostExamined = n }
