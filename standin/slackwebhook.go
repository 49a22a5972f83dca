package standin

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
)

// slackWebhookCall is a post to an incoming webhook.
func (s *Server) slackWebhookCall(x *exchange) func() *reply {
	path := x.request.URL.Path
	x.Platform, x.Action, x.hook = slack, "post", path
	x.Path = path[:strings.LastIndex(path, "/")] + "/…"
	h := s.hooks[path]
	if h != nil {
		x.Channel = h.channel.id
	}
	return func() *reply {
		if x.Method != http.MethodPost {
			return text(http.StatusMethodNotAllowed, "invalid_method")
		}
		if code := s.webhookState(path, h); code != "" {
			return text(cmp.Or(webhookStatus[code], http.StatusNotFound), code)
		}
		if d := s.limiter.slackPost(path, x.At); d > 0 {
			return slackLimited(d)
		}
		return s.webhookPost(x, h.channel)
	}
}

// webhookState is the error that a webhook's or its channel's state brings.
func (s *Server) webhookState(path string, h *hook) string {
	if h == nil {
		return string(WebhookDeleted)
	}
	if state := s.states[path]; state != "" {
		return string(state)
	}
	switch s.states[h.channel.id] {
	case Archived:
		return "channel_is_archived"
	case ChannelDeleted:
		return string(ChannelDeleted)
	}
	return ""
}

// webhookPost takes JSON, under any Content-Type. A refusal's body is its code
// alone.
func (s *Server) webhookPost(x *exchange, c *channel) *reply {
	var args arguments
	if json.Unmarshal(x.body, &args) != nil || args == nil {
		return text(http.StatusBadRequest, "invalid_payload")
	}
	content, refused := readDraft(args)
	if refused != nil {
		return text(http.StatusBadRequest, refused.code)
	}
	s.slackAppend(x, c, content)
	return text(http.StatusOK, "ok")
}

// webhookStatus are the statuses of an incoming webhook's errors where that is
// not 404 (api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks).
var webhookStatus = map[string]int{
	"action_prohibited":                 http.StatusForbidden,
	"posting_to_general_channel_denied": http.StatusForbidden,
	"invalid_token":                     http.StatusForbidden,
	"team_disabled":                     http.StatusForbidden,
	"channel_is_archived":               http.StatusGone,
	"rollup_error":                      http.StatusInternalServerError,
	"no_service_id":                     http.StatusBadRequest,
	"user_not_found":                    http.StatusBadRequest,
}
