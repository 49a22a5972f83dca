package compose_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// stories are the rows of the table of cards, each as Polar would send it.
func stories(t *testing.T) map[string][][]byte {
	c := castOf(t)
	s := map[string][][]byte{"purchase": c.purchase(), "subscription": c.subscribe()}
	const (
		april = "2026-04-12T10:02:44Z"
		may   = "2026-05-12T10:02:44Z"
	)

	waiting := c.order.with("status", "pending", "modified_at", nil)
	s["waiting, then paid"] = [][]byte{waiting.as("order.created"), c.order.as("order.updated"), c.order.as("order.paid")}
	s["waiting, then void"] = [][]byte{waiting.as("order.created"), c.order.with("status", "void").as("order.updated")}
	s["free"] = [][]byte{c.order.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "tax_amount", 0, "discount", nil,
		"product.name", "Hobby", "customer.name", nil, "customer.billing_address", nil, "billing_address", nil).as("order.paid")}
	s["balance applied"] = [][]byte{c.order.with("applied_balance_amount", -2000, "due_amount", 7720).as("order.paid")}
	s["team customer without a product"] = [][]byte{c.order.with("customer.name", nil, "customer.email", nil, "product", nil,
		"description", "", "items", []any{}, "discount", nil, "custom_field_data", nil).as("order.paid")}

	free := c.subOrder.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "discount", nil, "discount_amount", 0)
	trial := c.sub.with("status", "trialing", "trial_start", "2026-03-12T10:02:44Z", "trial_end", "2026-03-26T10:02:44Z", "discount", nil)
	trialOrder := free.with("subscription.status", "trialing", "subscription.trial_start", "2026-03-12T10:02:44Z", "subscription.trial_end", "2026-03-26T10:02:44Z")
	converted := trial.with("status", "active", "modified_at", "2026-03-26T10:05:00Z", "current_period_start", "2026-03-26T10:02:44Z")
	charge := c.renewal("1", "2026-03-26T10:05:02Z").with("subscription.trial_end", "2026-03-26T10:02:44Z")
	started := [][]byte{trial.as("subscription.created"), trial.as("subscription.active"), trialOrder.as("order.created"), trialOrder.as("order.paid")}
	s["trial, converted"] = append(started, converted.as("subscription.cycled"), converted.as("subscription.updated"), charge.as("order.created"),
		charge.with("status", "paid", "modified_at", "2026-03-26T10:05:09Z").as("order.updated"), charge.with("status", "paid", "modified_at", "2026-03-26T10:05:09Z").as("order.paid"))

	cycled := c.sub.with("modified_at", "2026-04-12T10:05:00Z", "current_period_start", april, "current_period_end", may)
	renewal := c.renewal("2", "2026-04-12T10:05:02Z")
	paid := renewal.with("status", "paid", "modified_at", "2026-04-12T10:05:09Z")
	cycle := [][]byte{cycled.as("subscription.cycled"), cycled.as("subscription.updated"), renewal.as("order.created")}
	s["renewal"] = append(append(c.begun(), cycle...), paid.as("order.updated"), paid.as("order.paid"),
		paid.with("modified_at", "2026-04-12T10:06:00Z").as("order.updated"))
	s["renewal of what began before the journal"] = append(cycle[:2:2], renewal.as("order.created"), paid.as("order.paid"))
	nextMonth := cycled.with("modified_at", "2026-05-12T10:05:00Z", "current_period_start", may)
	next := c.renewal("6", "2026-05-12T10:05:02Z")
	s["second renewal"] = append(cycle[:len(cycle):len(cycle)], paid.as("order.paid"), nextMonth.as("subscription.cycled"), nextMonth.as("subscription.updated"),
		next.as("order.created"), next.with("status", "paid", "modified_at", "2026-05-12T10:05:09Z").as("order.paid"))
	s["renewal alone"] = [][]byte{cycled.as("subscription.updated")}

	due := cycled.with("status", "past_due", "past_due_at", "2026-04-12T10:05:20Z", "modified_at", "2026-04-12T10:05:20Z")
	again := cycled.with("status", "active", "past_due_at", nil, "modified_at", "2026-04-14T10:07:00Z")
	late := renewal.with("status", "paid", "modified_at", "2026-04-14T10:07:01Z")
	failed := append(append(c.begun(), cycle...), due.as("subscription.updated"), due.as("subscription.past_due"))
	s["renewal failed, recovered"] = append(failed[:len(failed):len(failed)], again.as("subscription.updated"), again.as("subscription.active"), late.as("order.updated"), late.as("order.paid"))
	s["renewal failed, recovered, the order alone"] = append(failed[:len(failed):len(failed)], late.as("order.paid"), again.as("subscription.updated"))
	lost := due.with("status", "canceled", "canceled_at", "2026-05-03T10:07:00Z", "ended_at", "2026-05-03T10:07:00Z", "modified_at", "2026-05-03T10:07:00Z")
	s["renewal failed, lost"] = append(failed[:len(failed):len(failed)], lost.as("subscription.updated"), lost.as("subscription.canceled"), lost.as("subscription.revoked"),
		renewal.with("status", "void", "modified_at", "2026-05-03T10:07:05Z").as("order.updated"))

	remind := object{
		"id": "reminder of " + c.sub["id"].(string), "subscription_id": c.sub["id"], "since": "2026-04-12T10:05:20Z", "ends": "2026-05-03T10:05:20Z",
		"created_at": "2026-05-01T10:05:40Z", "modified_at": "2026-05-01T10:05:40Z",
		"at_risk": object{"customers": 3, "monthly": []any{object{"amount": 14700, "currency": "usd"}, object{"amount": 3000, "currency": "eur"}}},
	}
	reminded := append(failed[:len(failed):len(failed)], remind.as(polar.Reminder))
	paidAt := func(at string) [][]byte {
		again, late := again.with("modified_at", at), late.with("modified_at", at)
		return [][]byte{again.as("subscription.updated"), again.as("subscription.active"), late.as("order.updated"), late.as("order.paid")}
	}
	s["renewal failed, reminded, recovered"] = append(reminded[:len(reminded):len(reminded)], paidAt("2026-05-02T10:07:00Z")...)
	s["renewal failed, reminded, lost"] = append(reminded[:len(reminded):len(reminded)], lost.as("subscription.updated"), lost.as("subscription.canceled"), lost.as("subscription.revoked"))
	s["renewal failed, reminded, given up"] = append(reminded[:len(reminded):len(reminded)], due.with("status", "unpaid", "modified_at", "2026-05-03T10:07:00Z").as("subscription.updated"))
	s["renewal failed, reminded, recovered before, which comes later"] = append(reminded[:len(reminded):len(reminded)], paidAt("2026-04-30T10:07:00Z")...)
	s["reminder alone"] = [][]byte{remind.as(polar.Reminder)}

	canceled := cycled.with("cancel_at_period_end", true, "canceled_at", "2026-04-20T16:45:09Z", "ends_at", may, "modified_at", "2026-04-20T16:45:09Z",
		"customer_cancellation_reason", "too_expensive", "customer_cancellation_comment", "Great tool, but we only need it a few weeks a year.")
	ended := canceled.with("status", "canceled", "ended_at", may, "modified_at", "2026-05-12T10:05:00Z")
	back := cycled.with("modified_at", "2026-04-21T08:00:00Z")
	cancels := append(c.begun(), canceled.as("subscription.updated"), canceled.as("subscription.canceled"), canceled.with("modified_at", "2026-04-20T17:00:00Z").as("subscription.updated"))
	usage := c.renewal("3", "2026-05-12T10:05:10Z").with("status", "paid", "total_amount", 420, "due_amount", 420, "subscription.ended_at", may, "subscription.status", "canceled")
	s["cancels, ends, last charge"] = append(cancels[:len(cancels):len(cancels)], ended.as("subscription.updated"), ended.as("subscription.canceled"), ended.as("subscription.revoked"), usage.as("order.paid"))
	s["cancels, stays"] = append(cancels[:len(cancels):len(cancels)], back.as("subscription.updated"), back.as("subscription.uncanceled"))
	atOnce := canceled.with("status", "canceled", "cancel_at_period_end", false, "ended_at", "2026-04-20T16:45:09Z", "ends_at", "2026-04-20T16:45:09Z")
	s["canceled at once"] = append(c.begun(), atOnce.as("subscription.updated"), atOnce.as("subscription.canceled"), atOnce.as("subscription.revoked"))

	pauses := cycled.with("pause_at_period_end", true, "modified_at", "2026-04-25T10:00:00Z")
	paused := cycled.with("status", "paused", "paused_at", may, "resumes_at", "2027-01-03T10:00:00Z", "modified_at", "2026-05-12T10:05:00Z")
	resumed := cycled.with("modified_at", "2027-01-03T10:00:04Z")
	resumeOrder := c.renewal("4", "2027-01-03T10:00:06Z")
	s["paused, resumed"] = append(c.begun(), pauses.as("subscription.updated"), paused.as("subscription.updated"), paused.as("subscription.paused"),
		resumed.as("subscription.updated"), resumed.as("subscription.resumed"), resumeOrder.as("order.created"),
		resumeOrder.with("status", "paid", "modified_at", "2027-01-03T10:00:12Z").as("order.paid"))

	team := cycled.with("product_id", "77777777-2e9b-4653-b0d7-8f5a6c3e1b29", "product.name", "Team", "amount", 7000, "prices", fixed(7000), "modified_at", "2026-04-25T10:00:00Z")
	bill := c.renewal("5", "2026-04-25T10:00:01Z").with("billing_reason", "subscription_update", "status", "paid", "total_amount", 2267, "due_amount", 2267)
	s["upgraded, downgraded"] = append(c.begun(), team.as("subscription.updated"), bill.as("order.created"), bill.as("order.paid"),
		cycled.with("modified_at", "2026-05-01T10:00:00Z").as("subscription.updated"))
	yearly := cycled.with("amount", 30000, "prices", fixed(30000), "recurring_interval", "year", "modified_at", "2026-04-25T10:00:00Z")
	s["from monthly to yearly and back"] = append(c.begun(), yearly.as("subscription.updated"), cycled.with("modified_at", "2026-05-01T10:00:00Z").as("subscription.updated"))
	planned := func(product any, at string) []byte {
		return cycled.with("modified_at", at, "pending_update", object{"applies_at": may, "product_id": product}).as("subscription.updated")
	}
	next = cycled.with("product_id", team["product_id"], "product.name", "Team", "amount", 7000, "prices", fixed(7000), "modified_at", "2026-05-12T10:05:00Z")
	s["planned change, another, in effect"] = append(c.begun(), planned("66666666-2e9b-4653-b0d7-8f5a6c3e1b29", "2026-04-25T10:00:00Z"),
		planned(team["product_id"], "2026-04-26T10:00:00Z"), next.as("subscription.cycled"), next.as("subscription.updated"))
	s["planned change, called off"] = append(c.begun(), planned(team["product_id"], "2026-04-25T10:00:00Z"),
		cycled.with("modified_at", "2026-04-26T10:00:00Z").as("subscription.updated"))
	s["plan change billed, the rest unknown"] = [][]byte{bill.as("order.paid")}
	seats := cycled.with("seats", 5, "amount", 5000, "prices", fixed(1000))
	s["seats"] = append([][]byte{seats.as("subscription.created")}, seats.with("seats", 8, "amount", 8000, "modified_at", "2026-04-25T10:00:00Z").as("subscription.updated"),
		seats.with("seats", 3, "amount", 3000, "modified_at", "2026-04-26T10:00:00Z").as("subscription.updated"))

	half := c.order.with("status", "partially_refunded", "refunded_amount", 1852, "refunded_tax_amount", 148, "modified_at", "2026-03-10T13:15:21Z")
	all := c.order.with("status", "refunded", "refunded_amount", 9000, "refunded_tax_amount", 720, "modified_at", "2026-03-11T09:00:01Z")
	rest := c.refund.with("id", "6c8f1d4a-c7e2-4906-93ab-d0e6f5c21b79", "amount", 7148, "tax_amount", 572, "created_at", "2026-03-11T09:00:00Z", "reason", "service_disruption")
	s["refunded in part, then in full"] = append([][]byte{c.order.as("order.paid")}, c.refund.as("refund.created"), half.as("order.updated"), half.as("order.refunded"),
		rest.as("refund.created"), all.as("order.updated"), all.as("order.refunded"))
	s["refunded, told by the order alone"] = append([][]byte{c.order.as("order.paid")}, half.as("order.updated"), half.as("order.refunded"))
	pending := c.refund.with("status", "pending")
	done := c.refund.with("modified_at", "2026-03-12T08:00:00Z")
	s["refund pending, done"] = append([][]byte{c.order.as("order.paid")}, pending.as("refund.created"), done.as("refund.updated"), done.with("modified_at", "2026-03-12T08:00:09Z").as("refund.updated"))
	s["refund pending, failed"] = append([][]byte{c.order.as("order.paid")}, pending.as("refund.created"), pending.with("status", "failed", "modified_at", "2026-03-12T08:00:00Z").as("refund.updated"))
	s["refund taken back"] = append([][]byte{c.order.as("order.paid")}, c.refund.as("refund.created"), half.as("order.refunded"),
		c.refund.with("status", "failed", "modified_at", "2026-03-13T08:00:00Z").as("refund.updated"), c.order.with("modified_at", "2026-03-13T08:00:01Z").as("order.updated"))

	s["refund updated, its order unknown"] = [][]byte{c.refund.as("refund.updated")}
	s["refund in a state to come"] = [][]byte{c.order.as("order.paid"), c.refund.with("status", "on_hold").as("refund.created")}
	s["order refunded in 2025, by its status alone"] = [][]byte{c.order.with("status", "refunded", "refunded_amount", nil).as("order.created")}
	s["order in a state to come"] = [][]byte{c.order.with("status", "on_hold").as("order.created")}
	filled := c.checkout.with("customer_name", "Jane Doe", "customer_email", "jane@acme.com", "modified_at", "2026-03-03T09:24:00Z")
	try := func(minute string) [][]byte {
		return [][]byte{
			filled.with("status", "confirmed", "modified_at", "2026-03-03T09:"+minute+":00Z").as("checkout.updated"),
			filled.with("modified_at", "2026-03-03T09:"+minute+":09Z").as("checkout.updated"),
		}
	}
	declined := append(append([][]byte{c.checkout.as("checkout.created"), filled.as("checkout.updated")}, try("30")...), try("31")...)
	s["declined twice, left"] = append(declined[:len(declined):len(declined)], filled.with("status", "expired", "modified_at", "2026-03-04T09:30:00Z").as("checkout.expired"))
	s["declined twice, paid"] = append(declined[:len(declined):len(declined)], c.order.as("order.created"), c.order.as("order.paid"))
	s["checkout failed"] = [][]byte{filled.with("status", "failed").as("checkout.updated")}
	inReview := filled.with("status", "in_review", "modified_at", "2026-03-03T09:25:00Z").as("checkout.updated")
	s["checkout in a state to come"] = [][]byte{c.checkout.as("checkout.created"), inReview}
	s["checkout in a state to come, then paid"] = append([][]byte{c.checkout.as("checkout.created"), inReview}, c.order.as("order.paid"))

	s["order heard of as updated"] = [][]byte{c.order.as("order.updated"), half.as("order.updated")}
	s["order heard of as updated, refunded"] = [][]byte{c.order.as("order.updated"), c.refund.as("refund.created"), half.as("order.updated"), half.as("order.refunded")}
	s["waiting order heard of as updated"] = [][]byte{renewal.as("order.updated"), paid.as("order.updated")}
	s["sandbox"] = [][]byte{c.checkout.with("url", "https://sandbox.polar.sh/checkout/polar_c_1").as("checkout.created"), c.order.as("order.paid")}
	s["sample"] = [][]byte{c.order.with("metadata", object{"polarbell": "sample"}).as("order.paid")}
	s["sample of a Basic object"] = [][]byte{sampleObject(t, "customer.created").with("metadata", object{"polarbell": "sample"}).as("customer.created")}
	s["type to come"] = [][]byte{c.order.as("order.shipped"), object{"id": "x1", "name": "Thing", "status": "half_open"}.as("foo.bar_baz")}
	customer := sampleObject(t, "customer.created")
	s["customer, and the next day"] = [][]byte{
		customer.as("customer.created"), customer.with("name", "Liam Roe", "modified_at", "2026-03-10T07:00:00Z").as("customer.updated"),
	}
	s["customer, then its state"] = [][]byte{customer.as("customer.created"), customer.as("customer.state_changed")}
	return s
}

