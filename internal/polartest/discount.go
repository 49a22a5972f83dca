package polartest

import "math/rand/v2"

// Discount is what comes off a price. The zero Discount is none.
type Discount struct {
	Percent int // hundredths of a percent, or
	Amount  int // a fixed one, in the shop's currency
	Periods int // how many a subscription has it for; 0 is forever
}

func randomDiscount(r *rand.Rand) Discount {
	d := Discount{Periods: r.IntN(4)}
	if r.IntN(2) == 0 {
		d.Percent = oneOf(r, 1250, 2000, 5000, 10000)
	} else {
		d.Amount = oneOf(r, 500, 1100, 99900)
	}
	return d
}

func (d Discount) isZero() bool { return d == Discount{} }

// off is what comes off an amount, never more than all of it.
func (d Discount) off(amount int) int {
	return max(0, min(amount, d.Amount+amount*d.Percent/10000))
}

// put writes the discount into an object as Polar does: the amount of a fixed
// one is in the default currency, and so is not the shop's.
func (d Discount) put(o object) {
	delete(o, "discount")
	delete(o, "discount_id")
	if d.isZero() {
		return
	}
	const id = "a0000000-0000-4000-8000-00000000d001"
	discount := object{"id": id, "name": "Launch", "code": "LAUNCH", "type": "fixed", "amount": 7777, "currency": "usd"}
	if d.Percent > 0 {
		discount = object{"id": id, "name": "Launch", "code": "LAUNCH", "type": "percentage", "basis_points": d.Percent}
	}
	switch d.Periods {
	case 0:
		discount["duration"] = "forever"
	case 1:
		discount["duration"] = "once"
	default:
		discount["duration"], discount["duration_in_months"] = "repeating", d.Periods
	}
	o["discount"], o["discount_id"] = discount, id
}
