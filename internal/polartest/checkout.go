package polartest

import "time"

// Checkout is a visit to the payment page.
type Checkout struct {
	shop    *Shop
	product Product
	trial   int // days
	o       object
}

// Visit opens a checkout.
func (s *Shop) Visit(p Product) *Checkout { return s.visit(p, 0) }

// VisitTrial opens a checkout for a subscription that starts with a trial.
func (s *Shop) VisitTrial(p Product, days int) *Checkout { return s.visit(p, days) }

func (s *Shop) visit(p Product, trial int) *Checkout {
	c := &Checkout{shop: s, product: p, trial: trial, o: object{
		"id": s.id(), "created_at": s.time(), "modified_at": s.time(), "status": "open", "url": "https://buy.polar.sh/polar_c_x",
		"expires_at": timestamp(s.Now.Add(24 * time.Hour)), "currency": s.terms.currency(), "product_id": p.id, "product": s.product(p),
	}}
	s.offer(c.o, p)
	if trial > 0 {
		c.o["trial_end"], c.o["net_amount"], c.o["total_amount"] = timestamp(s.Now.AddDate(0, 0, trial)), 0, 0
	}
	s.send(c.o, "checkout.created")
	return c
}

// Fill is the form that saves itself once the customer's name and address are
// typed.
func (c *Checkout) Fill() {
	c.shop.set(c.o, "customer_name", c.shop.customer["name"], "customer_email", c.shop.customer["email"],
		"customer_billing_address", c.shop.customer["billing_address"])
	c.shop.terms.Buyer.fill(c.o, c.shop.customer)
	c.shop.send(c.o, "checkout.updated")
}

// Confirm is the customer clicking Pay.
func (c *Checkout) Confirm() {
	c.shop.set(c.o, "status", "confirmed", "customer_id", c.shop.customer["id"])
	c.shop.send(c.o, "checkout.updated")
}

// Decline is a payment that was not completed: the checkout is open again.
func (c *Checkout) Decline() {
	c.shop.set(c.o, "status", "open")
	c.shop.send(c.o, "checkout.updated")
}

// Expire is a day later.
func (c *Checkout) Expire() {
	c.shop.Pass(24*time.Hour + 10*time.Minute)
	c.shop.set(c.o, "status", "expired")
	c.shop.send(c.o, "checkout.expired")
}

// Buy completes a one-time purchase.
func (c *Checkout) Buy() *Order {
	o := c.shop.order("purchase", c.product, c.product.Price, c.shop.terms.discount(c.product))
	o.o["checkout_id"] = c.o["id"]
	o.paid()
	c.shop.send(o.o, "order.created", "order.updated", "order.paid")
	c.succeed()
	o.bookFee()
	return o
}

func (c *Checkout) succeed() {
	c.shop.set(c.o, "status", "succeeded")
	c.shop.send(c.o, "checkout.updated")
}

// newSubscription is one that starts now, without a checkout.
func (s *Shop) newSubscription(p Product) *Subscription {
	sub := &Subscription{shop: s, product: p, o: object{
		"id": s.id(), "created_at": s.time(), "modified_at": s.time(), "started_at": s.time(), "status": "active",
		"current_period_start": s.time(), "current_period_end": timestamp(p.after(s.Now)),
		"cancel_at_period_end": false, "pause_at_period_end": false, "currency": s.terms.currency(), "customer": s.customer, "customer_id": s.customer["id"],
	}, count: s.terms.Count, discount: s.terms.discount(p)}
	sub.sell(p)
	return sub
}

// Subscribe completes the purchase of a plan, or starts its trial.
func (c *Checkout) Subscribe() *Subscription {
	s := c.shop
	sub := s.newSubscription(c.product)
	sub.o["checkout_id"] = c.o["id"]
	price := sub.list()
	if c.trial > 0 {
		price = 0
		sub.o["status"], sub.o["trial_start"] = "trialing", s.time()
		sub.o["trial_end"], sub.o["current_period_end"] = c.o["trial_end"], c.o["trial_end"]
	}
	s.send(sub.o, "subscription.created", "subscription.active", "subscription.updated")
	o := sub.bill("subscription_create", price)
	o.o["checkout_id"] = c.o["id"]
	o.paid()
	s.send(o.o, "order.created", "order.updated", "order.paid")
	c.succeed()
	o.bookFee()
	sub.Last = o
	return sub
}

// Purchase is a visit that ends with a one-time purchase.
func (s *Shop) Purchase(p Product) *Order { return s.readyToPay(s.Visit(p)).Buy() }

// Subscribe is a visit that ends with a subscription.
func (s *Shop) Subscribe(p Product) *Subscription { return s.readyToPay(s.Visit(p)).Subscribe() }

// StartTrial is a visit that ends with a subscription in its trial.
func (s *Shop) StartTrial(p Product, days int) *Subscription {
	return s.readyToPay(s.VisitTrial(p, days)).Subscribe()
}

func (s *Shop) readyToPay(c *Checkout) *Checkout {
	s.Pass(30 * time.Second)
	c.Fill()
	s.Pass(20 * time.Second)
	c.Fill()
	s.customerChanged("customer.created", "customer.state_changed")
	c.Confirm()
	s.Pass(2 * time.Second)
	return c
}
