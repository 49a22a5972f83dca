package compose

import "polarbell/formatter"

// Call is who is called for which news.
type Call struct {
	Who formatter.Mention
	For Route
}

// Called are all that a card calls. TEST and SAMPLE call nobody.
func Called(calls []Call, c formatter.Card) (who formatter.Mention) {
	if c.Prefix != "" {
		return who
	}
	for _, call := range calls {
		if call.For.Wants(c) {
			who = who.And(call.Who)
		}
	}
	return who
}
