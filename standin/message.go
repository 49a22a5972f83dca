package standin

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Message is a message in a channel, also after it was deleted.
type Message struct {
	ID       string // Slack's ts, Discord's id
	Channel  string // its ID; of a message in a thread the channel above
	Platform string // "slack" or "discord"
	Thread   string // Discord's thread id

	// Body is the message as it was last sent: for Slack {"text",
	// "attachments"}, for Discord {"content", "embeds", "flags"}, each only
	// where there is one.
	Body    json.RawMessage
	History []json.RawMessage // earlier bodies, oldest first

	Posted, Edited time.Time
	Edits          int
	Deleted        bool
	Silent         bool // Discord's SUPPRESS_NOTIFICATIONS: no push

	// Mentions are all the people and groups that the post or any edit would
	// have called: "<!channel>", "@everyone".
	Mentions []string
	// Collapsed counts the embeds that Discord does not show since an earlier
	// one of the message has the same url.
	Collapsed int

	content  map[string]any // Body as values, for edits that name a part of it
	editable bool           // by Slack's chat.update and chat.delete
	hook     string         // the id of the Discord webhook that posted it
}

// Messages lists a channel's messages in the order of posting, deleted ones
// and those in threads included. The channel is an ID or Slack's "#name".
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	if c := s.findChannel(channel); c != nil {
		for _, m := range c.messages {
			all = append(all, *m)
		}
	}
	return all
}

// Delete removes a message by hand, as a person would.
func (s *Server) Delete(channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.findChannel(channel); c != nil {
		if m := c.message(id); m != nil {
			m.Deleted = true
		}
	}
}

// Watch calls f with the message after each post or edit that was applied,
// before the caller of the platform has its answer. f may call the Server.
func (s *Server) Watch(f func(Message)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers = append(s.watchers, f)
}

// message returns the one with that id which has not been deleted, or nil.
func (c *channel) message(id string) *Message {
	for _, m := range slices.Backward(c.messages) {
		if m.ID == id && !m.Deleted {
			return m
		}
	}
	return nil
}

// set gives a message its content.
func (m *Message) set(content map[string]any, mentions []string) {
	m.content, m.Body = content, json.RawMessage(encode(content))
	for _, who := range mentions {
		if !slices.Contains(m.Mentions, who) {
			m.Mentions = append(m.Mentions, who)
		}
	}
}

// keep puts the content into the history before an edit.
func (m *Message) keep(now time.Time) {
	m.History = append(m.History, m.Body)
	m.Edited = now
	m.Edits++
}

// nextTS is a Slack ts: the time in microseconds, never the same twice.
func (s *Server) nextTS(now time.Time) string {
	s.lastTS = max(now.UnixMicro(), s.lastTS+100)
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// nextID is a Discord snowflake: milliseconds since 2015, shifted, and rising.
func (s *Server) nextID(now time.Time) string {
	const epoch = 1_420_070_400_000
	s.lastID = max((now.UnixMilli()-epoch)<<22, s.lastID+1)
	return fmt.Sprint(s.lastID)
}
