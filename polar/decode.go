package polar

import "encoding/json"

// Decode reads a body's envelope and leaves its object raw, to be read as what
// the type says: by Order, Checkout, Subscription, Refund, Notice or Plain. The
// errors are Parse's.
func Decode(body []byte) (Event, error) {
	var e struct {
		Type      string          `json:"type"`
		Timestamp Time            `json:"timestamp"`
		Data      json.RawMessage `json:"data"`
	}
	if err := decode(body, &e); err != nil {
		return Event{}, ErrNotJSON
	}
	if e.Type == "" || len(e.Data) == 0 || e.Data[0] != '{' {
		return Event{}, noEvent(body)
	}
	return Event{Type: typeName(e.Type), At: e.Timestamp, Data: e.Data}, nil
}

// read decodes the event's object. Decode has seen that it is JSON, so what
// remains of an error is an Event made by hand: its object is empty then.
func read[T any](e Event) T {
	var object T
	_ = decode(e.Data, &object)
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
