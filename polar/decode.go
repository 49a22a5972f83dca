package polar

import (
	"bytes"
	"encoding/json"
)

// Decode reads the envelope of a body that Parse has taken, and leaves its
// object raw, to be read as what the type says: by Order, Checkout,
// Subscription, Refund, Notice or Plain. Of a body that Parse would refuse, it
// either returns Parse's error or an event whose object is empty.
func Decode(body []byte) (Event, error) {
	members := cut(body)
	var eventType string
	if json.Unmarshal(members["type"], &eventType) != nil || eventType == "" || !bytes.HasPrefix(members["data"], []byte("{")) {
		return Event{}, noEvent(body)
	}
	e := Event{Type: typeName(eventType), Data: members["data"]}
	if at := members["timestamp"]; at != nil {
		_ = e.At.UnmarshalJSON(at)
	}
	return e, nil
}

// read decodes the event's object; it is empty if that is no JSON, which Parse
// has ruled out.
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
