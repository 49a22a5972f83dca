package polar

import "cmp"

// complete fills in what older dialects lack: in 2024 an order had one amount,
// without tax, a user and no status; the balance and what is due came in 2025.
func (o *Order) complete() {
	o.Status = orderStatus(o.Status, o.NetAmount, o.Amount)
	o.NetAmount = cmp.Or(o.NetAmount, o.Amount, difference(o.SubtotalAmount, o.DiscountAmount))
	o.Amount = o.NetAmount
	o.TotalAmount = cmp.Or(o.TotalAmount, sum(o.NetAmount, o.TaxAmount))
	o.DueAmount = cmp.Or(o.DueAmount, atLeastZero(sum(o.TotalAmount, o.AppliedBalanceAmount)))
	o.Customer = customer(o.Customer, o.User, o.CustomerID)
	if o.Customer != nil {
		o.CustomerID = cmp.Or(o.CustomerID, o.Customer.ID)
		o.BillingAddress = cmp.Or(o.BillingAddress, o.Customer.BillingAddress)
	}
	if o.Product != nil {
		o.ProductID = cmp.Or(o.ProductID, o.Product.ID)
		o.Description = cmp.Or(o.Description, o.Product.Name)
	}
	if len(o.Items) > 0 {
		o.Description = cmp.Or(o.Description, o.Items[0].Label)
	}
	if o.Subscription != nil {
		o.Subscription.complete()
		o.SubscriptionID = cmp.Or(o.SubscriptionID, o.Subscription.ID)
	}
}

// orderStatus fills in the status of an order of 2024, recognized by an amount
// that is not called net: such an order was made only once it was paid.
func orderStatus(status string, net, amount *int64) string {
	if status == "" && net == nil && amount != nil {
		return "paid"
	}
	return status
}

func (c *Checkout) complete() {
	c.NetAmount = cmp.Or(c.NetAmount, difference(c.Amount, c.DiscountAmount))
	c.TotalAmount = cmp.Or(c.TotalAmount, sum(c.NetAmount, c.TaxAmount))
	if c.Product != nil {
		c.ProductID = cmp.Or(c.ProductID, c.Product.ID)
	}
}

func (s *Subscription) complete() {
	s.RecurringIntervalCount = max(s.RecurringIntervalCount, 1)
	s.Customer = customer(s.Customer, s.User, s.CustomerID)
	if s.Customer != nil {
		s.CustomerID = cmp.Or(s.CustomerID, s.Customer.ID)
	}
	if s.Product != nil {
		s.ProductID = cmp.Or(s.ProductID, s.Product.ID)
	}
}

// customer is the object's own, else made of what older dialects have of it.
func customer(c *Customer, u *User, id string) *Customer {
	if c != nil || u == nil {
		return c
	}
	return &Customer{ID: cmp.Or(id, u.ID), Email: u.Email, Name: u.PublicName}
}

// sum is nil without a base; what is added to it may be absent.
func sum(base, more *int64) *int64 {
	if base == nil || more == nil {
		return base
	}
	return new(*base + *more)
}

// difference is sum's counterpart.
func difference(base, less *int64) *int64 {
	if base == nil || less == nil {
		return base
	}
	return new(*base - *less)
}

func atLeastZero(amount *int64) *int64 {
	if amount == nil {
		return nil
	}
	return new(max(*amount, 0))
}
