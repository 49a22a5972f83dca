package polar

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// types are Polar's event types with the level of support that its
// documentation states as "Discord & Slack support"
// (https://polar.sh/docs/integrate/webhooks/events and the pages of the events).
var types = []EventType{
	{"checkout.created", Basic, "Checkout started"},
	{"checkout.updated", Basic, "Checkout updated"},
	{"checkout.expired", Basic, "Checkout expired"},
	{"customer.created", Basic, "Customer created"},
	{"customer.updated", Basic, "Customer updated"},
	{"customer.deleted", Basic, "Customer deleted"},
	{"customer.state_changed", Basic, "Customer state changed"},
	{"customer_seat.assigned", Basic, "Seat assigned"},
	{"customer_seat.claimed", Basic, "Seat claimed"},
	{"customer_seat.revoked", Basic, "Seat revoked"},
	{"member.created", Basic, "Member added"},
	{"member.updated", Basic, "Member updated"},
	{"member.deleted", Basic, "Member removed"},
	{"order.created", Full, "Order created"},
	{"order.updated", Full, "Order updated"},
	{"order.paid", Full, "Order paid"},
	{"order.refunded", Full, "Order refunded"},
	{"subscription.created", Full, "Subscription created"},
	{"subscription.active", Full, "Subscription active"},
	{"subscription.updated", Full, "Subscription updated"},
	{"subscription.canceled", Full, "Subscription canceled"},
	{"subscription.uncanceled", Full, "Subscription uncanceled"},
	{"subscription.cycled", Basic, "New billing period"},
	{"subscription.migrated", Basic, "Subscription moved"},
	{"subscription.revoked", Full, "Subscription ended"},
	{"subscription.past_due", Full, "Subscription past due"},
	{"subscription.paused", Full, "Subscription paused"},
	{"subscription.resumed", Full, "Subscription resumed"},
	{"refund.created", Full, "Refund created"},
	{"refund.updated", Full, "Refund updated"},
	{"product.created", Basic, "Product created"},
	{"product.updated", Basic, "Product updated"},
	{"discount.created", Basic, "Discount created"},
	{"discount.updated", Basic, "Discount updated"},
	{"discount.deleted", Basic, "Discount deleted"},
	{"benefit.created", Basic, "Benefit created"},
	{"benefit.updated", Basic, "Benefit updated"},
	{"benefit_grant.created", Basic, "Benefit granted"},
	{"benefit_grant.updated", Basic, "Benefit grant updated"},
	{"benefit_grant.cycled", Basic, "Benefit grant renewed"},
	{"benefit_grant.revoked", Basic, "Benefit revoked"},
	{"organization.updated", Basic, "Organization updated"},
}

// ours are the bridge's own.
var ours = []EventType{
	{Parked, Full, "Destination stopped"},
	{Unreachable, Full, "Destination unreachable"},
	{Recovered, Full, "Destination works again"},
	{NewType, Full, "New kind of event"},
	{Digest, Full, "Digest"},
	{Off, Full, "Bridge was off"},
	{Silent, Full, "Nothing from Polar"},
	{Reminder, Full, "Payment reminder"},
	{EndpointOff, Full, "Endpoint switched off"},
	{EndpointOn, Full, "Endpoint on again"},
	{Declined, Full, "Payment declined"},
}

// all are the types that the bridge knows.
var all = slices.Concat(types, ours)

// Types returns Polar's own event types, in the order of the table.
func Types() []EventType { return slices.Clone(types) }

// TypeOf returns the row of a type. Names are case-sensitive; an unknown one is
// Basic, in words made of its name.
func TypeOf(name string) EventType {
	if known, ok := lookUp(name); ok {
		return known
	}
	return EventType{Name: name, Level: Basic, Words: typeInWords(name)}
}

// Known reports whether the table has a type.
func Known(name string) bool {
	_, ok := lookUp(name)
	return ok
}

func lookUp(name string) (EventType, bool) {
	i := slices.IndexFunc(all, func(t EventType) bool { return t.Name == name })
	if i < 0 {
		return EventType{}, false
	}
	return all[i], true
}

// InWords reads a code of Polar's, "too_expensive", as "Too expensive", also one
// that is new to us.
func InWords(code string) string {
	text := strings.TrimSpace(strings.ReplaceAll(code, "_", " "))
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// typeInWords reads "foo.bar_baz" as "Foo bar baz". Anything but letters and
// digits becomes a space, so that no type can mention or format.
func typeInWords(eventType string) string {
	words := strings.FieldsFunc(bounded(eventType, 60), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(words) == 0 {
		return "Unknown event"
	}
	first, size := utf8.DecodeRuneInString(words[0])
	words[0] = string(unicode.ToUpper(first)) + words[0][size:]
	return strings.Join(words, " ")
}
