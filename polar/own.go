package polar

import (
	"encoding/json"
	"time"
)

// The bridge's own events take the same way as Polar's, so that the
// destinations that still work hear of one that does not.
const (
	Parked      = "polarbell.parked"
	Unreachable = "polarbell.unreachable"
	Recovered   = "polarbell.recovered"
	NewType     = "polarbell.new_type"
	Off         = "polarbell.off"
	Silent      = "polarbell.silent"
	Reminder    = "polarbell.reminder"
)

// DestinationEvent is the object of the bridge's own events: a destination that
// a person must mend, that nothing reaches, or that works again; or a type of
// Polar's that this version does not know and that no route asks for.
type DestinationEvent struct {
	ID       string `json:"id"`              // the destination's name; of NewType, the type
	Platform string `json:"platform"`        // "Slack", "Discord"
	Code     string `json:"code"`            // the platform's own word: "token_revoked"
	Cause    string `json:"cause,omitempty"` // of Unreachable, in words
	Cure     string `json:"cure"`            // what a person should do
	Since    Time   `json:"since,omitzero"`  // of Unreachable
	Events   int64  `json:"events"`          // how many deliveries wait
	At       Time   `json:"created_at"`
}

// Body returns the event as a delivery of one of the bridge's own types, for
// the journal.
func (d DestinationEvent) Body(eventType string, at time.Time) []byte {
	d.At = Time{at.UTC()}
	return OwnBody(eventType, at, d)
}

// Bridge is the object of what the bridge says about itself: that it was off,
// that nothing comes from Polar.
type Bridge struct {
	ID      string `json:"id"`                // always BridgeID
	Since   Time   `json:"since"`             // when it was last alive; of Silent, when Polar's newest delivery came
	Fetches bool   `json:"fetches,omitempty"` // of Off: what Polar could not deliver is fetched
	Usual   int64  `json:"usual,omitempty"`   // of Silent: seconds between two deliveries, on average
	At      Time   `json:"created_at"`        // when it was on again, or how long the silence lasts
}

// BridgeID has a blank, which no destination's name has.
const BridgeID = "the bridge"

// Bridge reads the object as what the bridge says about itself.
func (b Body) Bridge() Bridge { return read[Bridge](b) }

// Deadline is the object of Reminder: soon Polar gives a failed payment up.
type Deadline struct {
	ID             string `json:"id"` // other than the subscription's, whose deliveries are Polar's alone
	SubscriptionID string `json:"subscription_id"`
	Since          Time   `json:"since"` // the first failure
	Ends           Time   `json:"ends"`  // the last try
	AtRisk         AtRisk `json:"at_risk"`
	At             Time   `json:"created_at"`
}

// AtRisk is what all failed payments that Polar still tries to charge are about.
type AtRisk struct {
	Customers int64   `json:"customers"`
	Monthly   []Money `json:"monthly"` // one sum a currency, the largest first
}

// Money is an amount in its currency's smallest unit.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Deadline reads the object as that of a reminder.
func (b Body) Deadline() Deadline { return read[Deadline](b) }

// OwnBody returns an event of one of the bridge's own types, with the object
// that it is about, as a delivery for the journal.
func OwnBody(eventType string, at time.Time, object any) []byte {
	body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": Time{at.UTC()}, "data": object})
	if err != nil {
		panic(err) // a time outside the years 0 to 9999
	}
	return body
}

// DestinationEvent reads the object as one of the bridge's own events.
func (b Body) DestinationEvent() DestinationEvent { return read[DestinationEvent](b) }
