package polar

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// buyer is a digest of who buys what, the same for a checkout and for an order
// of the same product by the same address; "" where one of the two is not known.
func buyer(email, productID string) string {
	email = strings.ToLower(strings.TrimSpace(email))
	if email == "" || productID == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(email + " " + strings.ToLower(productID)))
	return hex.EncodeToString(sum[:8])
}

// Bought is the buyer of whom a delivery of this state says that they just got
// the product, else "". An update may be of an order of long ago, and a period
// goes on with what was bought before.
func (s State) Bought(eventType string) (buyer string) {
	if isNew := eventType == "order.paid" || eventType == "order.created"; isNew && s.Paid() && !s.BillingCycle {
		return s.Buyer
	}
	return ""
}