// fixed are the prices of a plan that costs the same in each period.
func fixed(amount int) []any {
	return []any{object{"amount_type": "fixed", "price_amount": amount, "price_currency": "usd"}}
}

func TestStories(t *testing.T) {
	all := stories(t)
	for name, o := range map[string]compose.Options{"stories.golden": {}, "stories_public.golden": {Public: true}} {
		var b strings.Builder
		for _, story := range slices.Sorted(maps.Keys(all)) {
			fmt.Fprintf(&b, "== %s\n%s\n", story, tell(t, o, all[story]...))
		}
		golden(t, name, b.String())
	}
}

// TestOrderOfArrival: the same deliveries make the same cards, in whatever order
// they come, and doubled.
func TestOrderOfArrival(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, bodies := range stories(t) {
		want := plain(cardsOf(t, compose.Options{}, bodies...))
		for range 20 {
			random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
			if diff := cmp.Diff(want, plain(cardsOf(t, compose.Options{}, bodies...))); diff != "" {
				t.Errorf("%s in another order of arrival (-want +got):\n%s", name, diff)
				break
			}
		}
	}
}

// plain shows cards without the numbers of their deliveries.
func plain(cards []formatter.Card) []string {
	var all []string
	for _, c := range cards {
		all = append(all, dump(c))
	}
	slices.Sort(all)
	return all
}
