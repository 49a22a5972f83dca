package standin

import (
	"net/http"
	"strings"
)

// slackWebhookCall is a post to an incoming webhook.
func (s *Server) slackWebhookCall(x *exchange) {
	path := x.request.URL.Path
	x.Platform, x.kind, x.target = slack, "post", path
	h := s.hooks[path]
	if i := strings.LastIndex(path, "/"); i > len("/services") {
		x.Path = path[:i] + "/…"
	}
	if h != nil {
		x.Channel = h.channel.id
	}
	x.serve = func() reply {
		if x.Method != http.MethodPost {
			return plain(http.StatusMethodNotAllowed, "invalid_method")
		}
		if code := s.webhookState(path, h); code != "" {
			return plain(webhookStatus(code), code)
		}
		if s.limits {
			if d := s.pace.slackPost(path, x.now); d > 0 {
				return slackLimited(d)
			}
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

// webhookPost takes JSON, or a form with JSON in "payload". Unlike the Web API
// it takes JSON under any other Content-Type too.
func (s *Server) webhookPost(x *exchange, c *channel) reply {
	args := arguments{values: map[string]any{}}
	body := x.body
	if strings.HasPrefix(x.request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form := arguments{values: map[string]any{}}
		if form.readForm(string(body)) != "" || !form.has("payload") {
			return plain(http.StatusBadRequest, "invalid_payload")
		}
		body = []byte(form.text("payload"))
	}
	if args.readJSON(body) != "" {
		return plain(http.StatusBadRequest, "invalid_payload")
	}
	d, p := readDraft(args)
	if p != nil {
		return plain(http.StatusBadRequest, p.code)
	}
	s.slackAppend(x, c, d, args.text("thread_ts"))
	return text(http.StatusOK, "ok")
}

// webhookStatus is the status an incoming webhook's error comes with
// (api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks).
func webhookStatus(code string) int {
	switch code {
	case "action_prohibited", "posting_to_general_channel_denied", "invalid_token", "team_disabled":
		return http.StatusForbidden
	case "channel_is_archived":
		return http.StatusGone
	case "rollup_error":
		return http.StatusInternalServerError
	case "no_service_id", "user_not_found":
		return http.StatusBadRequest
	}
	return http.StatusNotFound
}

func plain(status int, code string) reply {
	a := text(status, code)
	a.code = code
	return a
}
