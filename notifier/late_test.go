package notifier_test

import (
	"slices"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/notifier"
)

// member is a delivery of a subscription that is active.
func member(eventType, at string, change map[string]any) []byte {
	return sample(eventType, with(map[string]any{
		"id": uuid(4, 1), "checkout_id": nil, "status": "active", "modified_at": at, "cancel_at_period_end": false,
		"canceled_at": nil, "ends_at": nil, "customer_cancellation_reason": nil, "customer_cancellation_comment": nil,
	}, change))
}

// TestUpdateOvertakesTheChange: a plain update comes before the update that
// changed the plan. Both say the same, and the key is the time of the earlier.
func TestUpdateOvertakesTheChange(t *testing.T) {
	prices := []any{map[string]any{"amount_type": "fixed", "price_amount": 7000, "price_currency": "usd"}}
	team := map[string]any{"product_id": uuid(8, 2), "product": map[string]any{"name": "Team", "prices": prices}, "amount": 7000, "prices": prices}
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.start()
		for _, body := range [][]byte{
			member("subscription.created", "2026-03-12T10:02:44Z", nil),
			member("subscription.updated", "2026-04-14T10:00:09Z", team),
			member("subscription.updated", "2026-04-14T10:00:00Z", team),
		} {
			w.deliver(body)
			w.idle(time.Minute)
		}
		want := []string{"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month", "📈 Upgraded · Jane Doe · Pro Plan → Team, +$40.00 a month"}
		for _, channel := range []string{sales, hooked} {
			if got := w.headlines(channel); !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want %q", channel, got, want)
			}
		}
	})
}

// TestReplayLeavesOutPlainUpdates: a plain update is no news, so that a replay
// of its day does not post again what the subscription was long before.
func TestReplayLeavesOutPlainUpdates(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(member("subscription.created", "2026-03-12T10:02:44Z", nil))
		w.deliver(member("subscription.updated", "2026-04-14T10:00:00Z", nil))
		w.idle(time.Minute)
		if got := w.replay(notifier.Selection{Seqs: []journal.Seq{2}}); got[sales] != 0 {
			t.Errorf("%d cards to post again, want none", got[sales])
		}
		if got := w.replay(notifier.Selection{Seqs: []journal.Seq{1}}); got[sales] != 1 {
			t.Errorf("%d cards to post again, want the start", got[sales])
		}
	})
}

// TestBillOvertakesItsChange: the bill of a change of plan comes first, its last
// deliveries before the others. Its message becomes that of the change.
func TestBillOvertakesItsChange(t *testing.T) {
	prices := []any{map[string]any{"amount_type": "fixed", "price_amount": 7000, "price_currency": "usd"}}
	team := map[string]any{"product_id": uuid(8, 2), "product": map[string]any{"name": "Team", "prices": prices}, "amount": 7000, "prices": prices}
	bill := func(eventType, modified string) []byte {
		return sample(eventType, map[string]any{
			"id": uuid(6, 1), "checkout_id": nil, "subscription_id": uuid(4, 1), "subscription": nil, "billing_reason": "subscription_update",
			"status": "paid", "created_at": "2026-04-14T10:00:02Z", "modified_at": modified,
		})
	}
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.to[0].Routes = compose.MustRoute("news")
		w.open()
		for _, body := range [][]byte{
			member("subscription.created", "2026-03-12T10:02:44Z", nil),
			bill("order.paid", "2026-04-14T10:00:06Z"),
			bill("order.updated", "2026-04-14T10:00:05Z"),
		} {
			w.deliver(body)
		}
		w.start()
		w.idle(time.Minute)
		for _, body := range [][]byte{
			bill("order.created", "2026-04-14T10:00:02Z"),
			member("subscription.updated", "2026-04-14T10:00:00Z", team),
		} {
			w.deliver(body)
			w.idle(time.Minute)
		}
		w.shows(sales, "🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month", "📈 Upgraded · Jane Doe · Pro Plan → Team, +$40.00 a month")
	})
}
