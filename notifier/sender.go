// Package notifier takes what waits for each destination, composes it, sends
// it at the pace the platform allows, and settles the outcome in the journal.
package notifier

import (
	"context"
	"time"

	"polarbell/formatter"
)

// Ref names a message so that it can be edited; "" cannot be.
type Ref string

// Sender is one destination; it is used by one goroutine. Every error it
// returns is a *Fault.
type Sender interface {
	// Post sends one message of 1 to 10 cards.
	Post(ctx context.Context, cards []formatter.Card) (Ref, error)
	// Edit replaces the whole message.
	Edit(ctx context.Context, ref Ref, cards []formatter.Card) error
	// Check asks whether the destination can be reached and posts nothing.
	Check(ctx context.Context) (string, error)
}

// Verdict is what a failed request means for the loop.
type Verdict int

const (
	Later   Verdict = iota // the platform is slow or down: the same again after Wait
	Refused                // this card, never: the destination itself is well
	Broken                 // the destination's settings: a person must act
	Gone                   // the message to edit was deleted
)

// Fault is a failed request. Its text never holds a token or a webhook's URL.
type Fault struct {
	Verdict Verdict
	Code    string        // the platform's own word: "channel_not_found", "404/10015"
	Wait    time.Duration // before the next try; 0: the loop's own backoff
	Banned  bool          // every destination of the platform must wait
	Final   bool          // Broken, and asking again does harm: only a restart or a person releases it
	Err     error
}
