package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// Kinds are what routes can name, in the order of the documentation.
var Kinds = []formatter.Kind{
	formatter.Sale, formatter.Subscriber, formatter.Trial, formatter.Free, formatter.Renewal, formatter.Plan, formatter.Cancel,
	formatter.Unpaid, formatter.Refund, formatter.Abandoned, formatter.Waiting, formatter.Record, formatter.Bridge,
}

// tellable says for each type which kinds of cards its deliveries lead to in the
// ordinary course; the star at a kind says that the card may be an alert. Any
// other type is a record.
var tellable = map[string]string{
	"checkout.created": "waiting", "checkout.updated": "waiting", "checkout.expired": "abandoned",

	"order.created":  "waiting sale subscriber free renewal plan",
	"order.paid":     "sale subscriber trial free renewal plan unpaid*",
	"order.refunded": "refund",

	"subscription.created":    "waiting subscriber trial free",
	"subscription.active":     "subscriber* trial free unpaid* plan*",
	"subscription.updated":    "subscriber* trial free plan* cancel* unpaid*",
	"subscription.canceled":   "cancel trial",
	"subscription.uncanceled": "cancel*",
	"subscription.revoked":    "cancel trial unpaid",
	"subscription.past_due":   "unpaid*",
	"subscription.paused":     "plan",
	"subscription.resumed":    "plan*",
	"subscription.cycled":     "-",
	polar.Declined:            "unpaid*",

	"refund.created": "refund", "refund.updated": "refund*",

	"benefit_grant.created": "record*", "benefit_grant.updated": "record*",
}

// mayTell returns the cards that a delivery of a type may lead to, as far as
// routes look at them.
func mayTell(eventType string) []formatter.Card {
	if eventType == polar.Reminder {
		eventType = "subscription.past_due" // whose card it repeats
	}
	kinds, known := tellable[eventType]
	switch {
	case eventType == polar.Digest: // goes where DIGEST says
		return nil
	case known:
	case polar.IsOwn(eventType):
		kinds = "bridge*"
	default:
		kinds = "record"
	}
	var cards []formatter.Card
	for kind := range strings.FieldsSeq(kinds) {
		kind, alert := strings.CutSuffix(kind, "*")
		c := formatter.Card{Kind: formatter.Kind(strings.Trim(kind, "-")), Events: []formatter.Event{{Type: eventType}}}
		cards = append(cards, c)
		if alert {
			c.Facts.Alert = true
			cards = append(cards, c)
		}
	}
	return cards
}

// someTellable reports whether something holds for a card that a type of Polar's
// or of the bridge's own may lead to.
func someTellable(holds func(formatter.Card) bool) bool {
	types := []string{polar.Parked}
	for _, t := range polar.Types() {
		types = append(types, t.Name)
	}
	return slices.ContainsFunc(types, func(t string) bool { return slices.ContainsFunc(mayTell(t), holds) })
}

func isKind(name string) bool { return slices.Contains(Kinds, formatter.Kind(name)) }

// isNewsKind holds for what people should hear.
func isNewsKind(kind formatter.Kind) bool {
	return kind != "" && kind != formatter.Waiting && kind != formatter.Record
}
