package notifier_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"polarbell/journal"
)

// TestPostedAnewOnce: what was to be posted anew, and has more news meanwhile,
// is posted once, also where the message with the news is full.
func TestPostedAnewOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("sales", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.stop()
		err := w.journal.Settle(w.t.Context(), journal.Settlement{
			Destination: "sales", Gone: string(s.posts[0].ref),
			Again: []journal.Replay{{Subject: "checkout:" + uuid(2, 1), Seq: 1}},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"1"}
		for n := 2; n <= 10; n++ {
			w.deliver(sale(n))
			want = append(want, fmt.Sprint(n))
		}
		w.deliver(sale(1, map[string]any{
			"status": "refunded", "refunded_amount": 9000, "refunded_tax_amount": 720, "modified_at": "2026-03-11T09:00:01Z",
		}))
		w.start()
		w.idle(time.Minute)
		want = append(want, "1")
		if got := customers(s); !slices.Equal(got, want) {
			t.Errorf("shown %q, want %q", got, want)
		}
	})
}
