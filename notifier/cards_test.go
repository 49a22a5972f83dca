package notifier_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
)

// purchase is one sale as Polar sends it: five events about one order, and its
// checkout around them.
func purchase() [][]byte {
	order := map[string]any{"subscription_id": nil, "subscription": nil, "billing_reason": "purchase"}
	paid := with(order, map[string]any{"status": "paid", "paid": true})
	return [][]byte{
		sample("checkout.created", map[string]any{"status": "open"}),
		sample("checkout.updated", map[string]any{"status": "open"}),
		sample("checkout.updated", map[string]any{"status": "confirmed"}),
		sample("order.created", paid),
		sample("order.updated", paid),
		sample("order.paid", paid),
		sample("checkout.updated", map[string]any{"status": "succeeded"}),
		sample("order.updated", with(paid, map[string]any{"platform_fee_amount": 500})),
		sample("order.updated", with(paid, map[string]any{"is_invoice_generated": true})),
	}
}

func with(base, change map[string]any) map[string]any {
	merged := map[string]any{}
	merge(merged, base)
	merge(merged, change)
	return merged
}

func TestOnePurchaseIsOneCardAndAtMostOneLine(t *testing.T) {
	for name, gap := range map[string]time.Duration{
		"at once": 0, "within a second": 100 * time.Millisecond, "slowly": 5 * time.Second, "over minutes": 3 * time.Minute,
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.discord()
				w.start()
				for _, body := range purchase() {
					w.deliver(body)
					w.pass(gap)
				}
				w.idle(time.Minute)
				for _, channel := range []string{sales, disc} {
					got := w.headlines(channel)
					if len(got) == 0 || len(got) > 2 {
						t.Errorf("%s shows %q, want one card and at most one line", channel, got)
					}
					if !strings.Contains(got[0], "$97.20") || strings.Contains(got[0], "Waiting") {
						t.Errorf("%s: the card reads %q, want the paid sale", channel, got[0])
					}
				}
			})
		})
	}
}

func TestOnePurchaseInAnyOrderOfArrival(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		bodies := purchase()
		random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
		gap := time.Duration(random.IntN(3000)) * time.Millisecond
		inWorld(t, func(w *world) {
			w.slack(sales)
			w.start()
			for _, body := range bodies {
				w.deliver(body)
				w.pass(gap)
			}
			w.idle(time.Minute)
			if got := w.headlines(sales); len(got) == 0 || len(got) > 2 || !strings.Contains(got[0], "$97.20 · Pro Plan") {
				t.Errorf("gap %s: %q, want one paid card and at most one line", gap, got)
			}
		})
	}
}

func TestLineGoesWithAnEditOfNewsNotToBeMissed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.start()
		w.deliver(sample("order.created", map[string]any{"status": "pending", "paid": false, "billing_reason": "purchase", "subscription": nil, "subscription_id": nil}))
		w.idle(time.Minute)
		w.deliver(sample("order.paid", map[string]any{"billing_reason": "purchase", "subscription": nil, "subscription_id": nil}))
		w.idle(time.Minute)
		for _, channel := range []string{sales, hooked} {
			if got := len(w.shown(channel)); got != 2 {
				t.Errorf("%s has %d messages, want the card and a line", channel, got)
			}
		}
		if edits := w.shown(sales)[0].Edits; edits != 1 {
			t.Errorf("the card was edited %d times, want once", edits)
		}
		if got := w.headlines(hooked)[0]; !strings.HasPrefix(got, "Waiting for payment") {
			t.Errorf("the incoming webhook's card reads %q, want it as posted", got)
		}
	})
}

func TestNewsWithoutVisibleChangeCostsNoRequest(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		before := len(w.platforms.Calls(sales))
		for n := range 10 {
			w.deliver(sale(1, map[string]any{"platform_fee_amount": n, "modified_at": "2026-11-22T10:00:00Z"}))
			w.pass(2 * time.Second)
		}
		if got := len(w.platforms.Calls(sales)); got != before {
			t.Errorf("%d requests, want none", got-before)
		}
	})
}

