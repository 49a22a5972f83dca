package polar

import (
	"encoding/json"
	"time"
)

// Notice is the object of the bridge's own events: a destination that stopped
// taking messages, or takes them again.
type Notice struct {
	ID       string `json:"id"`       // the destination's name
	Platform string `json:"platform"` // "Slack", "Discord"
	Code     string `json:"code"`     // of Parked, the platform's own word: "token_revoked"
	Cure     string `json:"cure"`     // of Parked: what a person should do
	Events   int64  `json:"events"`   // of Parked: waiting; of Recovered: delivered since
	At       Time   `json:"created_at"`
}

// Body is the notice as a delivery of the type Parked or Recovered, for the
// journal.
func (n Notice) Body(eventType string, at time.Time) []byte {
	n.At = Time{at.UTC()}
	body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": n.At, "data": n})
	if err != nil {
		panic(err) // a time outside the years 0 to 9999
	}
	return body
}

// Notice reads the object as a notice of the bridge.
func (b Body) Notice() Notice { return read[Notice](b) }
