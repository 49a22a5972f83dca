package main

import (
	"context"
	"encoding/json"
	"testing"

	"polarbell/formatter"
	"polarbell/polar"
)

// format measures what one order costs before its requests to Slack and
// Discord: composing from the stored body, and both messages in JSON.
func (b *bench) format(context.Context) error {
	body := order()
	d, err := polar.Parse(body)
	if err != nil {
		return err
	}
	known := formatter.Known{Entries: []formatter.Entry{{Type: d.Type, Object: d.Object, At: d.At, Brief: d.Brief, Body: body}}}
	result := testing.Benchmark(func(t *testing.B) {
		t.ReportAllocs()
		for t.Loop() {
			card, _ := formatter.Compose(known, formatter.Options{})
			for _, message := range []any{formatter.Slack([]formatter.Card{card}), formatter.Discord([]formatter.Card{card})} {
				if _, err := json.Marshal(message); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	b.table.add("formatting one order for Slack and Discord", "≤ 60 µs, ≤ 200 allocations", "%d µs, %d allocations",
		result.NsPerOp()/1000, result.AllocsPerOp())
	return nil
}
