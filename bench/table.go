package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// table is the outcome, a row per figure.
type table struct{ rows []row }

type row struct{ figure, got, target string }

func (t *table) add(figure, target, format string, args ...any) {
	t.rows = append(t.rows, row{figure, fmt.Sprintf(format, args...), target})
}

func (t *table) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprintf(table, "| figure\t| measured\t| target\t|\n|---\t|---\t|---\t|\n")
	for _, r := range t.rows {
		fmt.Fprintf(table, "| %s\t| %s\t| %s\t|\n", r.figure, r.got, r.target)
	}
	return table.Flush()
}

// median takes the upper one of two.
func median[T int | float64 | time.Duration](values []T) T { return quantile(values, 50) }

// quantile gives the value that so many percent of all do not exceed.
func quantile[T int | float64 | time.Duration](values []T, percent int) T {
	var none T
	if len(values) == 0 {
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }
