package polar

import (
	"slices"
	"strings"
	"unicode"
)

// kinds are Polar's event types with the level of support that its
// documentation states as "Discord & Slack support"
// (https://polar.sh/docs/integrate/webhooks/events and the pages of the events).
var kinds = []Kind{
	kind("checkout.created", Basic, "Checkout started"),
	kind("checkout.updated", Basic, "Checkout updated"),
	kind("checkout.expired", Basic, "Checkout expired"),
	kind("customer.created", Basic, "Customer created"),
	kind("customer.updated", Basic, "Customer updated"),
	kind("customer.deleted", Basic, "Customer deleted"),
	kind("customer.state_changed", Basic, "Customer state changed"),
	kind("customer_seat.assigned", Basic, "Seat assigned"),
	kind("customer_seat.claimed", Basic, "Seat claimed"),
	kind("customer_seat.revoked", Basic, "Seat revoked"),
	kind("member.created", Basic, "Member added"),
	kind("member.updated", Basic, "Member updated"),
	kind("member.deleted", Basic, "Member removed"),
	kind("order.created", Full, "Order created"),
	kind("order.updated", Full, "Order updated"),
	kind("order.paid", Full, "Order paid"),
	kind("order.refunded", Full, "Order refunded"),
	kind("subscription.created", Full, "Subscription created"),
	kind("subscription.active", Full, "Subscription active"),
	kind("subscription.updated", Full, "Subscription updated"),
	kind("subscription.canceled", Full, "Subscription canceled"),
	kind("subscription.uncanceled", Full, "Subscription uncanceled"),
	kind("subscription.cycled", Basic, "Subscription renewed"),
	kind("subscription.revoked", Full, "Subscription ended"),
	kind("subscription.past_due", Full, "Subscription past due"),
	kind("subscription.paused", Full, "Subscription paused"),
	kind("subscription.resumed", Full, "Subscription resumed"),
	kind("refund.created", Full, "Refund created"),
	kind("refund.updated", Full, "Refund updated"),
	kind("product.created", Basic, "Product created"),
	kind("product.updated", Basic, "Product updated"),
	kind("discount.created", Basic, "Discount created"),
	kind("discount.updated", Basic, "Discount updated"),
	kind("discount.deleted", Basic, "Discount deleted"),
	kind("benefit.created", Basic, "Benefit created"),
	kind("benefit.updated", Basic, "Benefit updated"),
	kind("benefit_grant.created", Basic, "Benefit granted"),
	kind("benefit_grant.updated", Basic, "Benefit grant updated"),
	kind("benefit_grant.cycled", Basic, "Benefit grant renewed"),
	kind("benefit_grant.revoked", Basic, "Benefit revoked"),
	kind("organization.updated", Basic, "Organization updated"),
}

// The bridge's own events: they take the same way as Polar's, so that the
// destinations that still work hear of one that does not.
const (
	Parked    = "polarbell.parked"
	Recovered = "polarbell.recovered"
)

var ours = []Kind{
	kind(Parked, Full, "Destination stopped"),
	kind(Recovered, Full, "Destination works again"),
}

func kind(eventType string, level Level, words string) Kind {
	return Kind{Type: eventType, Level: level, Words: words, News: isNews(eventType)}
}

// isNews holds for types not known yet as well, so that a new kind of refund
// reaches the sales channel on its first day.
func isNews(eventType string) bool {
	switch eventType {
	case "order.created", "order.paid", "order.refunded", "checkout.expired":
		return true
	case "subscription.cycled": // a renewal's order says the same
		return false
	}
	family, _, _ := strings.Cut(eventType, ".")
	return family == "refund" || family == "subscription" || family == "polarbell"
}

// Kinds are Polar's own event types, in the order of the table.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindOf tells what is known of a type. Types are case-sensitive, and one that
// is not known is Basic, in words made of its name.
func KindOf(eventType string) Kind {
	for _, known := range [][]Kind{kinds, ours} {
		for _, k := range known {
			if k.Type == eventType {
				return k
			}
		}
	}
	return kind(eventType, Basic, inWords(eventType))
}

// inWords reads "foo.bar_baz" as "Foo bar baz". Anything but letters and
// digits becomes a space, so that no type can mention or format.
func inWords(eventType string) string {
	words := strings.FieldsFunc(bounded(eventType, 60), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(words) == 0 {
		return "Unknown event"
	}
	first := []rune(words[0])
	first[0] = unicode.ToUpper(first[0])
	words[0] = string(first)
	return strings.Join(words, " ")
}
