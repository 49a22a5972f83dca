package fetcher

import (
	"fmt"
	"slices"
	"strings"

	"polarbell/polar"
)

// Faults says what is wrong with an endpoint that is the bridge's, and what to
// do in Polar's webhook settings.
func (b Bridge) Faults(e polar.Endpoint) []string {
	var faults []string
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	add(e.Off, "is switched off, so nothing is delivered: switch it on; what happened meanwhile is not delivered")
	add(e.Format != "raw", "has the format %s: choose Raw", e.Format)
	add(!b.Signs(e), "signs by a secret that POLAR_WEBHOOK_SECRET does not have, so its deliveries are refused: copy its secret again")
	add(b.Host != "" && !b.IsAt(e), "is not at this bridge's address: its URL should be https://%s%s", b.Host, b.Path)
	return faults
}

// recommended reports whether an event type is one that the bridge needs to tell
// sales, subscriptions and refunds truly.
func recommended(eventType string) bool {
	family, _, _ := strings.Cut(eventType, ".")
	return slices.Contains([]string{"order", "subscription", "refund"}, family) || eventType == "checkout.expired"
}

// Routes is what is known of the destinations' routes.
type Routes struct {
	Shows func(eventType string) bool // a delivery may lead to a message
	Names func(eventType string) bool // it is asked for by its own name
}

// Ticks compares the events that are ticked with what the routes ask for. Unused
// ones cost nothing; missing ones are never heard of.
func (r Routes) Ticks(e polar.Endpoint) (unused, missing []string) {
	for _, ticked := range e.Events {
		if !recommended(ticked) && !r.Shows(ticked) {
			unused = append(unused, ticked)
		}
	}
	for _, known := range polar.Types() {
		wanted := r.Names(known.Name) || recommended(known.Name) && r.Shows(known.Name)
		if wanted && !slices.Contains(e.Events, known.Name) {
			missing = append(missing, known.Name)
		}
	}
	return unused, missing
}
