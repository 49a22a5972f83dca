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

// EventType is one row of the event table.
type EventType struct {
	Name  string // "order.paid"
	Level Level
	Words string // "Order paid"
}

// Delivery holds what the journal indexes of a body.
type Delivery struct {
	Type    string
	Subject string    // what the delivery is filed under, as "checkout:ID": see subject
	Object  string    // the object delivered, as "order:ID"
	At      time.Time // modified_at, else created_at, else the envelope's timestamp, else zero
	State   State

	APIVersion string // "2026-10"; empty if the body does not say
}
