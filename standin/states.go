package standin

import "time"

// State is something a person did to a channel, a webhook, a thread or the
// app, and that every call meets from then on.
type State string

// States for Revoke. Slack's error codes are states too: Revoke("slack",
// "account_inactive"), Revoke("C1", "restricted_action"),
// Revoke("/services/T1/B1/x", "no_active_hooks").
const (
	TokenRevoked      State = "token_revoked"                       // "slack": every call of the bot fails
	Archived          State = "is_archived"                         // a Slack channel; a Discord thread: edits and deletions fail until a post reopens it
	Locked            State = "locked"                              // a Discord thread: code 160005
	BotRemoved        State = "not_in_channel"                      // a Slack channel; its incoming webhooks go on
	ChannelDeleted    State = "channel_not_found"                   // a channel, and its webhooks; a Discord thread
	WebhookDeleted    State = "no_service"                          // a webhook. Slack: 404 no_service; Discord: 404, code 10015
	Forbidden         State = "forbidden"                           // a Discord webhook: 403, code 50013
	DeletionForbidden State = "compliance_exports_prevent_deletion" // "slack" or a Slack channel: chat.delete alone fails
)

// onlyFor holds Slack's error codes that belong to one action: as a state they
// leave the other actions alone.
var onlyFor = map[State]string{
	DeletionForbidden:     "delete",
	"cant_delete_message": "delete",
	"cant_update_message": "edit",
	"edit_window_closed":  "edit",
}

// Revoke puts a channel ("C1", "#sales"), an incoming webhook (its path), a
// Discord webhook (its id), a Discord thread or "slack" (the bot) into state.
func (s *Server) Revoke(target string, state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[s.canonical(target)] = state
}

// Restore undoes Revoke.
func (s *Server) Restore(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, s.canonical(target))
}

// Ban makes Discord answer every call with its ban, which names no time to
// wait, until d has passed.
func (s *Server) Ban(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bannedUntil = time.Now().Add(d)
}

// slackState is the error code that the state of a target brings for an
// action, "" for none.
func (s *Server) slackState(target, action string) string {
	state := s.states[target]
	if only := onlyFor[state]; only != "" && only != action {
		return ""
	}
	return string(state)
}
