// Package standin is Slack, Discord and Polar's API on loopback, for the demo
// and for tests. It refuses what the platforms refuse, with their codes and words, and
// keeps the messages that they would show. What polarbell never sends is not
// modelled: such a call is refused, and its error says so. All time comes from
// package time, so that tests may run in testing/synctest bubbles.
//
// Where the platforms' documents leave a question open, the answer here is the
// strict one, and the constant or function concerned says so.
package standin

import (
	"sync"
	"time"
)

// The platforms' names, as Message, Call and the targets of Fail, Mend, Calls
// and Revoke write them.
const (
	slack   = "slack"
	discord = "discord"
)

// Options configure a Server.
type Options struct {
	Limits bool // enforce the platforms' rate limits
}

// Server is all of them at once. Its methods may be called concurrently; it
// starts no goroutines.
type Server struct {
	mu          sync.Mutex // guards everything below
	channels    map[string]*channel
	order       []string         // the channels' ids in order of creation
	hooks       map[string]*hook // Slack's by path, Discord's by id
	scopes      []string
	states      map[string]State
	faults      map[string][]*fault
	calls       []Call
	watchers    []func(Message)
	limiter     *limiter  // nil: no limits
	bannedUntil time.Time // of Discord
	polar       polarOrganization
	lastTS      int64 // Slack's newest message, in microseconds
	lastID      int64 // Discord's newest snowflake
}

// New returns a Server without channels.
func New(o Options) *Server {
	s := &Server{
		channels: map[string]*channel{},
		hooks:    map[string]*hook{},
		states:   map[string]State{},
		faults:   map[string][]*fault{},
		scopes:   []string{"chat:write", "channels:read"},
		polar:    polarOrganization{scopes: map[string][]string{}, events: map[string]*PolarEvent{}},
		lastID:   1_100_000_000_000_000_000,
	}
	if o.Limits {
		s.limiter = &limiter{calls: map[string][]time.Time{}, due: map[string]time.Time{}}
	}
	return s
}

// Scopes are what the bot's tokens may do, at first chat:write and
// channels:read. With chat:write.public they may post to channels that the bot
// is not in.
func (s *Server) Scopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}
