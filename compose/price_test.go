package compose_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
)

// TestPrices: what a plan costs, where the payload says it by halves.
func TestPrices(t *testing.T) {
	c := castOf(t)
	sub := c.sub.with("discount", nil, "discount_id", nil, "amount", 3000)
	price := func(kind, currency string, amount any) object {
		return object{"amount_type": kind, "price_currency": currency, "price_amount": amount}
	}
	abroad := []any{price("fixed", "usd", 3000), price("fixed", "brl", 15000)}
	seats := []any{price("seat_based", "usd", nil)}
	tiers := []any{object{"amount_type": "seat_based", "price_currency": "usd", "seat_tiers": object{
		"seat_tier_type": "volume", "tiers": []any{object{"min_seats": 1, "max_seats": nil, "price_per_seat": 1000}},
	}}}
	metered := []any{object{"amount_type": "metered_unit", "unit_amount": "0.8", "price_currency": "usd"}}
	allOff := object{"code": "GIFT", "basis_points": 10000, "duration": "repeating", "duration_in_months": 3}
	nothing := c.subOrder.with("total_amount", 0, "net_amount", 0, "due_amount", 0, "discount", nil, "discount_amount", 0, "product_price", nil, "product.prices", nil)
	hobby := nothing.with("product.name", "Hobby", "description", "Hobby", "subscription.amount", 0)

	for _, tc := range []struct {
		name string
		sent [][]byte
		want []string
	}{
		{"a product is sold in two currencies, and the subscription has no prices of its own", [][]byte{
			sub.with("prices", nil, "product.prices", abroad).as("subscription.created"),
		}, []string{"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month"}},
		{"the same, and another plan", [][]byte{
			sub.with("prices", nil, "product.prices", abroad).as("subscription.created"),
			sub.with("prices", nil, "product_id", "77777777-2e9b-4653-b0d7-8f5a6c3e1b29", "product.name", "Team", "amount", 7000,
				"product.prices", []any{price("fixed", "usd", 7000), price("fixed", "brl", 35000)}, "modified_at", "2026-04-25T10:00:00Z").as("subscription.updated"),
		}, []string{
			"🎉 New subscriber · Jane Doe · Pro Plan, $30.00 a month",
			"📈 Upgraded · Jane Doe · Pro Plan → Team, +$40.00 a month",
		}},
		{"seats with all off", [][]byte{
			sub.with("amount", 0, "seats", 4, "discount", allOff, "prices", seats, "product.prices", seats).as("subscription.created"),
		}, []string{"🎉 New subscriber · Jane Doe · Pro Plan"}},
		{"seats with half off, whose coupon is over later", [][]byte{
			sub.with("amount", 2000, "seats", 4, "discount", allOff, "prices", tiers, "product.prices", tiers).as("subscription.created"),
			sub.with("amount", 4000, "seats", 4, "prices", tiers, "product.prices", tiers, "modified_at", "2026-04-25T10:00:00Z").as("subscription.updated"),
		}, []string{"🎉 New subscriber · Jane Doe · Pro Plan, $40.00 a month"}},
		{"all off, and no prices", [][]byte{
			sub.with("amount", 0, "discount", allOff, "prices", nil, "product.prices", nil).as("subscription.created"),
		}, []string{"🎉 New subscriber · Jane Doe · Pro Plan"}},
		{"an amount of 0, and no prices: it may be billed by usage", [][]byte{
			sub.with("amount", 0, "prices", nil, "product.prices", nil).as("subscription.created"), nothing.as("order.paid"),
		}, []string{"🎉 New subscriber · Jane Doe · Pro Plan"}},
		{"a free plan", [][]byte{
			sub.with("amount", 0, "prices", []any{price("free", "usd", nil)}, "product.name", "Hobby").as("subscription.created"),
		}, []string{"Free signup · Jane Doe · Hobby"}},
		{"a free plan that its order alone tells", [][]byte{
			hobby.with("product_price", price("free", "usd", nil)).as("order.paid"),
		}, []string{"Free signup · Jane Doe · Hobby"}},
		{"usage that its order alone tells", [][]byte{
			nothing.with("product.name", "Scale", "subscription.amount", 0, "subscription.discount_id", nil, "product_price", metered[0]).as("order.paid"),
		}, []string{"🎉 New subscriber · Jane Doe · Scale"}},
		{"a checkout of a free plan", [][]byte{
			c.checkout.with("total_amount", 0, "net_amount", 0, "amount", 0, "discount", nil, "discount_amount", 0, "is_free_product_price", true).as("checkout.created"),
		}, []string{"Checkout open · free · Jane Doe · Pro Plan"}},
		{"a checkout of usage whose prices are not there", [][]byte{
			c.checkout.with("total_amount", 0, "net_amount", 0, "amount", 0, "discount", nil, "discount_amount", 0, "product.prices", nil, "prices", nil).as("checkout.created"),
		}, []string{"Checkout open · $0.00 · Jane Doe · Pro Plan"}},
		{"a second refund, the first one lost, with tax that rounds", [][]byte{
			c.order.as("order.paid"),
			c.order.with("status", "partially_refunded", "refunded_amount", 1000, "refunded_tax_amount", 80, "modified_at", "2026-03-10T13:15:21Z").as("order.refunded"),
			c.order.with("status", "partially_refunded", "refunded_amount", 1006, "refunded_tax_amount", 80, "modified_at", "2026-03-11T13:15:21Z").as("order.refunded"),
		}, []string{
			"💰 Sale · $97.20 · Jane Doe · Pro Plan [refunded $10.86]",
			"💸 Refunded · $10.80 of $97.20 · Jane Doe · Pro Plan",
			"💸 Refunded · $0.06 more, $10.86 of $97.20 · Jane Doe · Pro Plan",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, card := range cardsOf(t, compose.Options{}, tc.sent...) {
				got = append(got, line(card))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("cards (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCustomersByTheirCompany: a customer without a name is called by its
// company, as everywhere.
func TestCustomersByTheirCompany(t *testing.T) {
	customer := sampleObject(t, "customer.created")
	for _, tc := range []struct {
		name   string
		change []any
		want   string
	}{
		{"a person", nil, "New customer · Liam Murphy"},
		{"a person of a company", []any{"billing_name", "Murphy Ltd"}, "New customer · Liam Murphy | Company: Murphy Ltd"},
		{"a company", []any{"name", nil, "billing_name", "Murphy Ltd"}, "New customer · Murphy Ltd"},
		{"an address", []any{"name", nil}, "New customer · liam@murphy.example"},
		{"the merchant's id", []any{"name", nil, "email", nil, "external_id", "u_7"}, "New customer · u_7"},
		{"nobody", []any{"name", nil, "email", nil}, "New customer · a team customer"},
	} {
		card := cardsOf(t, compose.Options{}, customer.with(tc.change...).as("customer.created"))[0]
		if got := line(card) + fieldsAmong(card, "| Company: "); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}
