package compose_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
)

// TestNeighbours: sequences next to those that were once told wrong, and the
// cards in the end, in one line each.
func TestNeighbours(t *testing.T) {
	c := castOf(t)
	const (
		april = "2026-04-12T10:02:44Z"
		may   = "2026-05-12T10:02:44Z"
		june  = "2026-06-12T10:02:44Z"
	)
	sub := c.sub.with("discount", nil, "discount_id", nil, "amount", 3000)
	cycled := sub.with("modified_at", "2026-04-12T10:05:00Z", "current_period_start", april, "current_period_end", may)
	team := func(at string, pairs ...any) object {
		return cycled.with(append([]any{"product_id", "77777777-2e9b-4653-b0d7-8f5a6c3e1b29", "product.name", "Team", "amount", 7000, "prices", fixed(7000), "modified_at", at}, pairs...)...)
	}
	trial := sub.with("status", "trialing", "trial_start", "2026-03-12T10:02:44Z", "trial_end", "2026-03-26T10:02:44Z")
	free := c.subOrder.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "discount", nil, "discount_amount", 0,
		"subscription.status", "trialing", "subscription.trial_end", "2026-03-26T10:02:44Z")
	converted := trial.with("status", "active", "modified_at", "2026-03-26T10:05:00Z")
	charge := c.renewal("1", "2026-03-26T10:05:02Z").with("status", "paid", "modified_at", "2026-03-26T10:05:09Z", "subscription.trial_end", "2026-03-26T10:02:44Z")
	metered := []any{object{"amount_type": "metered_unit", "unit_amount": "2.5"}}
	canceled := cycled.with("cancel_at_period_end", true, "canceled_at", "2026-04-20T16:45:09Z", "ends_at", may, "modified_at", "2026-04-20T16:45:09Z",
		"customer_cancellation_reason", "too_expensive", "customer_cancellation_comment", "Too much.")
	paid := c.renewal("2", "2026-04-12T10:05:02Z").with("status", "paid", "modified_at", "2026-04-12T10:05:09Z")
	bill := func(n, at string, total int) object {
		return c.renewal(n, at).with("billing_reason", "subscription_update", "status", "paid", "total_amount", total, "net_amount", total, "tax_amount", 0, "due_amount", max(0, total))
	}
	due := cycled.with("status", "past_due", "past_due_at", "2026-04-12T10:05:20Z", "modified_at", "2026-04-12T10:05:20Z")
	seats := sub.with("seats", 5, "amount", 5000, "prices", []any{object{"amount_type": "seat_based"}}, "product.prices", []any{object{"amount_type": "seat_based"}})

	random := rand.New(rand.NewPCG(3, 4))
	for _, tc := range []struct {
		name string
		sent [][]byte
		want []string
	}{
		{"metered trial converts", [][]byte{
			trial.with("prices", metered, "amount", 0, "product.prices", metered).as("subscription.created"), free.as("order.paid"),
			converted.with("prices", metered, "amount", 0, "product.prices", metered).as("subscription.cycled"),
			converted.with("prices", metered, "amount", 0, "product.prices", metered).as("subscription.updated"),
			charge.with("total_amount", 0, "net_amount", 0, "due_amount", 0).as("order.paid"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, billed by usage from 26 Mar [→ converted]",
			"New billing period · Jane Doe · Pro Plan, billed by usage",
			"🎉 Trial converted · Jane Doe · Pro Plan, billed by usage",
		}},
		{"trial converts with all off", [][]byte{
			trial.as("subscription.created"), free.as("order.paid"), converted.as("subscription.updated"),
			charge.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "discount", c.order["discount"]).as("order.paid"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, $30.00 a month from 26 Mar [→ converted]",
			"🎉 Trial converted · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"trial's first charge fails, recovered", [][]byte{
			trial.as("subscription.created"), free.as("order.paid"), converted.as("subscription.cycled"),
			charge.with("status", "pending", "modified_at", nil).as("order.created"),
			trial.with("status", "past_due", "past_due_at", "2026-03-26T10:05:10Z", "modified_at", "2026-03-26T10:05:10Z").as("subscription.past_due"),
			converted.with("modified_at", "2026-03-28T10:05:10Z").as("subscription.active"),
			charge.with("modified_at", "2026-03-28T10:05:12Z").as("order.paid"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, $30.00 a month from 26 Mar [→ converted]",
			"New billing period · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ First charge failed · $30.00 · Jane Doe · Pro Plan (over) [→ recovered after 2 days]",
			"✅ Recovered after 2 days · $30.00 · Jane Doe · Pro Plan",
		}},
		{"canceled at once half an hour after a renewal", [][]byte{
			sub.as("subscription.created"), c.subOrder.as("order.paid"), cycled.as("subscription.cycled"), paid.as("order.paid"),
			canceled.with("status", "canceled", "cancel_at_period_end", false, "canceled_at", "2026-04-12T10:35:00Z", "ended_at", "2026-04-12T10:35:00Z", "ends_at", "2026-04-12T10:35:00Z", "modified_at", "2026-04-12T10:35:00Z").as("subscription.canceled"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"New billing period · Jane Doe · Pro Plan, $30.00 a month",
			"🔁 Renewed · $30.00 · Jane Doe · Pro Plan",
			"👋 Canceled immediately · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"cancels, stays, renews, cancels for another reason", [][]byte{
			sub.as("subscription.created"), c.subOrder.as("order.paid"),
			canceled.as("subscription.canceled"), cycled.with("modified_at", "2026-04-20T17:45:09Z").as("subscription.uncanceled"),
			canceled.with("modified_at", "2026-05-20T18:45:09Z", "canceled_at", "2026-05-20T18:45:09Z", "ends_at", june, "current_period_end", june, "customer_cancellation_reason", "unused", "customer_cancellation_comment", "Not used.").as("subscription.canceled"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"👋 Canceled, ends 12 May · Jane Doe · Pro Plan, $30.00 a month (over) [→ called off]",
			"✅ Staying after all · Jane Doe · Pro Plan, $30.00 a month",
			"👋 Canceled, ends 12 Jun · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"leaves at once during past due", [][]byte{
			sub.as("subscription.created"), c.subOrder.as("order.paid"), due.as("subscription.past_due"),
			due.with("status", "canceled", "canceled_at", "2026-04-13T10:35:00Z", "ended_at", "2026-04-13T10:35:00Z", "modified_at", "2026-04-13T10:35:00Z", "customer_cancellation_reason", "unused").as("subscription.canceled"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan (over) [→ canceled]",
			"👋 Canceled immediately · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"planned downgrade, upgraded at once instead", [][]byte{
			sub.as("subscription.created"), c.subOrder.as("order.paid"),
			cycled.with("modified_at", "2026-04-14T10:00:00Z", "pending_update", object{"applies_at": may, "product_id": "66666666-2e9b-4653-b0d7-8f5a6c3e1b29"}).as("subscription.updated"),
			team("2026-04-16T10:00:00Z").as("subscription.updated"), bill("3", "2026-04-16T10:00:01Z", 2000).as("order.paid"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month | Paid today: $24.00",
			"Plan change on 12 May · Jane Doe · Pro Plan (over) [→ replaced]",
			"📈 Upgraded · Jane Doe · Pro Plan → Team, +$40.00 a month | Paid today: $20.00",
		}},
		{"up and down within the hour", [][]byte{
			sub.as("subscription.created"), c.subOrder.as("order.paid"),
			team("2026-04-16T10:00:00Z").as("subscription.updated"), bill("3", "2026-04-16T10:00:01Z", 2000).as("order.paid"),
			cycled.with("modified_at", "2026-04-16T10:20:00Z").as("subscription.updated"), bill("4", "2026-04-16T10:20:01Z", -1990).as("order.paid"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month | Paid today: $24.00",
			"📈 Upgraded · Jane Doe · Pro Plan → Team, +$40.00 a month | Paid today: $20.00",
			"📉 Downgraded · Jane Doe · Team → Pro Plan, −$40.00 a month | Credited: $19.90",
		}},
		{"pending refund whose success is known of the order alone", [][]byte{
			c.order.as("order.paid"), c.refund.with("status", "pending").as("refund.created"),
			c.order.with("status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148, "modified_at", "2026-03-12T13:15:21Z").as("order.refunded"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan [refunded $20.00]",
			"💸 Refunded · $20.00 of $97.20 · Jane Doe · Pro Plan [succeeded]",
		}},
		{"pending refund after one that succeeded", [][]byte{
			c.order.as("order.paid"), c.refund.as("refund.created"),
			c.order.with("status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148, "modified_at", "2026-03-10T13:15:21Z").as("order.refunded"),
			c.refund.with("id", "6c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "created_at", "2026-03-11T09:00:00Z", "modified_at", nil, "status", "pending").as("refund.created"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan [refunded $20.00]",
			"💸 Refunded · $20.00 of $97.20 · Jane Doe · Pro Plan [succeeded]",
			"💸 Refund pending · $20.00 of $97.20 · Jane Doe · Pro Plan (open)",
		}},
		{"pending refund after another one that is known of the order alone", [][]byte{
			c.order.as("order.paid"),
			c.order.with("status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148, "modified_at", "2026-03-10T13:15:21Z").as("order.refunded"),
			c.refund.with("id", "6c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "created_at", "2026-03-11T09:00:00Z", "modified_at", nil, "status", "pending").as("refund.created"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan [refunded $20.00]",
			"💸 Refund pending · $20.00 of $97.20 · Jane Doe · Pro Plan (open)",
		}},
		{"second refund before the first, which the order's sum has", [][]byte{
			c.order.as("order.paid"),
			c.order.with("status", "partially_refunded", "refunded_amount", 3704, "refunded_tax_amount", 296, "modified_at", "2026-03-10T13:15:21Z").as("order.refunded"),
			c.refund.as("refund.created"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan [refunded $40.00]",
			"💸 Refunded · $20.00 more, $40.00 of $97.20 · Jane Doe · Pro Plan [succeeded]",
		}},
		{"updated order of old, then refunded", [][]byte{
			c.order.with("is_invoice_generated", true, "modified_at", "2026-03-08T09:28:02Z").as("order.updated"),
			c.refund.as("refund.created"),
			c.order.with("status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148, "modified_at", "2026-03-10T13:15:21Z").as("order.refunded"),
		}, []string{
			"Order updated · $97.20 · Jane Doe · Pro Plan",
			"💸 Refunded · $20.00 of $97.20 · Jane Doe · Pro Plan [succeeded]",
		}},
		{"updated renewal of old, then refunded", [][]byte{
			paid.as("order.updated"),
			paid.with("status", "refunded", "refunded_amount", 3000, "modified_at", "2026-05-10T13:15:21Z").as("order.refunded"),
		}, []string{
			"Order updated · $30.00 · Jane Doe · Pro Plan",
			"💸 Refunded in full · $30.00 · Jane Doe · Pro Plan",
		}},
		{"checkout with all off", [][]byte{c.checkout.with("customer_name", "Jane Doe", "total_amount", 0, "net_amount", 0, "amount", 3000, "discount_amount", 3000).as("checkout.created")}, []string{
			"Checkout open · $0.00 · Jane Doe · Pro Plan",
		}},
		{"purchase with all off", [][]byte{c.order.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "tax_amount", 0, "discount_amount", 9000, "discount", object{"code": "GIFT", "basis_points": 10000}).as("order.paid")}, []string{
			"Free signup · Jane Doe · Pro Plan",
		}},
		{"subscribed with all off", [][]byte{sub.as("subscription.created"), c.subOrder.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "discount", object{"code": "GIFT", "basis_points": 10000, "duration": "forever"}).as("order.paid")}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"seats with a discount", [][]byte{seats.with("amount", 2500, "discount", c.order["discount"]).as("subscription.created")}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $25.00 a month",
		}},
		{"seats more and less", [][]byte{seats.as("subscription.created"), seats.with("seats", 8, "amount", 8000, "modified_at", "2026-04-25T10:00:00Z").as("subscription.updated"), bill("3", "2026-04-25T10:00:01Z", 1500).as("order.paid")}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $50.00 a month",
			"📈 Seats 5 → 8 · Jane Doe · Pro Plan | Paid today: $15.00",
		}},
		{"yen refunded in three parts, the second failed and tried again", [][]byte{
			c.order.with("currency", "jpy").as("order.paid"),
			c.refund.with("currency", "jpy", "amount", 1000, "tax_amount", 80).as("refund.created"),
			c.refund.with("id", "6c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "currency", "jpy", "amount", 2000, "tax_amount", 160, "created_at", "2026-03-11T09:00:00Z", "status", "pending").as("refund.created"),
			c.refund.with("id", "6c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "currency", "jpy", "amount", 2000, "tax_amount", 160, "created_at", "2026-03-11T09:00:00Z", "modified_at", "2026-03-13T09:00:00Z", "status", "failed").as("refund.updated"),
			c.refund.with("id", "7c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "currency", "jpy", "amount", 2000, "tax_amount", 160, "created_at", "2026-03-14T09:00:00Z").as("refund.created"),
			c.refund.with("id", "8c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "currency", "jpy", "amount", 6000, "tax_amount", 480, "created_at", "2026-03-15T09:00:00Z").as("refund.created"),
		}, []string{
			"💰 Sale · ¥9,720 · Jane Doe · Pro Plan [refunded ¥9,720]",
			"💸 Refunded · ¥1,080 of ¥9,720 · Jane Doe · Pro Plan [succeeded]",
			"💸 Refund pending · ¥2,160 of ¥9,720 · Jane Doe · Pro Plan (over) [→ failed]",
			"⚠️ Refund failed · ¥2,160 of ¥9,720 · Jane Doe · Pro Plan",
			"💸 Refunded · ¥2,160 more, ¥3,240 of ¥9,720 · Jane Doe · Pro Plan [succeeded]",
			"💸 Refunded in full · ¥6,480 more, ¥9,720 in all · Jane Doe · Pro Plan [succeeded]",
		}},
		{"order alone, its subscription days later", [][]byte{c.subOrder.as("order.paid"), sub.with("modified_at", "2026-03-15T10:00:00Z").as("subscription.updated"), sub.as("subscription.created"), sub.as("subscription.active")}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"trial canceled, stays, converts", [][]byte{
			trial.as("subscription.created"), free.as("order.paid"),
			trial.with("cancel_at_period_end", true, "ends_at", "2026-03-26T10:02:44Z", "canceled_at", "2026-03-14T10:00:00Z", "modified_at", "2026-03-14T10:00:00Z").as("subscription.canceled"),
			trial.with("modified_at", "2026-03-15T10:00:00Z").as("subscription.uncanceled"),
			converted.as("subscription.updated"), charge.as("order.paid"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, $30.00 a month from 26 Mar [→ converted]",
			"👋 Trial canceled, ends 26 Mar · Jane Doe · Pro Plan, $30.00 a month (over) [→ called off]",
			"✅ Staying after all · Jane Doe · Pro Plan, $30.00 a month",
			"🎉 Trial converted · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"trial canceled, ends", [][]byte{
			trial.as("subscription.created"), free.as("order.paid"),
			trial.with("cancel_at_period_end", true, "ends_at", "2026-03-26T10:02:44Z", "canceled_at", "2026-03-14T10:00:00Z", "modified_at", "2026-03-14T10:00:00Z").as("subscription.canceled"),
			trial.with("status", "canceled", "cancel_at_period_end", true, "ends_at", "2026-03-26T10:02:44Z", "ended_at", "2026-03-26T10:02:44Z", "canceled_at", "2026-03-14T10:00:00Z", "modified_at", "2026-03-26T10:03:00Z").as("subscription.revoked"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, $30.00 a month from 26 Mar",
			"👋 Trial ended, not converted · Jane Doe · Pro Plan, $30.00 a month [ended]",
		}},
		{"pauses with billing fails to pay at resume", [][]byte{
			sub.as("subscription.created"), cycled.with("status", "paused", "paused_at", may, "modified_at", "2026-05-12T10:05:00Z").as("subscription.paused"),
			cycled.with("modified_at", "2026-06-03T10:00:04Z").as("subscription.resumed"),
			c.renewal("4", "2026-06-03T10:00:06Z").as("order.created"),
			cycled.with("status", "past_due", "past_due_at", "2026-06-03T10:00:20Z", "modified_at", "2026-06-03T10:00:20Z").as("subscription.past_due"),
			cycled.with("modified_at", "2026-06-05T10:00:04Z").as("subscription.active"),
			c.renewal("4", "2026-06-03T10:00:06Z").with("status", "paid", "modified_at", "2026-06-05T10:00:06Z").as("order.paid"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"Paused · Jane Doe · Pro Plan, $30.00 a month (over) [→ resumed]",
			"✅ Resumed · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan (over) [→ recovered after 2 days]",
			"✅ Recovered after 2 days · $30.00 · Jane Doe · Pro Plan",
		}},
		{"nameless customer", [][]byte{sub.with("customer.name", nil, "customer.email", nil, "customer.billing_name", nil, "customer.external_id", nil).as("subscription.created")}, []string{
			"🎉 New subscriber · a team customer · Pro Plan, $30.00 a month",
		}},
		{"renewal in part from balance", [][]byte{paid.with("applied_balance_amount", -1000, "due_amount", 2000).as("order.paid"), paid.with("status", "refunded", "refunded_amount", 2000, "applied_balance_amount", -1000, "due_amount", 2000, "modified_at", "2026-05-10T13:15:21Z").as("order.refunded")}, []string{
			"🔁 Renewed · $20.00 · Jane Doe · Pro Plan [refunded $20.00]",
			"💸 Refunded in full · $20.00 · Jane Doe · Pro Plan",
		}},
		{"canceled during past due with end of period, lost", [][]byte{
			sub.as("subscription.created"), due.as("subscription.past_due"),
			due.with("cancel_at_period_end", true, "ends_at", may, "canceled_at", "2026-04-14T10:00:00Z", "modified_at", "2026-04-14T10:00:00Z").as("subscription.canceled"),
			due.with("status", "canceled", "cancel_at_period_end", true, "ended_at", "2026-05-03T10:00:00Z", "modified_at", "2026-05-03T10:00:00Z").as("subscription.revoked"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan (over) [→ lost on 3 May]",
			"👋 Canceled, ends 12 May · Jane Doe · Pro Plan, $30.00 a month (over) [→ lost to failed payment]",
			"👋 Lost to failed payment · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"canceled trial ends with a charge for usage", [][]byte{
			trial.as("subscription.created"), free.as("order.paid"),
			trial.with("status", "canceled", "ended_at", "2026-03-26T10:02:44Z", "canceled_at", "2026-03-14T10:00:00Z", "modified_at", "2026-03-26T10:03:00Z").as("subscription.revoked"),
			charge.with("subscription.ended_at", "2026-03-26T10:02:44Z", "total_amount", 420, "due_amount", 420).as("order.paid"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, $30.00 a month from 26 Mar",
			"👋 Trial ended, not converted · Jane Doe · Pro Plan, $30.00 a month [ended]",
			"🔁 Last charge · $4.20 · Jane Doe · Pro Plan",
		}},
		{"pause called off, then another", [][]byte{
			sub.as("subscription.created"), cycled.with("pause_at_period_end", true, "modified_at", "2026-04-15T10:00:00Z").as("subscription.updated"),
			cycled.with("modified_at", "2026-04-16T10:00:00Z").as("subscription.updated"),
			cycled.with("pause_at_period_end", true, "current_period_end", june, "modified_at", "2026-05-16T10:00:00Z").as("subscription.updated"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"Pause planned · Jane Doe · Pro Plan, $30.00 a month (over) [→ called off]",
			"✅ Pause called off · Jane Doe · Pro Plan, $30.00 a month",
			"Pauses on 12 Jun · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"free plan with a trial goes on", [][]byte{
			trial.with("amount", 0, "prices", fixed(0), "product.prices", fixed(0)).as("subscription.created"),
			converted.with("amount", 0, "prices", fixed(0), "product.prices", fixed(0)).as("subscription.updated"),
			charge.with("total_amount", 0, "net_amount", 0, "due_amount", 0).as("order.paid"),
		}, []string{
			"Trial started · Jane Doe · Pro Plan, free from 26 Mar [→ converted]",
		}},
		{"gift of an amount that the buyer chose", [][]byte{
			c.order.with("product.prices", []any{object{"amount_type": "custom"}}, "custom_field_data", object{"for_whom": "  Ada  ", "age": json.Number("7"), "news": false}, "discount", nil).as("order.paid"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan | Age: 7 | For whom: Ada",
		}},
		{"planned seats take effect with a discount over", [][]byte{
			seats.as("subscription.created"),
			seats.with("modified_at", "2026-03-20T10:00:00Z", "pending_update", object{"applies_at": april, "seats": 3}).as("subscription.updated"),
			seats.with("modified_at", "2026-04-12T10:05:00Z", "seats", 3, "amount", 3000).as("subscription.cycled"),
			seats.with("modified_at", "2026-04-12T10:05:00Z", "seats", 3, "amount", 3000).as("subscription.updated"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $50.00 a month",
			"📉 Seats 5 → 3 · Jane Doe · Pro Plan [in effect]",
			"New billing period · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"order that waited, in a state to come", [][]byte{
			c.order.with("status", "pending", "modified_at", "2026-03-03T09:26:53Z").as("order.created"),
			c.order.with("status", "on_hold", "modified_at", "2026-03-03T09:27:53Z").as("order.updated"),
		}, []string{
			"Not paid yet · $97.20 · Jane Doe · Pro Plan",
			"Order updated · on hold · $97.20 · Jane Doe · Pro Plan",
		}},
		{"first payment comes in late", [][]byte{
			sub.with("status", "incomplete").as("subscription.created"),
			c.subOrder.with("status", "pending").as("order.created"),
			sub.with("modified_at", "2026-03-12T10:12:44Z").as("subscription.active"),
			c.subOrder.with("modified_at", "2026-03-12T10:12:46Z").as("order.paid"),
		}, []string{
			"Checkout completed · $24.00 · Jane Doe · Pro Plan (over) [completed]",
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"first payment never comes", [][]byte{
			sub.with("status", "incomplete").as("subscription.created"),
			c.subOrder.with("status", "pending").as("order.created"),
			sub.with("status", "incomplete_expired", "modified_at", "2026-03-13T10:12:44Z", "ended_at", "2026-03-13T10:12:44Z").as("subscription.revoked"),
			c.subOrder.with("status", "void", "modified_at", "2026-03-13T10:12:46Z").as("order.updated"),
		}, []string{
			"Never paid · $24.00 · Jane Doe · Pro Plan (over) [never paid]",
			"First payment failed · Jane Doe · Pro Plan, not started",
		}},
		{"canceled while paused", [][]byte{
			sub.as("subscription.created"), cycled.with("status", "paused", "paused_at", may, "modified_at", "2026-05-12T10:05:00Z").as("subscription.paused"),
			canceled.with("status", "canceled", "cancel_at_period_end", false, "canceled_at", "2026-05-20T10:35:00Z", "ended_at", "2026-05-20T10:35:00Z", "modified_at", "2026-05-20T10:35:00Z").as("subscription.canceled"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"Paused · Jane Doe · Pro Plan, $30.00 a month (over) [→ ended]",
			"👋 Canceled immediately · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"lost, then reinstated", [][]byte{
			sub.as("subscription.created"), due.as("subscription.past_due"),
			due.with("status", "canceled", "canceled_at", "2026-05-03T10:35:00Z", "ended_at", "2026-05-03T10:35:00Z", "modified_at", "2026-05-03T10:35:00Z").as("subscription.revoked"),
			cycled.with("modified_at", "2026-05-04T10:35:00Z").as("subscription.active"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan (over) [→ lost on 3 May]",
			"👋 Lost to failed payment · Jane Doe · Pro Plan, $30.00 a month [→ active again]",
			"✅ Active again · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"to end with its period, then ended at once", [][]byte{
			sub.as("subscription.created"), canceled.as("subscription.canceled"),
			canceled.with("status", "canceled", "canceled_at", "2026-04-25T10:35:00Z", "ended_at", "2026-04-25T10:35:00Z", "ends_at", "2026-04-25T10:35:00Z", "modified_at", "2026-04-25T10:35:00Z").as("subscription.revoked"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"👋 Canceled, ends 12 May · Jane Doe · Pro Plan, $30.00 a month (over) [→ ended on 25 Apr]",
			"👋 Canceled immediately · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"free plan upgraded, on trial", [][]byte{
			sub.with("amount", 0, "prices", fixed(0), "product.prices", fixed(0), "product.name", "Hobby", "product_id", "66666666-2e9b-4653-b0d7-8f5a6c3e1b29").as("subscription.created"),
			team("2026-03-20T10:00:00Z").as("subscription.updated"), bill("3", "2026-03-20T10:00:01Z", 7000).as("order.paid"),
		}, []string{
			"Free signup · Jane Doe · Hobby",
			"📈 Upgraded · Jane Doe · Hobby → Team, +$70.00 a month",
		}},
		{"two failed renewals in a row", [][]byte{
			sub.as("subscription.created"), due.as("subscription.past_due"),
			cycled.with("modified_at", "2026-04-14T10:07:00Z").as("subscription.active"),
			due.with("past_due_at", "2026-05-12T10:05:20Z", "modified_at", "2026-05-12T10:05:20Z").as("subscription.past_due"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan (over) [→ recovered after 2 days]",
			"✅ Recovered after 2 days · $30.00 · Jane Doe · Pro Plan",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan",
		}},
		{"canceled and past due at once, recovered, ends", [][]byte{
			sub.as("subscription.created"), due.as("subscription.past_due"),
			due.with("cancel_at_period_end", true, "ends_at", may, "canceled_at", "2026-04-13T10:00:00Z", "modified_at", "2026-04-13T10:00:00Z").as("subscription.canceled"),
			cycled.with("cancel_at_period_end", true, "ends_at", may, "canceled_at", "2026-04-13T10:00:00Z", "modified_at", "2026-04-14T10:00:00Z").as("subscription.active"),
			cycled.with("status", "canceled", "cancel_at_period_end", true, "ends_at", may, "ended_at", may, "canceled_at", "2026-04-13T10:00:00Z", "modified_at", "2026-05-12T10:05:00Z").as("subscription.revoked"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan (over) [→ recovered after 2 days]",
			"👋 Subscription ended · Jane Doe · Pro Plan, $30.00 a month [ended]",
			"✅ Recovered after 2 days · $30.00 · Jane Doe · Pro Plan",
		}},
		{"start refunded in full and canceled at once", [][]byte{
			sub.as("subscription.created"), c.subOrder.as("order.paid"),
			c.refund.with("order_id", c.subOrder["id"], "amount", 2400, "tax_amount", 0, "created_at", "2026-03-13T10:00:00Z").as("refund.created"),
			c.subOrder.with("status", "refunded", "refunded_amount", 2400, "modified_at", "2026-03-13T10:00:01Z").as("order.refunded"),
			canceled.with("status", "canceled", "cancel_at_period_end", false, "canceled_at", "2026-03-13T10:00:02Z", "ended_at", "2026-03-13T10:00:02Z", "modified_at", "2026-03-13T10:00:02Z", "customer_cancellation_reason", nil).as("subscription.canceled"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month [refunded $24.00]",
			"💸 Refunded in full · $24.00 · Jane Doe · Pro Plan [succeeded]",
			"👋 Canceled immediately · Jane Doe · Pro Plan, $30.00 a month",
		}},
		{"past due, then unpaid", [][]byte{due.as("subscription.past_due"), due.with("status", "unpaid", "modified_at", "2026-05-03T10:05:00Z").as("subscription.updated")}, []string{
			"⚠️ Renewal failed · $30.00 · Jane Doe · Pro Plan [→ no more retries]",
		}},
		{"another product and more seats", [][]byte{
			seats.as("subscription.created"), team("2026-04-16T10:00:00Z", "seats", 8).as("subscription.updated"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $50.00 a month | Seats: 5",
			"📈 Upgraded · Jane Doe · Pro Plan → Team, +$20.00 a month | Seats: 5 → 8",
		}},
		{"seats, a discount, a source and an answer", [][]byte{c.order.with("seats", 3, "metadata", object{"utm_source": "news"}).as("order.paid")}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan | Discount: LAUNCH20, −20% | Seats: 3",
		}},
		{"checkout of units", [][]byte{c.checkout.with("units", 3, "prices", []any{object{"amount_type": "unit_based", "unit_label": object{"en": object{"other": "devices"}}}}).as("checkout.created")}, []string{
			"Checkout open · $97.20 · Jane Doe · Pro Plan | Devices: 3",
		}},
		{"paid, then in a state to come, by a type to come", [][]byte{
			c.order.as("order.paid"), c.order.with("status", "disputed", "modified_at", "2026-03-20T10:00:00Z").as("order.disputed"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan",
			"Order disputed · $97.20 · Jane Doe · Pro Plan",
		}},
		{"paid, then in a state to come, by an update", [][]byte{
			c.order.as("order.paid"), c.order.with("status", "disputed", "modified_at", "2026-03-20T10:00:00Z").as("order.updated"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan",
			"Order updated · disputed · $97.20 · Jane Doe · Pro Plan",
		}},
		{"left by a customer of whom only the merchant's id is known", [][]byte{
			c.checkout.with("customer_billing_name", nil, "external_customer_id", "u_42", "status", "expired").as("checkout.expired"),
		}, []string{"🛒 Abandoned checkout · $97.20 · u_42 · Pro Plan [expired]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, c := range cardsOf(t, compose.Options{}, tc.sent...) {
				got = append(got, line(c)+fieldsAmong(c, strings.Join(tc.want, "\n")))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("cards (-want +got):\n%s", diff)
			}
			inOrder := plain(cardsOf(t, compose.Options{}, tc.sent...))
			for range 10 {
				random.Shuffle(len(tc.sent), func(i, j int) { tc.sent[i], tc.sent[j] = tc.sent[j], tc.sent[i] })
				if diff := cmp.Diff(inOrder, plain(cardsOf(t, compose.Options{}, tc.sent...))); diff != "" {
					t.Fatalf("in another order of arrival (-want +got):\n%s", diff)
				}
			}
		})
	}
}
