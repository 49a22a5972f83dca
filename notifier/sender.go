// Package notifier takes what waits for each destination, composes it, sends
// it at the pace the platform allows, and settles the outcome in the journal.
package notifier

import (
	"context"
	"time"

	"polarbell/formatter"
)

// RequestTimeout bounds one request to a platform, its answer read included.
const RequestTimeout = 8 * time.Second

// Ref names a message so that it can be edited; "" cannot be.
type Ref string

// Sender is one destination; it is used by one goroutine. Every error it
// returns is a *Fault.
type Sender interface {
	// Free tells when the platform takes the next post or edit; a moment that
	// has passed means now.
	Free(edit bool) time.Time
	// Post sends one message of 1 to 10 cards.
	Post(ctx context.Context, cards []formatter.Card) (Ref, error)
	// Edit replaces the whole message.
	Edit(ctx context.Context, ref Ref, cards []formatter.Card) error
	// Delete removes the message. One that is gone already is a Fault that says so.
	Delete(ctx context.Context, ref Ref) error
	// Check asks whether the destination can be reached and posts nothing; its
	// answer is a line for people.
	Check(ctx context.Context) (string, error)
}
