package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Message is what a channel shows.
type Message struct {
	ID       string // Slack's ts, Discord's id
	Channel  string // its ID; of a message in a thread the channel above
	Platform string // "slack" or "discord"
	Thread   string // Slack's thread_ts, Discord's thread id
	Via      string // the Discord webhook's id, "" for Slack

	// Body is the message as it stands: for Slack {"text", "blocks",
	// "attachments"}, for Discord {"content", "embeds", "components", "flags",
	// "username", "avatar_url"}, each only where there is one.
	Body    json.RawMessage
	History []json.RawMessage // every Body it ever had, oldest first

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

	content  map[string]any
	editable bool
}

// Messages are a channel's messages in the order of posting, deleted ones and
// those in threads included. The channel is an ID or Slack's "#name".
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

// message is the one with that id which has not been deleted.
func (c *channel) message(id string) *Message {
	for _, m := range slices.Backward(c.messages) {
		if m.ID == id && !m.Deleted {
			return m
		}
	}
	return nil
}

// show makes content what the message says from now on.
func (m *Message) show(content map[string]any, mentions []string) {
	m.content = content
	m.Body = encode(content)
	m.History = append(m.History, m.Body)
	for _, who := range mentions {
		if !slices.Contains(m.Mentions, who) {
			m.Mentions = append(m.Mentions, who)
		}
	}
}

// nextTS is a Slack ts: the time in microseconds, never the same twice.
func (s *Server) nextTS(now time.Time) string {
	s.lastTS = max(now.UnixMicro(), s.lastTS+100)
	return slackTS(s.lastTS)
}

func slackTS(micros int64) string {
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}

// nextID is a Discord snowflake: milliseconds since 2015, shifted, and rising.
func (s *Server) nextID(now time.Time) string {
	const epoch = 1_420_070_400_000
	s.lastID = max((now.UnixMilli()-epoch)<<22, s.lastID+1)
	return fmt.Sprint(s.lastID)
}

// encode is compact JSON that keeps <, > and & readable.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // every value here came from JSON or is a literal of this package
	}
	return bytes.TrimSpace(b.Bytes())
}
