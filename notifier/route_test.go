package notifier_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"polarbell/compose"
)

// TestMessageIsEditedWhateverTheRouteSays: the route decides what is posted. A
// message that is there stays true, by news that the route would not post.
func TestMessageIsEditedWhateverTheRouteSays(t *testing.T) {
	const end = "2026-04-12T10:02:44Z"
	leaving := map[string]any{"cancel_at_period_end": true, "canceled_at": "2026-03-20T10:00:00Z", "ends_at": end, "modified_at": "2026-03-20T10:00:00Z"}
	canceled := sample("subscription.canceled", leaving)
	ended := sample("subscription.revoked", with(leaving, map[string]any{"status": "canceled", "ended_at": end, "modified_at": end}))
	for _, tt := range []struct {
		name, route string
		first, then []byte
		want        []string
	}{
		{
			"a refund of what was above the threshold", "sale>=90usd", sale(1), refund(1),
			[]string{"💰 Sale · $97.20 · Customer 1 · Pro Plan"},
		},
		{
			"a cancellation that takes effect", "subscription.canceled", canceled, ended,
			[]string{"👋 Subscription ended · Jane Doe · Pro Plan, $30.00 a month"},
		},
		{
			"a checkout that is completed after all", "abandoned>=100usd",
			sample("checkout.expired", map[string]any{"id": uuid(2, 7)}),
			sample("checkout.updated", map[string]any{"id": uuid(2, 7), "modified_at": "2026-03-18T09:24:00Z"}),
			[]string{"Checkout completed · $97.20 · Jane Doe · Pro Plan"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.to[0].Routes = compose.MustRoute(tt.route)
				w.start()
				for _, body := range [][]byte{tt.first, tt.then} {
					w.deliver(body)
					w.idle(time.Minute)
				}
				if got, want := w.cost(sales), (cost{posts: 1, edits: 1}); got != want || !slices.Equal(w.headlines(sales), tt.want) {
					t.Errorf("took %+v for %q, want %+v for %q", got, w.headlines(sales), want, tt.want)
				}
			})
		})
	}
}

// TestNewTypeIsAnnounced: a type that this version does not know is told of once
// where no route asks for it, and otherwise shown there.
func TestNewTypeIsAnnounced(t *testing.T) {
	const announced = "New kind of event from Polar: dispute.opened"
	dispute := func(n int) []byte {
		return fmt.Appendf(nil, `{"type":"dispute.opened","data":{"id":%q,"created_at":"2026-03-18T09:24:00Z","name":"No. %d"}}`, uuid(5, n), n)
	}
	disputes := []string{"Dispute opened · No. 1", "Dispute opened · No. 2"}
	for _, tt := range []struct {
		name, first, second string // routes
		public              bool   // the second
		want                map[string][]string
	}{
		{"no route asks for it", "news", "alerts", false, map[string][]string{sales: {announced}, ops: nil}},
		{"one asks for everything", "news", "*", false, map[string][]string{sales: nil, ops: disputes}},
		{"one asks for it", "news", "dispute.*", false, map[string][]string{sales: nil, ops: disputes}},
		{"strangers cannot have it", "news", "*", true, map[string][]string{sales: {announced}, ops: nil}},
		{"all ask for everything", "*", "*", false, map[string][]string{sales: disputes, ops: disputes}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slack(ops)
				w.to[0].Routes, w.to[1].Routes = compose.MustRoute(tt.first), compose.MustRoute(tt.second)
				w.to[1].Public = tt.public
				w.start()
				for n := range 2 {
					w.deliver(dispute(n + 1))
					w.idle(time.Minute)
					w.restart()
				}
				for channel, want := range tt.want {
					if got := w.headlines(channel); !slices.Equal(got, want) {
						t.Errorf("%s shows %q, want %q", channel, got, want)
					}
				}
			})
		})
	}
}
