package standin

import (
	"slices"
	"strings"
)

type channel struct {
	id, name, platform string
	forum              bool            // of Discord
	threads            map[string]bool // of Discord
	messages           []*Message
}

type hook struct {
	platform, token string
	channel         *channel
}

// Slack adds a channel that the bot is in. Calls name it by its ID or as
// "#name".
func (s *Server) Slack(channelID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addChannel(slack, channelID).name = strings.TrimPrefix(name, "#")
}

// SlackWebhook adds an incoming webhook, path as in "/services/T1/B1/secret",
// that posts to channel (an ID or "#name"), which is added if it is new.
func (s *Server) SlackWebhook(path, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.findChannel(channel)
	if c == nil {
		c = s.addChannel(slack, channel)
	}
	s.hooks[path] = &hook{platform: slack, channel: c}
}

// Discord adds a webhook that posts to channel, which is added if it is new.
func (s *Server) Discord(id, token, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks[id] = &hook{platform: discord, token: token, channel: s.addChannel(discord, channel)}
}

// Forum makes the channel a forum, which takes posts in threads only.
func (s *Server) Forum(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addChannel(discord, channel).forum = true
}

// Thread opens a thread in a Discord channel.
func (s *Server) Thread(channel, thread string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addChannel(discord, channel).threads[thread] = true
}

// Channels lists the ids of all channels in the order they were added.
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

// addChannel returns the channel with that id, which it adds if it is new.
func (s *Server) addChannel(platform, id string) *channel {
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
	ref, action, _ := strings.Cut(target, " ")
	if c := s.findChannel(ref); c != nil {
		ref = c.id
	}
	return strings.TrimSpace(ref + " " + action)
}
