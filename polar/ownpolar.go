package polar

import "time"

// The bridge's own events about Polar.
const (
	// EndpointOff: Polar has switched the endpoint off, and the bridge may not
	// switch it on.
	EndpointOff = "polarbell.endpoint_off"
	// EndpointOn: the endpoint is on again.
	EndpointOn = "polarbell.endpoint_on"
	// Declined: why the payment of an order failed.
	Declined = "polarbell.declined"
)

// EndpointEvent is the object of the events about an endpoint.
type EndpointEvent struct {
	ID    string `json:"id"`             // host and path
	Since Time   `json:"since,omitzero"` // when it was switched off
	ByUs  bool   `json:"by_us"`          // the bridge has switched it on
	Again bool   `json:"again"`          // it is off although the bridge had switched it on
	At    Time   `json:"created_at"`
}

// Body returns the event as a delivery for the journal.
func (e EndpointEvent) Body(eventType string, at time.Time) []byte {
	e.At = Time{at.UTC()}
	return OwnBody(eventType, at, e)
}

// EndpointEvent reads the object as an event about an endpoint.
func (b Body) EndpointEvent() EndpointEvent { return read[EndpointEvent](b) }

// Decline is the object of Declined.
type Decline struct {
	ID      string `json:"id"` // of the payment
	OrderID string `json:"order_id"`
	Reason  string `json:"reason"` // Polar's own words: "Your card has insufficient funds."
	At      Time   `json:"created_at"`
}

// Body returns the decline as a delivery for the journal.
func (d Decline) Body() []byte { return OwnBody(Declined, d.At.Time, d) }

// Decline reads the object as a decline.
func (b Body) Decline() Decline { return read[Decline](b) }