func TestCardOlderThanADayCountsAsAbsent(t *testing.T) {
	for name, tc := range map[string]struct {
		wait     time.Duration
		messages int
		edits    int
	}{
		"young": {23 * time.Hour, 2, 1}, // the card, edited, and a line
		"old":   {25 * time.Hour, 2, 0}, // the card, and a new one
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.stop()
				w.pass(tc.wait)
				w.start()
				w.deliver(refund(1))
				w.idle(time.Minute)
				shown := w.shown(sales)
				if len(shown) != tc.messages || shown[0].Edits != tc.edits {
					t.Errorf("%d messages, the first edited %d times; want %d and %d", len(shown), shown[0].Edits, tc.messages, tc.edits)
				}
				if got := w.headlines(sales); !strings.HasPrefix(strings.Trim(got[len(got)-1], "*"), "Refunded") {
					t.Errorf("the messages read %q, want the last to tell the refund", got)
				}
			})
		})
	}
}

func refund(n int) []byte {
	return sample("refund.created", map[string]any{
		"id": uuid(3, n), "order_id": uuid(1, n), "amount": 1000, "tax_amount": 0, "status": "succeeded",
	})
}

func TestEditLapsesWhenTheCardIsADayOld(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("slow", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(time.Minute)
		s.faults = []*notifier.Fault{nil, {Verdict: notifier.Later, Code: "later", Wait: 48 * time.Hour}}
		w.deliver(refund(1))
		w.pass(time.Minute)
		w.stop()
		w.pass(72 * time.Hour)
		w.start()
		w.pass(time.Hour)
		if len(s.posts) != 2 || len(s.edits) != 1 {
			t.Errorf("%d posts and %d edits, want a card, a line, and one edit that failed", len(s.posts), len(s.edits))
		}
	})
}

func TestMessageDeletedByHandIsPostedAnew(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			w.platforms.Delete(channel, w.shown(channel)[0].ID)
		}
		w.deliver(refund(1))
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			got := w.headlines(channel)
			if len(got) != 2 || !strings.HasPrefix(got[1], "Refunded") {
				t.Errorf("%s shows %q, want the line and a new card", channel, got)
			}
		}
	})
}

func TestGroupedMessageIsEditedAsAWhole(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.open()
		for n := range 10 {
			w.deliver(sale(n))
		}
		w.start()
		w.idle(time.Minute)
		w.deliver(refund(3))
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			shown := w.shown(channel)
			if len(shown) != 2 {
				w.t.Fatalf("%s has %d messages, want ten cards in one and a line", channel, len(shown))
			}
			got := headlines(t, shown[0])
			if len(got) != 10 || !strings.Contains(got[3], "Refunded") || !strings.Contains(got[4], "Customer 4") {
				t.Errorf("%s shows %q, want all ten, the fourth refunded", channel, got)
			}
		}
	})
}

func TestPerEventIsOneCardForEachAndNoEdits(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.PerEvent = true
		w.slack(sales)
		w.start()
		for _, body := range purchase() {
			w.deliver(body)
			w.pass(2 * time.Second)
		}
		w.idle(time.Minute)
		got := w.headlines(sales)
		if len(got) != len(purchase()) {
			t.Errorf("%d cards, want %d: %q", len(got), len(purchase()), got)
		}
		for _, m := range w.shown(sales) {
			if m.Edits != 0 {
				t.Errorf("%q was edited", headlines(t, m))
			}
		}
		if !strings.HasPrefix(got[3], "Order created") || !strings.HasPrefix(got[5], "Order paid") {
			t.Errorf("cards read %q and %q, want the events named", got[3], got[5])
		}
	})
}

func TestRoutesDecideWhatActsAndTheCardTellsTheRest(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.to[0].Wants = func(eventType string) bool { return eventType == "order.refunded" }
		w.start()
		for _, body := range purchase() {
			w.deliver(body)
		}
		w.pass(time.Minute)
		if got := w.headlines(sales); len(got) != 0 {
			w.t.Fatalf("shown %q, want nothing yet", got)
		}
		w.deliver(sample("order.refunded", map[string]any{"billing_reason": "purchase", "subscription": nil, "subscription_id": nil}))
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 1 || !strings.Contains(got[0], "Refunded") {
			t.Errorf("shown %q, want one card of the refund", got)
		}
	})
}

