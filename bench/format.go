package main

import (
	"context"
	"encoding/json"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// format measures what one order costs before its requests to Slack and
// Discord: composing from the stored body, and both messages in JSON.
func (b bench) format(context.Context) error {
	body := order()
	d, err := polar.Parse(body)
	if err != nil {
		return err
	}
	entries := []compose.Entry{{Seq: 1, Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body}}
	result := testing.Benchmark(func(t *testing.B) {
		t.ReportAllocs()
		for t.Loop() {
			m := formatter.Message{Cards: compose.Cards(compose.NewHistory(entries), compose.Options{})}
			for _, body := range []any{formatter.Slack(m), formatter.Discord(m)} {
				if _, err := json.Marshal(body); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	row("formatting one order for Slack and Discord", "≤ 60 µs, ≤ 200 allocations", "%d µs, %d allocations",
		result.NsPerOp()/1000, result.AllocsPerOp())
	return nil
}
