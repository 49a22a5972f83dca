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
	body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": d.At, "data": d})
	if err != nil {
		panic(err) // a time outside the years 0 to 9999
	}
	return body
}

// DestinationEvent reads the object as one of the bridge's own events.
func (b Body) DestinationEvent() DestinationEvent { return read[DestinationEvent](b) }
