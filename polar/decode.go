package polar

import (
	"cmp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Body is a delivery's body as Polar posted it. A body that Parse refuses, or
// that was blanked since, reads as an object without fields.
type Body []byte

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

// CustomerID is the id of the customer of an order, a subscription or a refund.
func (b Body) CustomerID() string {
	type holder struct {
		ID string `json:"id"`
	}
	o := read[struct {
		CustomerID string `json:"customer_id"`
		Customer   holder `json:"customer"`
		User       holder `json:"user"` // as Polar called a customer until 2025
	}](b)
	return cmp.Or(o.CustomerID, o.Customer.ID, o.User.ID)
}

// Refund reads the object as a refund.
func (b Body) Refund() Refund { return read[Refund](b) }

// read decodes the body's object.
func read[T any](b Body) T {
	var event struct {
		Data T `json:"data"`
	}
	if !decode(b, &event) {
		return *new(T)
	}
	return event.Data
}

// decode fills one of this package's structs and reports whether the body is
// one JSON value. A value of a wrong type, at any depth, counts as absent.
// Names are case-sensitive; of duplicates the last wins.
func decode(body []byte, into any) bool {
	return json.Unmarshal(body, into, forgiving) == nil
}

var lenient = json.JoinOptions(
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true), // each invalid byte becomes U+FFFD
)

var forgiving = json.JoinOptions(lenient,
	json.WithUnmarshalers(json.JoinUnmarshalers(
		scalar(jsontext.Token.String, jsontext.KindString),
		scalar(jsontext.Token.Bool, jsontext.KindTrue, jsontext.KindFalse),
		scalar(toInt, jsontext.KindNumber),
		scalar(toAmount, jsontext.KindNumber),
		scalar(toTime, jsontext.KindString),
		scalar(toField, jsontext.KindString, jsontext.KindNumber, jsontext.KindTrue, jsontext.KindFalse),
		json.UnmarshalFromFunc(compound),
	)),
)
