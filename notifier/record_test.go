package notifier_test

import (
	"slices"
	"testing"
	"time"
)

// TestRecordKeepsNoNewsFromAWebhook: an update that overtakes the payment is
// posted as an object's record. Where it can be edited, it becomes the sale;
// elsewhere the sale is posted.
func TestRecordKeepsNoNewsFromAWebhook(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.start()
		all := purchase()
		for _, overtaking := range []int{4, 5, 3} { // updated, paid, created
			w.deliver(all[overtaking])
			w.idle(time.Minute)
		}
		record := "Order updated · $97.20 · Jane Doe · Pro Plan"
		for channel, want := range map[string][]string{sales: {paidSale}, hooked: {record, paidSale}} {
			if got := w.headlines(channel); !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want %q", channel, got, want)
			}
		}
	})
}
