// Package polartest is a shop at Polar, for tests. It changes its objects as
// Polar does and sends the deliveries of each change in Polar's order, as
// polarsource/polar has it in server/polar: checkout, order, subscription and
// refund, each in its service.py.
package polartest

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Delivery is one webhook delivery.
type Delivery struct {
	At   time.Time // when Polar sends it
	ID   string    // of the event: a repeated delivery has the same one
	Type string
	Body []byte
}

// Shop sells to one customer. Its methods, and those of its objects, let a
// little time pass and append to Sent.
type Shop struct {
	Now  time.Time
	Sent []Delivery

	number   int // of the shop, part of every id
	ids      int
	customer object
	invoices int
	terms    Terms
	balance  int // what the customer has to their credit
}

type object = map[string]any

// New is shop number n, which differs from the others in its ids and in its
// customer's name.
func New(n int, start time.Time) *Shop { return NewOn(Terms{}, n, start) }

// NewOn is a shop that sells on other terms than dollars at fixed prices.
func NewOn(terms Terms, n int, start time.Time) *Shop {
	s := &Shop{Now: start.UTC(), number: n, terms: terms}
	name := fmt.Sprintf("Customer %d", n)
	s.customer = object{
		"id": s.id(), "created_at": s.time(), "name": name, "email": fmt.Sprintf("customer%d@example.com", n),
		"billing_address": object{"country": "NO"},
	}
	maps.Copy(s.customer, terms.Buyer.fields(n))
	return s
}

// Pass lets time pass.
func (s *Shop) Pass(d time.Duration) { s.Now = s.Now.Add(d) }

// Product is what the shop sells, at one price, each period or once.
type Product struct {
	Name    string
	Price   int // smallest unit
	Monthly bool
	Yearly  bool
	id      string
}

// The shop's products. Basic and Team are plans that customers of Pro change
// to; Hobby costs nothing.
var (
	Book  = Product{Name: "Book", Price: 4900, id: "a0000000-0000-4000-8000-00000000b001"}
	Gift  = Product{Name: "Gift", Price: 0, id: "a0000000-0000-4000-8000-00000000b002"}
	Hobby = Product{Name: "Hobby", Price: 0, Monthly: true, id: "a0000000-0000-4000-8000-00000000b003"}
	Basic = Product{Name: "Basic", Price: 1000, Monthly: true, id: "a0000000-0000-4000-8000-00000000b004"}
	Pro   = Product{Name: "Pro", Price: 3000, Monthly: true, id: "a0000000-0000-4000-8000-00000000b005"}
	Team  = Product{Name: "Team", Price: 7000, Monthly: true, id: "a0000000-0000-4000-8000-00000000b006"}
)

// send delivers the object as it is, under each of the types in turn: they say
// the same.
func (s *Shop) send(o object, types ...string) {
	for _, eventType := range types {
		s.Pass(40 * time.Millisecond)
		body, err := json.Marshal(object{"type": eventType, "timestamp": s.time(), "data": s.terms.without(o)})
		if err != nil {
			panic(err) // objects hold only what JSON has
		}
		id := fmt.Sprintf("shop-%d-event-%d", s.number, len(s.Sent)+1)
		s.Sent = append(s.Sent, Delivery{At: s.Now, ID: id, Type: eventType, Body: body})
	}
}

// set sets fields of an object, by pairs of name and value, and when it was
// modified.
func (s *Shop) set(o object, pairs ...any) {
	s.Pass(20 * time.Millisecond)
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	o["modified_at"] = s.time()
}

func (s *Shop) id() string {
	s.ids++
	return fmt.Sprintf("%08x-0000-4000-8000-%06x%06x", s.number, s.number, s.ids)
}

func (s *Shop) invoice() string {
	s.invoices++
	return fmt.Sprintf("SHOP%d-%04d", s.number, s.invoices)
}

// time is now as Polar writes it, in microseconds.
func (s *Shop) time() string { return timestamp(s.Now) }

func timestamp(t time.Time) string {
	return t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)
}

// DeleteCustomer is the merchant removing the customer.
func (s *Shop) DeleteCustomer() { s.customerChanged("customer.deleted") }

// customerChanged sends the customer's own deliveries, which Polar sends beside others.
func (s *Shop) customerChanged(types ...string) {
	customer := maps.Clone(s.customer)
	customer["modified_at"] = s.time()
	s.send(customer, types...)
}
