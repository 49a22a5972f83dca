package polar_test

import (
	"fmt"
	"testing"

	"polarbell/polar"
)

// TestSeatPrices: what a subscription's seats cost before any discount.
func TestSeatPrices(t *testing.T) {
	const (
		volume    = `{"seat_tier_type":"volume","tiers":[{"min_seats":1,"max_seats":4,"price_per_seat":1000},{"min_seats":5,"max_seats":null,"price_per_seat":800}]}`
		graduated = `{"seat_tier_type":"graduated","tiers":[{"min_seats":1,"max_seats":4,"price_per_seat":1000},{"min_seats":5,"max_seats":null,"price_per_seat":800}]}`
		old       = `{"tiers":[{"min_seats":1,"max_seats":10,"price_per_seat":1000}]}`
		clipped   = `{"seat_tier_type":"graduated","tiers":[{"min_seats":5,"max_seats":null,"price_per_seat":800}]}`
	)
	for _, tc := range []struct {
		name, seats, tiers string
		want               string
	}{
		{"volume, the first tier", "4", volume, "4000"},
		{"volume, all at the second tier's rate", "6", volume, "4800"},
		{"graduated, the first tier", "4", graduated, "4000"},
		{"graduated, both tiers", "6", graduated, "5600"},
		{"without a type", "3", old, "3000"},
		{"more than any tier has", "11", old, "not known"},
		{"graduated, the tiers below left out", "6", clipped, "not known"},
		{"no number of seats", "null", volume, "not known"},
		{"a number beyond belief", "9223372036854775807", volume, "not known"},
		{"no tiers", "4", `null`, "not known"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := polar.Body(fmt.Sprintf(`{"type":"subscription.created","data":{"id":"s","amount":1,"currency":"usd","discount_id":"d","seats":%s,"prices":[{"amount_type":"seat_based","price_currency":"usd","seat_tiers":%s}]}}`, tc.seats, tc.tiers)).Subscription()
			got := "not known"
			if price := s.ListPrice(); price != nil {
				got = fmt.Sprint(*price)
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
