package formatter

import (
	"cmp"
	"strings"

	"polarbell/polar"
)

// who is the customer's name, else e-mail, and "" only where no customer is
// known at all.
func (f *facts) who() string {
	if f.buyer == nil {
		return ""
	}
	return cmp.Or(strings.TrimSpace(f.buyer.Name), strings.TrimSpace(f.buyer.Email), wordTeam)
}

func (f *facts) contact() string {
	if f.buyer == nil {
		return ""
	}
	email := strings.TrimSpace(f.buyer.Email)
	return joined(cmp.Or(email, f.who()), country(f.address()))
}

func (f *facts) address() *polar.Address {
	a := cmp.Or(f.order.BillingAddress, f.checkout.BillingAddress)
	if a == nil && f.buyer != nil {
		a = f.buyer.BillingAddress
	}
	return a
}

// product is the name of what the news is about. A subscription knows best
// what it is for now; an order without a product has a description.
func (f *facts) product() string {
	names := []string{productName(f.invoice.Product), f.invoice.Description, productName(f.sub.Product), f.now.Product}
	if f.track.family == "subscription" {
		names = []string{productName(f.sub.Product), f.now.Product}
	}
	names = append(names, productName(f.order.Product), productName(f.checkout.Product), f.plain.Product)
	return strings.TrimSpace(cmp.Or(names...))
}

func productName(p *polar.Product) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// charged is what the customer was charged: what was due where a balance was
// applied, else the total.
func (f *facts) charged() *int64 {
	if amountOr0(f.invoice.AppliedBalanceAmount) != 0 {
		return f.invoice.DueAmount
	}
	return f.invoice.TotalAmount
}

// amount is what the headline says was or will be paid.
func (f *facts) amount() string {
	if f.invoice == &noOrder {
		return price(f.sub.Amount, f.sub.Currency, "")
	}
	return price(f.charged(), f.invoice.Currency, "")
}

// nothing is the amount of what is free.
func (f *facts) nothing() string {
	return cmp.Or(money(f.charged(), f.invoice.Currency), money(f.sub.Amount, f.sub.Currency))
}

// tax is part of what was charged only where that is the total.
func (f *facts) tax() string {
	if amountOr0(f.invoice.TaxAmount) == 0 || amountOr0(f.invoice.AppliedBalanceAmount) != 0 {
		return ""
	}
	return money(f.invoice.TaxAmount, f.invoice.Currency)
}

func (f *facts) balance() string {
	switch applied := amountOr0(f.invoice.AppliedBalanceAmount); {
	case applied < 0:
		applied = -applied
		return money(&applied, f.invoice.Currency) + wordFromBalance
	case applied > 0:
		return money(&applied, f.invoice.Currency) + wordOldDebt
	}
	return ""
}

// discount is "LAUNCH20, −20 %".
func (f *facts) discount() string {
	d := cmp.Or(f.invoice.Discount, f.sub.Discount, f.checkout.Discount)
	if d == nil {
		return ""
	}
	off := percentOff(d)
	if off == "" {
		off = money(cmp.Or(d.Amount, f.invoice.DiscountAmount, f.checkout.DiscountAmount),
			cmp.Or(d.Currency, f.invoice.Currency, f.checkout.Currency))
	}
	if off != "" {
		off = "−" + off
	}
	return joined(strings.TrimSpace(cmp.Or(d.Code, d.Name)), off)
}

func percentOff(d *polar.Discount) string {
	if d.BasisPoints == nil || *d.BasisPoints == 0 {
		return ""
	}
	return percent(*d.BasisPoints)
}

// seats are told only where there may be several.
func (f *facts) seats() *int64 {
	return cmp.Or(f.invoice.Seats, f.sub.Seats, f.checkout.Seats, f.plain.Seats)
}

func (f *facts) renewal() string {
	switch {
	case f.invoice.BillingReason != "subscription_cycle":
		return ""
	case afterTrial(f.invoice, f.sub):
		return wordFirstCharge
	}
	return wordRenewal
}

// thisRefund is the refund alone, tax included.
func (f *facts) thisRefund() string {
	if f.refund.Amount == nil {
		return ""
	}
	gross := *f.refund.Amount + amountOr0(f.refund.TaxAmount)
	return money(&gross, f.refund.Currency)
}

func (f *facts) refundedInAll() string {
	if f.refunded == 0 {
		return "" // refunded, and how much is not known
	}
	return money(&f.refunded, cmp.Or(f.invoice.Currency, f.refund.Currency))
}

func (f *facts) left() string {
	total := f.charged()
	if total == nil || f.refunded == 0 || *total <= f.refunded {
		return ""
	}
	left := *total - f.refunded
	return money(&left, f.invoice.Currency)
}

func (f *facts) taxIncluded() string {
	if amountOr0(f.refund.TaxAmount) == 0 && amountOr0(f.invoice.RefundedTaxAmount) == 0 {
		return ""
	}
	return wordTaxIncluded
}

// offered is what a checkout asks for.
func (f *facts) offered() string {
	c := f.checkout
	return price(cmp.Or(c.TotalAmount, c.NetAmount, c.Amount), c.Currency, interval(c.Product))
}

func interval(p *polar.Product) string {
	if p == nil {
		return ""
	}
	return everyInterval(p.RecurringInterval, p.RecurringIntervalCount)
}

func (f *facts) howOften() string {
	if f.times < 2 {
		return ""
	}
	return plural(f.times, "time")
}
