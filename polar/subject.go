package polar

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// In bytes. Types, ids and names are kept in indexes and in memory; Polar's
// own are far shorter, but for a product's name.
const (
	maxType = 100
	maxID   = 100
	maxName = 256
)

// startOfSale is how long a new subscription's events belong to its purchase.
const startOfSale = 24 * time.Hour

// subject is what the delivery is filed under, by what it says itself: a sale
// under its checkout, what happens to a subscription later under the
// subscription, a refund under its order, anything else under the object.
// Reading joins the subjects that share an object.
func (e envelope) subject(object string) string {
	o := e.Data
	switch family(e.Type) {
	case "order":
		return orderSubject(o, object)
	case "subscription":
		if e.Type != "subscription.cycled" && isUUID(o.CheckoutID) && e.startsSale() {
			return "checkout:" + key(o.CheckoutID)
		}
	case "refund":
		if isUUID(o.OrderID) {
			return "order:" + key(o.OrderID)
		}
	}
	return object
}

// orderSubject: a purchase belongs to its checkout, a renewal or a change of
// plan to its subscription.
func orderSubject(o *delivered, object string) string {
	switch o.BillingReason {
	case BillingPurchase, BillingCreate, "":
		if isUUID(o.CheckoutID) {
			return "checkout:" + key(o.CheckoutID)
		}
	}
	if o.BillingReason != BillingPurchase && isUUID(o.SubscriptionID) {
		return "subscription:" + key(o.SubscriptionID)
	}
	return object
}

// startsSale goes by the event's own time, so that a delivery that comes late
// is filed where it would have been in time.
func (e envelope) startsSale() bool {
	at := e.Data.ModifiedAt.Time
	if e.Timestamp.After(at) {
		at = e.Timestamp.Time
	}
	created := e.Data.CreatedAt.Time
	return !created.IsZero() && at.Sub(created) < startOfSale
}

// objectKey names an object by its type's first part and its id; without an
// id, by the body, so that it is at least no other object.
func objectKey(eventType, id string, body []byte) string {
	if id == "" {
		return family(eventType) + ":" + digest(body)
	}
	return family(eventType) + ":" + key(id)
}

func family(eventType string) string {
	name, _, _ := strings.Cut(eventType, ".")
	return name
}

// key is an id fit for an index: what is too long or not printable is hashed.
func key(id string) string {
	if isUUID(id) {
		return strings.ToLower(id)
	}
	if bounded(id, maxID) != id {
		return digest([]byte(id))
	}
	return id
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256-" + hex.EncodeToString(sum[:16])
}

// isUUID holds for the ids Polar gives. What its documentation writes in their
// place, "<string>" or the UUID of zeros, names nothing and so joins nothing.
func isUUID(id string) bool {
	const zeros = "00000000-0000-0000-0000-000000000000"
	return len(id) == len(zeros) && id != zeros && uuid.Validate(id) == nil
}

// typeName makes a type fit for an index. What does not print is replaced, not
// dropped, so that no odd type turns into one that is known.
func typeName(eventType string) string {
	return bounded(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, eventType), maxType)
}

// bounded drops what does not print and cuts at a number of bytes, between
// characters.
func bounded(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
