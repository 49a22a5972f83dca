package polar

import "bytes"

// Decode reads the envelope of a body, and leaves its object raw, to be read as
// what the type says: by Order, Checkout, Subscription, Refund, Notice or
// Plain. A body that Parse refuses gets the same error here.
func Decode(body []byte) (Event, error) {
	var e Event
	if !decode(string(body), &e) || e.Type == "" || !bytes.HasPrefix(e.Data, []byte("{")) {
		return Event{}, noEvent(body)
	}
	e.Type = typeName(e.Type)
	return e, nil
}

// read decodes the event's object.
func read[T any](e Event) T {
	var object T
	decode(string(e.Data), &object)
	return object
}

// Order is the event's object read as an order, whatever its dialect. What is
// missing or of a wrong type is empty or nil.
func (e Event) Order() Order {
	o := read[Order](e)
	o.complete()
	return o
}

// Checkout is the event's object read as a checkout, as Order reads an order.
func (e Event) Checkout() Checkout {
	c := read[Checkout](e)
	c.complete()
	return c
}

// Subscription is the event's object read as a subscription.
func (e Event) Subscription() Subscription {
	s := read[Subscription](e)
	s.complete()
	return s
}

// Refund is the event's object read as a refund.
func (e Event) Refund() Refund { return read[Refund](e) }
