// Package polar knows Polar's vocabulary: its event types with their support
// levels, the objects in the payloads, and which deliveries tell of the same
// thing.
package polar

import "time"

// Level is how much of an event a message shows, as Polar documents it under
// "Discord & Slack support".
type Level int

const (
	Basic Level = iota // one plain layout for any object
	Full               // a layout of its own
)

// Kind is one row of the event table.
type Kind struct {
	Type  string // "order.paid"
	Level Level
	Words string // "Order paid"
	News  bool   // wanted by a sales channel: what the pattern "news" stands for
}

// Delivery is what a signed body says about itself: no more than the journal
// files it under. Bodies stay raw until a card is composed.
type Delivery struct {
	Type    string
	Subject string    // what one card is about, as "checkout:ID": see subject
	Object  string    // the object delivered, as "order:ID"
	Follows string    // an object whose subject this one joins where the journal has it (a refund's order); or ""
	At      time.Time // modified_at, else created_at, else the envelope's timestamp, else zero
	Brief   Brief
}

// Brief is the part of an object's state that is kept beside each delivery, so
// that a subject's story (paid after pending, canceled and restored, upgraded)
// can be told without every body of it. Short keys: a million of them are kept.
type Brief struct {
	Status    string `json:"s,omitempty"`
	Canceling bool   `json:"c,omitempty"` // cancel_at_period_end
	Pausing   bool   `json:"z,omitempty"` // pause_at_period_end
	Product   string `json:"p,omitempty"` // its name, of a subscription
	ProductID string `json:"i,omitempty"` // of a subscription
	Amount    *int64 `json:"a,omitempty"` // of a subscription, smallest unit
	Seats     *int64 `json:"n,omitempty"` // of a subscription
	Interval  string `json:"v,omitempty"` // of a subscription: day, week, month, year
	Intervals int64  `json:"k,omitempty"` // of a subscription: how many of them Amount pays for; 0 is one
	Email     bool   `json:"e,omitempty"` // a checkout that knows its customer's e-mail
	Refunded  int64  `json:"r,omitempty"` // of an order, smallest unit, cumulative
}
