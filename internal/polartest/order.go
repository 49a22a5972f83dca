package polartest

import "time"

// Order is an invoice.
type Order struct {
	shop     *Shop
	o        object
	refunded []*Refund
}

const taxPercent = 10

// order is an invoice that is not paid yet. The amount is without tax and
// before the discount.
func (s *Shop) order(reason string, p Product, amount int, discount Discount) *Order {
	off := discount.off(amount)
	net := amount - off
	tax := net * taxPercent / 100
	o := &Order{shop: s, o: object{
		"id": s.id(), "created_at": s.time(), "modified_at": s.time(), "status": "pending", "billing_reason": reason, "currency": s.terms.currency(),
		"subtotal_amount": amount, "discount_amount": off, "net_amount": net, "tax_amount": tax, "total_amount": net + tax,
		"applied_balance_amount": 0, "due_amount": max(0, net+tax), "refunded_amount": 0, "refunded_tax_amount": 0,
		"invoice_number": s.invoice(), "description": p.Name, "product_id": p.id, "product": s.product(p),
		"customer_id": s.customer["id"], "customer": s.customer, "billing_address": s.customer["billing_address"],
	}}
	discount.put(o.o)
	s.settle(o)
	return o
}

func (o *Order) paid() { o.shop.set(o.o, "status", "paid") }

// bookFee is what Polar adds to a paid order afterwards: its fee, the invoice.
func (o *Order) bookFee() {
	o.shop.Pass(30 * time.Second)
	o.shop.set(o.o, "platform_fee_amount", 100, "platform_fee_currency", o.o["currency"])
	o.shop.send(o.o, "order.updated")
	o.shop.Pass(30 * time.Second)
	o.shop.set(o.o, "is_invoice_generated", true)
	o.shop.send(o.o, "order.updated")
}

// Net is what was paid, without tax.
func (o *Order) Net() int { return o.o["net_amount"].(int) }

// Left is how much of Net can still be refunded.
func (o *Order) Left() int {
	left := o.Net()
	if o.o["applied_balance_amount"] != 0 {
		return 0 // what a balance paid goes back to the balance
	}
	for _, r := range o.refunded {
		if r.o["status"] == "succeeded" || r.o["status"] == "pending" {
			left -= r.o["amount"].(int)
		}
	}
	return left
}

// taxOf is the tax of a part that is refunded; the last part has the rest.
func (o *Order) taxOf(amount int) int {
	if amount < o.Left() {
		return amount * taxPercent / 100
	}
	rest := o.o["tax_amount"].(int)
	for _, r := range o.refunded {
		if r.o["status"] == "succeeded" || r.o["status"] == "pending" {
			rest -= r.o["tax_amount"].(int)
		}
	}
	return rest
}

// Refund is money that goes back.
type Refund struct {
	order *Order
	o     object
}

// Refund gives back an amount, without its tax, at once.
func (o *Order) Refund(amount int) *Refund {
	r := o.refund(amount, "succeeded")
	r.order.sum()
	return r
}

// RefundSlowly starts a refund that is pending.
func (o *Order) RefundSlowly(amount int) *Refund { return o.refund(amount, "pending") }

func (o *Order) refund(amount int, status string) *Refund {
	r := &Refund{order: o, o: object{
		"id": o.shop.id(), "created_at": o.shop.time(), "modified_at": nil, "status": status, "reason": "customer_request",
		"amount": amount, "tax_amount": o.taxOf(amount), "currency": o.o["currency"],
		"order_id": o.o["id"], "customer_id": o.o["customer_id"],
	}}
	o.refunded = append(o.refunded, r)
	o.shop.send(r.o, "refund.created")
	return r
}

// Succeed is a pending refund that went through.
func (r *Refund) Succeed() {
	r.become("succeeded")
	r.order.sum()
}

// Fail is a refund that did not go through, or was taken back.
func (r *Refund) Fail() {
	had := r.o["status"] == "succeeded"
	r.become("failed")
	if had {
		r.order.sum()
	}
}

// Echo is an update that changes nothing.
func (r *Refund) Echo() {
	r.order.shop.set(r.o)
	r.order.shop.send(r.o, "refund.updated")
}

func (r *Refund) become(status string) {
	r.order.shop.set(r.o, "status", status)
	r.order.shop.send(r.o, "refund.updated")
}

// sum brings the order in line with its refunds.
func (o *Order) sum() {
	amount, tax := 0, 0
	for _, r := range o.refunded {
		if r.o["status"] == "succeeded" {
			amount += r.o["amount"].(int)
			tax += r.o["tax_amount"].(int)
		}
	}
	types, status := []string{"order.updated", "order.refunded"}, "partially_refunded"
	switch amount {
	case 0:
		types, status = types[:1], "paid"
	case o.Net():
		status = "refunded"
	}
	if before := o.o["refunded_amount"].(int); amount < before {
		types = types[:1]
	}
	o.shop.set(o.o, "status", status, "refunded_amount", amount, "refunded_tax_amount", tax)
	o.shop.send(o.o, types...)
}
