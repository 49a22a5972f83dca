// Package formatter turns what is known of a subject into a card, and cards
// into what Slack, Discord, a terminal and a browser show. It is pure: the
// same input gives the same bytes.
package formatter

import (
	"time"

	"polarbell/polar"
)

// Entry is one delivery as the journal keeps it.
type Entry struct {
	Type     string
	Object   string // "order:ID"
	At       time.Time
	Received time.Time
	Brief    polar.Brief
	Body     []byte // only of the newest delivery of each object, nil otherwise
}

// Known is what the journal knows of one subject up to some delivery.
type Known struct {
	Subject string
	Entries []Entry // in the order of arrival
	Before  []Entry // for each object above, its last delivery filed under an earlier subject
}

// Tone is a card's colour. Colour alone tells nobody anything: the state is
// always in words too.
type Tone int

const (
	Grey Tone = iota
	Green
	PaleGreen
	Amber
	Red
	Blue
)

// Money is an amount in the currency's smallest unit as Polar counts it.
type Money struct {
	Amount   int64
	Currency string // ISO 4217, any case
}

// Field is a labelled value; Times follow Text, each shown in the reader's own
// time zone.
type Field struct {
	Name  string
	Text  string
	Times []time.Time
}

// Card is one message's worth of news about one subject, before any platform:
// plain text throughout, not escaped, not cut.
type Card struct {
	Headline string // stands alone: it is the phone's notification too
	Tone     Tone
	Fields   []Field // at most 4
	Quote    string  // a customer's own words
	Note     string  // what to know or to do
	Context  []string
	Time     time.Time // when the news happened
	Link     string    // into Polar's dashboard, or ""
	Silent   bool      // Basic: needs no notification
	Plain    bool      // the headline alone, for a platform that refused the rest

	// Must names news that people must not miss ("refunded:2000"): where it
	// differs from what a message in the channel already shows, a line is due.
	Must string
	// Sale is what a paid purchase brought, for a message of several cards.
	Sale *Money
}

// Options are the same for every card of a bridge or of a destination.
type Options struct {
	Sandbox  bool // POLAR_SERVER=sandbox: links go there, headlines start with TEST
	PerEvent bool // CARDS=off: the headline names the event
	Public   bool // strangers read along: no person, no amount, no link
}

// Line is the card in small: news that goes with an edit and stands alone, for
// the card it belongs to may be far above, or one of ten in another message.
func (c Card) Line() Card {
	if c.Sale != nil && c.Must == mustPaid {
		c.Context = append([]string{wordPaid}, c.Context...) // the fields said so
	}
	c.Fields, c.Note, c.Sale = nil, "", nil
	return c
}
