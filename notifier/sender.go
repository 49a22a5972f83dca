// Package notifier sends each destination the messages that its events make,
// at the pace the platform allows, and settles each outcome in the journal.
package notifier

import (
	"context"
	"time"

	"polarbell/formatter"
)

const (
	// RequestTimeout bounds one request to a platform, from its start to the last
	// byte of the response.
	RequestTimeout = 8 * time.Second
	// patience is RequestTimeout for a request that may have been taken before:
	// the platform may only be slow.
	patience = 30 * time.Second
)

// Ref names a posted message, to edit or delete it. It is empty if the sender
// cannot edit.
type Ref string

// Handover is what the process after this one must know of a destination. Times and
// spans are in microseconds, times since 1970.
type Handover struct {
	// At is when this was written down.
	At int64 `json:"at,omitempty"`
	// Requests are when those were answered that the platform may still count, by
	// kind: "posts", "edits", "deletions".
	Requests map[string][]int64 `json:"requests,omitempty"`
	// Held is until when the platform wants no more of a kind.
	Held map[string]int64 `json:"held,omitempty"`
	// Banned is until when Discord wants nothing from this machine, and BanWait for
	// how long the last time that it named no end.
	Banned  int64 `json:"banned,omitempty"`
	BanWait int64 `json:"ban_wait,omitempty"`
	// Tries is how often a day's message was posted that cannot be edited and may have
	// arrived, and Rests until when it is not posted again.
	Tries int   `json:"tries,omitempty"`
	Rests int64 `json:"rests,omitempty"`
	// Called is when somebody was called last, and Uncalled how many cards would have
	// called since then.
	Called   int64 `json:"called,omitempty"`
	Uncalled int   `json:"uncalled,omitempty"`
	// Channel is the ID of the Slack channel, or person, configured as Name.
	Name    string `json:"name,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// Sender is one destination as its platform wants to be called. One goroutine
// at a time uses it, so its requests follow one another. Every error it returns
// is a *Fault.
type Sender interface {
	// NextPost is when the platform takes the next post; a time in the past
	// means now.
	NextPost() time.Time
	// NextEdit is the same for the next edit or deletion.
	NextEdit() time.Time
	// Handover returns what the process after this one must know.
	Handover() Handover
	// Resume goes on with what the process before this one knew.
	Resume(h Handover)
	// CanEdit reports whether what was posted can be edited and deleted.
	CanEdit() bool
	// Post sends one message.
	Post(ctx context.Context, m formatter.Message) (Ref, error)
	// Edit replaces the whole message.
	Edit(ctx context.Context, ref Ref, m formatter.Message) error
	// Delete removes the message. Gone means that it was removed before,
	// Refused that it stays.
	Delete(ctx context.Context, ref Ref) error
	// Answers makes a call that changes nothing, to learn whether the platform
	// answers.
	Answers(ctx context.Context) error
	// Check asks whether the destination can be reached, without posting. It
	// returns a line for people.
	Check(ctx context.Context) (string, error)
	// Cure says what a person should do about a destination that answered with
	// this code. After a restart nothing else is known of the failure.
	Cure(code string) string
}
