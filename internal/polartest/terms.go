package polartest

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Terms are how a shop sells. The zero Terms are dollars, fixed prices, a buyer
// with a name and an address, and no discount.
type Terms struct {
	Currency string // "" is usd
	Abroad   bool   // products have a price in a second currency
	Pricing  Pricing
	Count    int // of seats or units at the start
	Discount Discount
	Credits  bool // what is credited pays later bills
	Buyer    Buyer
	Older    bool     // a subscription's prices are only in its product
	Missing  []string // names of fields that no object has
}

// Pricing is what the price of a period depends on.
type Pricing int

const (
	Fixed Pricing = iota
	Metered
	FixedAndMetered
	PerSeat
	PerUnit
)

// Random are terms at random.
func Random(r *rand.Rand) Terms {
	terms := Terms{
		Currency: oneOf(r, "usd", "usd", "eur", "jpy", "gbp"), Abroad: r.IntN(3) == 0, Credits: r.IntN(2) == 0, Older: r.IntN(4) == 0,
		Pricing: oneOf(r, Fixed, Fixed, Fixed, Metered, FixedAndMetered, PerSeat, PerUnit), Count: 1 + r.IntN(8),
		Buyer: oneOf(r, Named, Named, InCompany, Company, Address, MerchantsID),
	}
	if r.IntN(2) == 0 {
		terms.Discount = randomDiscount(r)
	}
	for _, name := range []string{"prices", "prices", "prices", "discount", "discount_amount", "total_amount", "due_amount", "subtotal_amount", "product", "description", "recurring_interval", "seats", "invoice_number"} {
		if r.IntN(20) == 0 {
			terms.Missing = append(terms.Missing, name)
		}
	}
	return terms
}

func (t Terms) currency() string {
	if t.Currency == "" {
		return "usd"
	}
	return t.Currency
}

// list is what a product costs, before discount and tax: each period, or once.
func (t Terms) list(p Product, count int) int {
	switch {
	case !p.Monthly:
		return p.Price
	case t.Pricing == Metered:
		return 0
	case t.Pricing == PerSeat, t.Pricing == PerUnit:
		return p.Price * count
	}
	return p.Price
}

// discount is what comes off a product; there is none on what is free.
func (t Terms) discount(p Product) Discount {
	if p.Price == 0 {
		return Discount{}
	}
	return t.Discount
}

// counts reports whether a product is sold by seats or units.
func (t Terms) counts(p Product) bool {
	return p.Monthly && p.Price > 0 && (t.Pricing == PerSeat || t.Pricing == PerUnit)
}

// isMetered reports whether usage of a product is billed.
func (t Terms) isMetered(p Product) bool {
	return p.Monthly && p.Price > 0 && (t.Pricing == Metered || t.Pricing == FixedAndMetered)
}

// put writes how many seats or units of a product an object has, and returns it.
func (t Terms) put(o object, p Product, count int) int {
	if !t.counts(p) {
		return count
	}
	count = max(count, 1)
	o[map[Pricing]string{PerSeat: "seats", PerUnit: "units"}[t.Pricing]] = count
	return count
}

// prices are those of a product in the shop's currency.
func (t Terms) prices(p Product) []any {
	return t.pricesIn(p, t.currency(), p.Price)
}

func (t Terms) pricesIn(p Product, currency string, amount int) []any {
	fixed := object{"amount_type": "fixed", "price_amount": amount, "price_currency": currency}
	metered := object{"amount_type": "metered_unit", "unit_amount": "0.8", "price_currency": currency}
	switch {
	case !p.Monthly || p.Price == 0:
	case t.Pricing == Metered:
		return []any{metered}
	case t.Pricing == FixedAndMetered:
		return []any{fixed, metered}
	case t.Pricing == PerSeat:
		tiers := []any{object{"min_seats": 1, "max_seats": nil, "price_per_seat": amount}}
		return []any{object{"amount_type": "seat_based", "price_currency": currency, "seat_tiers": object{"tiers": tiers}}}
	case t.Pricing == PerUnit:
		label := object{"en": object{"=1": "device", "other": "devices"}}
		return []any{object{"amount_type": "unit_based", "price_currency": currency, "unit_label": label}}
	}
	return []any{fixed}
}

// without is an object that lacks what the terms say, at any depth.
func (t Terms) without(o object) object {
	if len(t.Missing) == 0 {
		return o
	}
	o = maps.Clone(o)
	for name, value := range o {
		if inner, isObject := value.(object); isObject {
			o[name] = t.without(inner)
		}
	}
	maps.DeleteFunc(o, func(name string, _ any) bool { return slices.Contains(t.Missing, name) })
	return o
}

// Yearly is Pro by the year, which customers of Pro may change to.
var Yearly = Product{Name: "Pro yearly", Price: 30000, Monthly: true, Yearly: true, id: "a0000000-0000-4000-8000-00000000b007"}

func (p Product) interval() string {
	if p.Yearly {
		return "year"
	}
	return "month"
}

// after is the end of a period that starts at a time.
func (p Product) after(start time.Time) time.Time {
	if p.Yearly {
		return start.AddDate(1, 0, 0)
	}
	return start.AddDate(0, 1, 0)
}

// ID is the product's own.
func (p Product) ID() string { return p.id }

// product is a product as other objects have it.
func (s *Shop) product(p Product) object {
	prices := s.terms.prices(p)
	if s.terms.Abroad {
		prices = append(prices, s.terms.pricesIn(p, "brl", p.Price*5)...)
	}
	o := object{"id": p.id, "name": p.Name, "prices": prices}
	if p.Monthly {
		o["recurring_interval"], o["recurring_interval_count"] = p.interval(), 1
	}
	return o
}

// offer writes what a checkout asks for.
func (s *Shop) offer(o object, p Product) {
	list := s.terms.list(p, s.terms.put(o, p, s.terms.Count))
	discount := s.terms.discount(p)
	off := discount.off(list)
	o["amount"], o["net_amount"], o["total_amount"] = list, list-off, list-off
	o["is_free_product_price"] = p.Price == 0
	discount.put(o)
	if !discount.isZero() {
		o["discount_amount"] = off
	}
}

// settle lets the customer's balance pay, or grow by an order below zero.
func (s *Shop) settle(o *Order) {
	total := o.o["total_amount"].(int)
	if !s.terms.Credits {
		return
	}
	if total < 0 {
		s.balance -= total
		return
	}
	if applied := min(total, s.balance); applied > 0 {
		s.balance -= applied
		o.o["applied_balance_amount"], o.o["due_amount"] = -applied, total-applied
	}
}
