package notifier_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
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

// TestRefusedForGoodOnce: a refused card told all that was known; the events
// it told do not bring it back one by one.
func TestRefusedForGoodOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035"}
		// The message of two; the first card alone, and as plain text.
		s := &scripted{faults: []*notifier.Fault{refused, refused, refused}}
		w.add("picky", "Discord", s)
		w.open()
		w.deliver(sale(1))
		w.deliver(sale(2))
		w.deliver(sale(1, map[string]any{
			"status": "refunded", "refunded_amount": 9000, "refunded_tax_amount": 720, "modified_at": "2026-03-11T09:00:01Z",
		}))
		w.start()
		w.idle(time.Minute)
		if got := customers(s); !slices.Equal(got, []string{"2"}) {
			t.Errorf("shown %q, want the second sale alone", got)
		}
		dead, err := w.journal.Refusals(w.t.Context(), "picky", 10)
		if err != nil || len(dead) != 1 {
			t.Errorf("dead letters %+v, %v; want one", dead, err)
		}
	})
}