func TestHundredsOfAutosavesCostAHandfulOfRequests(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		for n := range 200 {
			w.deliver(sample("checkout.updated", map[string]any{
				"status": "open", "customer_email": fmt.Sprintf("%0*d@example.com", 1+n/30, n),
			}))
			w.pass(10 * time.Millisecond)
		}
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			if got := len(w.shown(channel)); got != 1 {
				t.Errorf("%s has %d messages, want one card", channel, got)
			}
			if got := len(w.platforms.Calls(channel)); got > 12 {
				t.Errorf("%s took %d requests for 200 autosaves in 2 s", channel, got)
			}
		}
	})
}

func TestEachObjectOfItsOwnIsOneCard(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		for _, eventType := range []string{
			"customer.created", "customer.state_changed", "customer.updated",
			"benefit_grant.created", "benefit_grant.updated", "customer.state_changed",
		} {
			w.deliver(sample(eventType, nil))
			w.pass(3 * time.Second)
		}
		w.idle(time.Minute)
		if got := len(w.shown(sales)); got != 2 {
			t.Errorf("%d messages, want one of the customer and one of the grant: %q", got, w.headlines(sales))
		}
	})
}

func TestRenewalThatFailsAndRecoversIsTwoCards(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		now := time.Now()
		at := func(days int) string { return now.AddDate(0, 0, days).UTC().Format(time.RFC3339) }
		sub := func(status string, day int) map[string]any {
			return map[string]any{
				"id": uuid(9, 1), "status": status, "checkout_id": nil, "created_at": at(-60), "modified_at": at(day),
				"cancel_at_period_end": false, "canceled_at": nil, "ends_at": nil, "customer_cancellation_reason": nil,
			}
		}
		order := func(status string, day int) map[string]any {
			return map[string]any{
				"status": status, "paid": status == "paid", "billing_reason": "subscription_cycle",
				"created_at": at(0), "modified_at": at(day), "subscription_id": uuid(9, 1), "total_amount": 3000,
			}
		}
		w.deliver(sample("subscription.updated", sub("active", -1)))
		w.deliver(sample("subscription.cycled", sub("active", 0)))
		w.deliver(sample("order.created", order("pending", 0)))
		w.pass(10 * time.Second)
		w.deliver(sample("subscription.updated", with(sub("past_due", 0), map[string]any{"past_due_at": at(0)})))
		w.deliver(sample("subscription.past_due", with(sub("past_due", 0), map[string]any{"past_due_at": at(0)})))
		w.idle(time.Minute)
		failed := w.headlines(sales)
		w.stop()
		w.pass(48 * time.Hour)
		w.start()
		w.deliver(sample("subscription.updated", sub("active", 2)))
		w.deliver(sample("subscription.active", sub("active", 2)))
		w.deliver(sample("order.updated", order("paid", 2)))
		w.deliver(sample("order.paid", order("paid", 2)))
		w.idle(time.Minute)
		got := w.headlines(sales)[len(failed):]
		if !slices.ContainsFunc(failed, func(h string) bool { return strings.Contains(h, "Renewal failed") }) {
			t.Errorf("at first shown %q, want the failed renewal", failed)
		}
		if len(got) != 1 || !strings.Contains(got[0], "Recovered") {
			t.Errorf("after two days shown %q, want one more card of the recovery", got)
		}
	})
}

func TestNewsBehindAnEventThatWasToldIsNotSkipped(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.open()
		pending := map[string]any{"status": "pending", "paid": false}
		for n := range 11 {
			w.deliver(sale(n, pending))
		}
		w.deliver(sale(0, pending))
		w.start()
		w.pass(100 * time.Millisecond) // the first message is full; the second waits for its second
		w.deliver(sale(0))
		w.idle(time.Minute)
		got := w.headlines(sales)
		if strings.Contains(got[0], "Waiting") || len(got) != 12 {
			t.Errorf("shown %q, want the first sale's card edited, and a line", got)
		}
	})
}

func TestSaleFirstHeardOfAsUpdatedGetsNoLine(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		paid := map[string]any{"status": "paid", "paid": true}
		for _, eventType := range []string{"order.updated", "order.created", "order.paid"} {
			w.deliver(sample(eventType, paid))
			w.pass(3 * time.Second)
		}
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 1 || !strings.HasPrefix(got[0], "$97.20") {
			t.Errorf("shown %q, want one card of the sale", got)
		}
	})
}
