package polar

// Body is a delivery's body as Polar posted it, which nobody changes. What Parse refused, or what was
// blanked, reads as an object without fields.
type Body []byte

// read decodes the body's object.
func read[T any](b Body) T {
	var event struct {
		Data T `json:"data"`
	}
	if !decode(b, &event) {
		var none T
		return none
	}
	return event.Data
}

// Order reads the object as an order, whatever its dialect. What is missing or
// of a wrong type is empty or nil.
func (b Body) Order() Order {
	o := read[Order](b)
	o.complete()
	return o
}

// Checkout reads the object as a checkout, as Order reads an order.
func (b Body) Checkout() Checkout {
	c := read[Checkout](b)
	c.complete()
	return c
}

// Subscription reads the object as a subscription.
func (b Body) Subscription() Subscription {
	s := read[Subscription](b)
	s.complete()
	return s
}

// Refund reads the object as a refund.
func (b Body) Refund() Refund { return read[Refund](b) }
