package polar

// Digest is the type of the event that tells a destination how a day or a week
// went.
const Digest = "polarbell.digest"

// The periods of a digest.
const (
	Day  = "day"
	Week = "week"
)

// DigestEvent is the object of a digest's event. It has all figures, so that its
// message is the same whenever it is composed, and no person.
type DigestEvent struct {
	ID          string `json:"id"`          // "digest:sales:day:2026-11-26"
	Destination string `json:"destination"` // the only one that it is for
	Period      string `json:"period"`      // Day or Week
	Date        string `json:"date"`        // its first day, "2026-11-26"
	SoFar       bool   `json:"so_far,omitempty"`
	Known       Time   `json:"known,omitzero"`   // since when deliveries are known, in local time, if the period began before
	Silent      bool   `json:"silent,omitempty"` // there is none again until something is paid

	Sales    Tally  `json:"sales"`            // purchases, and the first payments of subscriptions
	Renewals Tally  `json:"renewals"`         // later payments of subscriptions
	Changes  Tally  `json:"changes"`          // what changes of plan cost at once
	Before   Tally  `json:"before"`           // all that was paid in the period that this one is compared with
	Compares bool   `json:"compares"`         // Before is known
	Last     string `json:"last,omitempty"`   // the day of the last payment before, of a period without any
	Missed   []Part `json:"missed,omitempty"` // earlier days, by date, that no digest told of

	Days      []Part `json:"days"`      // the last ones, the period's own last, by date
	Products  []Part `json:"products"`  // by name, the largest first
	Countries []Part `json:"countries"` // by code, the largest first

	Organizations []Part `json:"organizations,omitempty"` // whose orders count, by name, if there is more than one

	Refunds Tally `json:"refunds"`
	Kept    Tally `json:"kept"` // after tax and Polar's fee, of the payments whose fee is known

	Joined int64 `json:"joined"` // subscribers that began to pay
	Left   int64 `json:"left"`   // subscribers that paid and whose subscription ended

	Unpaid    Tally `json:"unpaid"`    // payments that can still be rescued; what the subscriptions bring a month
	Abandoned Tally `json:"abandoned"` // checkouts left behind by somebody who left an address

	Recurring []Part `json:"recurring"` // movements of revenue a month, by what moved it
	Reasons   []Part `json:"reasons"`   // why customers canceled, the most frequent first
}

// Tally is how many there were, and their sums, one for each currency.
type Tally struct {
	N    int64 `json:"n"`
	Sums []Sum `json:"sums,omitempty"`
}

// Sum is an amount in a currency's smallest unit.
type Sum struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Part is a tally of one day, product, country or reason.
type Part struct {
	Name string `json:"name"`
	Tally
}

// DigestEvent reads the object as a digest.
func (b Body) DigestEvent() DigestEvent { return read[DigestEvent](b) }
