// Package formatter turns cards into the messages of Slack and Discord and
// into text for a terminal. It is pure: the same card gives the same bytes. It
// keeps the platforms' limits and escapes every text, since much of it was
// typed by strangers. It adds no words of its own.
package formatter

import "time"

// Kind is what happened. Routes select cards by it.
type Kind string

const (
	Sale       Kind = "sale"       // a one-time purchase is paid
	Subscriber Kind = "subscriber" // a subscription starts or is active again
	Trial      Kind = "trial"      // a trial started, was extended, was canceled, ended
	Free       Kind = "free"       // something that costs nothing was taken
	Renewal    Kind = "renewal"    // a period was paid, usage was billed
	Plan       Kind = "plan"       // product, seats or units changed; a pause
	Cancel     Kind = "cancel"     // a subscription cancels, stays after all, ended
	Unpaid     Kind = "unpaid"     // a renewal failed, recovered, was lost
	Refund     Kind = "refund"     // a refund in any state
	Abandoned  Kind = "abandoned"  // a checkout was left behind or not paid
	Waiting    Kind = "waiting"    // a checkout or an order is under way
	Record     Kind = "record"     // any other object of Polar's changed
	Bridge     Kind = "bridge"     // the bridge says something about itself
	Digest     Kind = "digest"     // how a day or a week went; goes where the card says, not by routes
)

// Tone is a card's colour. The card also says the state in words, because not
// everybody sees colours.
type Tone int

const (
	Grey Tone = iota
	Green
	PaleGreen
	Amber
	Red
	Blue
)

// Event is a delivery that a card tells of.
type Event struct {
	Seq  int64
	Type string // "order.paid"
}

// Link leads to more about the card. It is shown only if URL is an http or
// https address that no platform can misread.
type Link struct {
	Text string // "Open in Polar"
	URL  string
}

// Field is a labelled value. A field without a name or without a value is left
// out.
type Field struct {
	Name  string
	Text  string
	Email string      // an address inside Text; on Slack it becomes a mailto link
	Times []time.Time // behind Text, on the same line, in the reader's time zone; several are shown as dates only
}

// Card is one piece of news, independent of the platform. Its texts are neither
// escaped nor cut; the renderers do that.
type Card struct {
	Key     string // names the piece of news and never changes
	Kind    Kind
	To      string // the only destination that it is for; "": routes decide
	Events  []Event
	Echoes  []int64 // plain updates that say the same once more; one that came first may have the message
	Outcome string  // what became of it; compared by itself, also after 24 hours
	Open    bool    // more will follow, so a destination that cannot edit does not get it yet
	Over    bool    // what was under way has ended, so it is not posted
	Late    bool    // first heard of long after it happened

	Mark     string // one emoji before the headline, or ""
	Prefix   string // "TEST", "SAMPLE" or an organization's name, between mark and headline, or ""
	Headline string // complete without the rest, because a phone's notification shows only this
	Tone     Tone
	Fields   []Field // the first four are shown
	Quote    string  // a customer's own words, several lines
	Note     string  // what to know or to do
	Context  []string
	Customer string    // the part of Context that says who the customer is, or ""
	Today    string    // the part of Context that says how the day goes, or ""
	Time     time.Time // when it happened
	Link     Link

	Silent       bool   // posted without a notification on Discord
	HeadlineOnly bool   // for a platform that refused the rest
	Who          string // person or company, for the summary of a message of several cards
	Amount       *Money // the headline's amount, for sums
	Product      string
	Country      string // its English name
	Facts        Facts
}

// Facts are what routes ask of a card beside its kind and its events. They are
// never shown, so the card for strangers has them too.
type Facts struct {
	Alert        bool     // somebody must act, or need not any more
	Amount       *Money   // the headline's, as the card has it that names everything
	Products     []string // names and IDs
	Country      string   // its English name
	Organization string   // the label of the secret that the deliveries were signed with
}

// Message is what is posted at once.
type Message struct {
	Summary string // the headline of several cards; not used with one
	Cards   []Card // 1 to 10
	Mention Mention
}
