package standin

import (
	"slices"
	"time"
)

// State is something a person did to a channel, a webhook or the app, and what
// every call meets from then on.
type State string

// The states that Revoke knows on both platforms. Slack's error codes are
// states too: Revoke("slack", "account_inactive"), Revoke("C1",
// "restricted_action"), Revoke("/services/T1/B1/x", "no_active_hooks").
const (
	TokenRevoked   State = "token_revoked"     // of "slack": no call of the bot gets through
	Archived       State = "is_archived"       // a Slack channel; a Discord thread: 50083 for edits until a post reopens it
	BotRemoved     State = "not_in_channel"    // a Slack channel; its incoming webhooks go on
	ChannelDeleted State = "channel_not_found" // its webhooks are gone with it
	WebhookDeleted State = "no_service"        // Slack: 404 no_service; Discord: 404, code 10015
	Forbidden      State = "forbidden"         // a Discord webhook: 403, code 50013
)

// Revoke puts a channel ("C1", "#sales"), an incoming webhook (its path), a
// Discord webhook (its id), a Discord thread or "slack" (the token) into state.
func (s *Server) Revoke(target string, state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.threadParent(target); c != nil {
		c.threads[target] = state == Archived
		return
	}
	s.states[s.canonical(target)] = state
}

// Restore undoes Revoke; a restored Discord webhook may be called again.
func (s *Server) Restore(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.threadParent(target); c != nil {
		c.threads[target] = false
	}
	delete(s.states, s.canonical(target))
	delete(s.gone, target)
}

// Misuse lists what the platforms punish later: so far each call of a Discord
// webhook after it was answered with a 404.
func (s *Server) Misuse() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.misuse)
}

// Ban makes Discord answer every call of this address with its ban, which says
// no time to wait, until d has passed.
func (s *Server) Ban(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace.bannedUntil = time.Now().Add(d)
}

func (s *Server) threadParent(thread string) *channel {
	for _, c := range s.channels {
		if _, ok := c.threads[thread]; ok {
			return c
		}
	}
	return nil
}
