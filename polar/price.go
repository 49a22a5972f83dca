package polar

import (
	"slices"
	"strings"
)

// Price is one part of what a product costs.
type Price struct {
	AmountType string `json:"amount_type"`    // fixed, free, custom, seat_based, unit_based, metered_unit, metered_tiers
	Amount     *int64 `json:"price_amount"`   // of a fixed one, smallest unit
	Currency   string `json:"price_currency"` // ISO 4217, lower case
	// UnitLabel names what is counted, by language and number:
	// {"en": {"=1": "device", "other": "devices"}}.
	UnitLabel map[string]map[string]string `json:"unit_label"`
	SeatTiers *SeatTiers                   `json:"seat_tiers"` // of a seat_based one
}

// Metered reports whether the price is of usage, which is billed afterwards.
func (p Price) Metered() bool { return strings.HasPrefix(p.AmountType, "metered") }

// Free reports whether the price is nothing; not of a price that is not known.
func (p *Price) Free() bool {
	return p != nil && (p.AmountType == "free" || p.AmountType == "fixed" && p.Amount != nil && *p.Amount == 0)
}

// price returns what one period costs before any discount, in the smallest
// unit, nil where the payload does not say. `amount` alone does not do: Polar
// computes it anew whenever a discount begins or ends, although the plan stays
// the same (polarsource/polar, server/polar/models/subscription.py,
// update_amount_and_currency), and it is 0 where usage alone is billed.
func (o delivered) price() *int64 {
	for _, prices := range [][]Price{o.Prices, o.Product.Prices} {
		if sum, known := listed(prices, o.Currency, o.Seats); known {
			return &sum
		}
	}
	if o.Discount != nil || o.DiscountID != "" || o.Amount != nil && *o.Amount == 0 {
		return nil
	}
	return o.Amount
}

// listed adds up prices in a currency: a product has some for each currency that
// it is sold in. It does not know the sum where a part depends on units or the
// buyer's choice.
func listed(prices []Price, currency string, seats *int64) (sum int64, known bool) {
	prices = slices.DeleteFunc(slices.Clone(prices), func(p Price) bool {
		return p.Currency != "" && currency != "" && !strings.EqualFold(p.Currency, currency)
	})
	for _, p := range prices {
		switch {
		case p.AmountType == "fixed" && p.Amount != nil:
			sum += *p.Amount
		case p.AmountType == "free", p.Metered():
		default:
			of, known := p.SeatTiers.amount(seats)
			if !known {
				return 0, false
			}
			sum += of
		}
	}
	return sum, len(prices) > 0
}

func (o delivered) metered() bool {
	return slices.ContainsFunc(o.Prices, Price.Metered) || slices.ContainsFunc(o.Product.Prices, Price.Metered)
}

// ListPrice returns what one period costs before any discount, in the smallest
// unit, nil where the payload does not say.
func (s Subscription) ListPrice() *int64 { return s.delivered().price() }

// Metered reports whether usage is billed, beside or instead of a fixed price.
func (s Subscription) Metered() bool { return s.delivered().metered() }

// Free reports whether a subscription costs nothing, now or later: not one with
// a discount, a trial or a metered price.
func (s Subscription) Free() bool {
	price := s.ListPrice()
	return price != nil && *price == 0 && !s.Metered() && s.Discount == nil
}
