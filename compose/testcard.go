package compose

import (
	"time"

	"polarbell/formatter"
)

// TestCard is what shows that a destination can be reached.
func TestCard(now time.Time) formatter.Card {
	return formatter.Card{
		Kind: formatter.Bridge, Prefix: "SAMPLE", Headline: "polarbell reaches this channel", Tone: formatter.Blue, Time: now,
		Note: "A test card. Real events follow as they happen.",
	}
}
