package standin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// slackMethods are the methods of the Web API that polarbell calls.
var slackMethods = map[string]struct {
	action string
	scope  string // "": none is needed
	tier3  bool
	serve  func(*Server, *exchange, arguments) *reply
}{
	"chat.postMessage":   {"post", "chat:write", false, (*Server).slackPost},
	"chat.update":        {"edit", "chat:write", true, (*Server).slackUpdate},
	"chat.delete":        {"delete", "chat:write", true, (*Server).slackDelete},
	"auth.test":          {"read", "", false, (*Server).slackAuthTest},
	"conversations.info": {"read", "channels:read", true, (*Server).slackInfo},
}

// slackCall is a call of the Web API. Slack checks the token, then the scope,
// then the method's own limit, then the arguments.
func (s *Server) slackCall(x *exchange) func() *reply {
	x.Platform = slack
	name := strings.TrimPrefix(x.request.URL.Path, "/api/")
	method, known := slackMethods[name]
	if !known {
		return func() *reply { return slackError("unknown_method", notModelled+name) }
	}
	args, refused := readForm(x)
	x.Action = method.action
	if c := s.findChannel(args.text("channel")); c != nil && c.platform == slack {
		x.Channel = c.id
	}
	return func() *reply {
		if refused != nil {
			return refused
		}
		token := args.text("token")
		delete(args, "token")
		if code := s.slackToken(token, method.action); code != "" {
			return slackError(code)
		}
		if method.scope != "" && !slices.Contains(s.scopes, method.scope) {
			return s.missingScope(method.scope)
		}
		if method.tier3 {
			if d := s.limiter.take(name+" "+token, slackTier3, time.Minute, x.At); d > 0 {
				return slackLimited(d)
			}
		}
		return method.serve(s, x, args)
	}
}

// arguments are what a Slack call says: the strings of a form, of which the
// attachments are decoded, or the JSON of an incoming webhook.
type arguments map[string]any

func (a arguments) text(key string) string {
	s, _ := a[key].(string)
	return s
}

// readForm reads a call of the Web API, as slack-go sends it: a posted form with
// the token in it.
func readForm(x *exchange) (arguments, *reply) {
	r := x.request
	if r.Method != http.MethodPost || r.URL.RawQuery != "" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return nil, slackError("invalid_post_type", notModelled+"a call that is not a posted form")
	}
	form, err := url.ParseQuery(string(x.body))
	if err != nil {
		return nil, slackError("invalid_form_data")
	}
	args := arguments{}
	for k := range form {
		if !utf8.ValidString(form.Get(k)) {
			return nil, slackError("invalid_form_data")
		}
		args[k] = form.Get(k)
	}
	if form.Has("attachments") {
		var list []any
		if json.Unmarshal([]byte(form.Get("attachments")), &list) != nil {
			return nil, slackError("invalid_attachments")
		}
		args["attachments"] = list
	}
	return args, nil
}

// slackToken is the error that a token brings, "" for a bot's.
func (s *Server) slackToken(token, action string) string {
	switch {
	case token == "":
		return "not_authed"
	case !strings.HasPrefix(token, "xoxb-"):
		return "invalid_auth"
	}
	return s.slackState(slack, action)
}

// slackAuthTest is auth.test, which any valid token may call.
func (s *Server) slackAuthTest(*exchange, arguments) *reply {
	a := object(http.StatusOK, map[string]any{
		"ok": true, "url": "https://standin.slack.com/", "team": "Stand-in", "team_id": "T00000001",
		"user": "polarbell", "user_id": "U00000001", "bot_id": "B00000001", "is_enterprise_install": false,
	})
	a.header.Set("X-OAuth-Scopes", strings.Join(s.scopes, ","))
	return a
}

// slackInfo is conversations.info; it takes an ID only.
func (s *Server) slackInfo(_ *exchange, args arguments) *reply {
	ref := args.text("channel")
	c := s.channels[ref]
	if c == nil || c.platform != slack || s.states[ref] == ChannelDeleted {
		return slackError(string(ChannelDeleted))
	}
	return object(http.StatusOK, map[string]any{"ok": true, "channel": map[string]any{
		"id": c.id, "name": c.name, "is_channel": true, "is_private": false,
		"is_archived": s.states[ref] == Archived,
		"is_member":   s.states[ref] != BotRemoved,
	}})
}

// slackError is an error of the Web API: status 200 with ok false, and messages
// that say what is wrong.
func slackError(code string, messages ...string) *reply {
	v := map[string]any{"ok": false, "error": code}
	if len(messages) > 0 {
		v["errors"], v["response_metadata"] = messages, map[string]any{"messages": messages}
	}
	a := object(http.StatusOK, v)
	a.code = code
	for _, m := range messages {
		if strings.HasPrefix(m, notModelled) {
			a.code = code + ": " + m
		}
	}
	return a
}

// missingScope is the error that names the scope which the token lacks.
func (s *Server) missingScope(needed string) *reply {
	a := object(http.StatusOK, map[string]any{
		"ok": false, "error": "missing_scope", "needed": needed, "provided": strings.Join(s.scopes, ","),
	})
	a.code = "missing_scope"
	return a
}
