// Package standin is Slack and Discord on loopback: what polarbell needs of
// the two, as strict as the real ones. The demo ships it and the tests send to
// it. It refuses what the platforms refuse, with their codes and words, and
// keeps what they would show. All time comes from package time, so that tests
// may run in testing/synctest bubbles.
//
// What the platforms leave unsaid is decided here on the strict side, and
// written beside the constant or function concerned.
package standin

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// The platforms' names, as Message, Call and the targets of Fail, Mend, Calls
// and Revoke write them.
const (
	slack   = "slack"
	discord = "discord"
)

// Options are the choices a Server is made with.
type Options struct {
	Limits bool         // enforce the platforms' rate limits and Discord's ban
	Log    *slog.Logger // one debug line a call, without tokens and URLs; nil: none
}

// Server is both platforms at once. Its methods may be called concurrently; it
// starts no goroutines.
type Server struct {
	limits bool
	log    *slog.Logger

	mu       sync.Mutex
	channels map[string]*channel
	order    []string         // channel ids as they were made
	hooks    map[string]*hook // Slack's by path, Discord's by id
	tokens   []string
	scopes   []string
	states   map[string]State
	faults   map[string][]*fault
	calls    []Call
	watchers []func(Message)
	misuse   []string
	gone     map[string]bool // Discord webhooks that were answered 404
	pace     limiter
	lastTS   int64 // Slack's newest message, in microseconds
	lastID   int64 // Discord's newest snowflake
}

type channel struct {
	id, name, platform string
	member             bool // Slack's bot is in it
	forum              bool
	threads            map[string]bool // of Discord; true: archived
	messages           []*Message
}

type hook struct {
	platform, token string
	channel         *channel
}

// New is a Server without channels.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{
		limits:   o.Limits,
		log:      o.Log,
		channels: map[string]*channel{},
		hooks:    map[string]*hook{},
		states:   map[string]State{},
		faults:   map[string][]*fault{},
		gone:     map[string]bool{},
		scopes:   []string{"chat:write", "channels:read"},
		pace:     newLimiter(),
		lastID:   1_100_000_000_000_000_000,
	}
}

// Slack makes a channel that the bot may post to, by its ID or as "#name".
// With members false the bot has not been invited: not_in_channel.
func (s *Server) Slack(channelID, name string, members ...bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.makeChannel(slack, channelID)
	c.name = strings.TrimPrefix(name, "#")
	c.member = !slices.Contains(members, false)
}

// Tokens names the bot tokens that Slack knows. As long as it is not called
// every token that starts with "xoxb-" is good.
func (s *Server) Tokens(tokens ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = tokens
}

// Scopes are what the bot's tokens may do, at first chat:write and
// channels:read. With chat:write.public they may post to channels that the bot
// has not been invited to.
func (s *Server) Scopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

// SlackWebhook makes an incoming webhook, path as in "/services/T1/B1/secret",
// that posts to channel (an ID or "#name"), which is made if it is new.
func (s *Server) SlackWebhook(path, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.findChannel(channel)
	if c == nil {
		c = s.makeChannel(slack, channel)
	}
	s.hooks[path] = &hook{platform: slack, channel: c}
}

// Discord makes a webhook that posts to channel, which is made if it is new.
func (s *Server) Discord(id, token, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks[id] = &hook{platform: discord, token: token, channel: s.makeChannel(discord, channel)}
}

// Forum makes the channel a forum: every post to it opens or names a thread.
func (s *Server) Forum(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeChannel(discord, channel).forum = true
}

// Thread opens a thread in a Discord channel.
func (s *Server) Thread(channel, thread string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeChannel(discord, channel).threads[thread] = false
}

// Channels names all channels by their ids, in the order they were made.
func (s *Server) Channels() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.order)
}

// Name is a Slack channel's name, and the id of any other channel.
func (s *Server) Name(channel string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channel]; c != nil && c.name != "" {
		return c.name
	}
	return channel
}

// makeChannel is the channel with that id, new or known.
func (s *Server) makeChannel(platform, id string) *channel {
	if c := s.channels[id]; c != nil {
		return c
	}
	c := &channel{id: id, platform: platform, name: strings.TrimPrefix(id, "#"), threads: map[string]bool{}}
	s.channels[id] = c
	s.order = append(s.order, id)
	return c
}

// findChannel takes a channel's ID, or Slack's "#name".
func (s *Server) findChannel(ref string) *channel {
	if c := s.channels[ref]; c != nil {
		return c
	}
	name, isName := strings.CutPrefix(ref, "#")
	for _, c := range s.channels {
		if isName && c.platform == slack && c.name == name {
			return c
		}
	}
	return nil
}

// canonical is the target with a channel's ID in place of its "#name".
func (s *Server) canonical(target string) string {
	ref, kind, _ := strings.Cut(target, " ")
	if c := s.findChannel(ref); c != nil {
		ref = c.id
	}
	return strings.TrimSpace(ref + " " + kind)
}

var _ http.Handler = (*Server)(nil)
