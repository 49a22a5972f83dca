package standin

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxUpdateText is chat.update's limit for text; a post's is cut at maxText
// instead (docs.slack.dev/reference/methods/chat.update and chat.postMessage).
const (
	maxUpdateText = 4_000
	maxText       = 40_000
)

// slackMethods are the calls of the Web API that are offered.
var slackMethods = map[string]struct {
	kind  string
	scope string // "": none is needed
	tier3 bool
	serve func(*Server, *exchange, arguments) reply
}{
	"chat.postMessage":   {"post", "chat:write", false, (*Server).slackPost},
	"chat.update":        {"edit", "chat:write", true, (*Server).slackUpdate},
	"chat.delete":        {"delete", "chat:write", true, (*Server).slackDelete},
	"auth.test":          {"read", "", false, (*Server).slackAuthTest},
	"conversations.info": {"read", "channels:read", true, (*Server).slackInfo},
}

// slackCall is a call of the Web API: the token is looked at first, then the
// method's own limit, then the arguments.
func (s *Server) slackCall(x *exchange) {
	x.Platform = slack
	name := strings.TrimPrefix(x.request.URL.Path, "/api/")
	method, known := slackMethods[name]
	args, code := parseArguments(x.request, x.body)
	if known {
		x.kind = method.kind
		if c := s.findChannel(args.text("channel")); c != nil && c.platform == slack {
			x.Channel = c.id
		}
	}
	x.serve = func() reply {
		if !known {
			return slackError("unknown_method")
		}
		if code != "" {
			return slackError(code)
		}
		if code = s.slackToken(args.token); code != "" {
			return slackError(code)
		}
		if method.scope != "" && !slices.Contains(s.scopes, method.scope) {
			return s.missingScope(method.scope)
		}
		if s.limits && method.tier3 {
			if d := s.pace.slackCall(name+" "+args.token, x.now); d > 0 {
				return slackLimited(d)
			}
		}
		return method.serve(s, x, args)
	}
}

// slackToken is the error that a token earns, "" for a good one.
func (s *Server) slackToken(token string) string {
	switch {
	case token == "":
		return "not_authed"
	case !strings.HasPrefix(token, "xoxb-"), s.tokens != nil && !slices.Contains(s.tokens, token):
		return "invalid_auth"
	}
	return string(s.states[slack])
}

// slackPost is chat.postMessage.
func (s *Server) slackPost(x *exchange, args arguments) reply {
	c, code := s.slackChannel(args.text("channel"), false)
	if code != "" {
		return slackError(code)
	}
	if s.limits {
		if d := s.pace.slackPost(c.id, x.now); d > 0 {
			return slackLimited(d)
		}
	}
	draft, p := readDraft(args)
	if p != nil {
		return p.reply()
	}
	m := s.slackAppend(x, c, draft, args.text("thread_ts"))
	m.editable = true
	return object(http.StatusOK, map[string]any{
		"ok": true, "channel": c.id, "ts": m.ID, "message": slackMessage(m),
	})
}

// slackAppend puts the draft in the channel. A reply to a message that is gone
// is posted outside any thread and without an error.
func (s *Server) slackAppend(x *exchange, c *channel, d draft, thread string) *Message {
	m := &Message{ID: s.nextTS(x.now), Channel: c.id, Platform: slack, Posted: x.now}
	if thread != "" && c.message(thread) != nil {
		m.Thread = thread
	}
	if text := []rune(d.text); len(text) > maxText {
		d.text = string(text[:maxText])
	}
	m.show(d.onto(nil), d.mentions)
	c.messages = append(c.messages, m)
	x.changed = m
	return m
}

// slackUpdate is chat.update. What it does not name stays: blocks go away with
// "blocks=[]" only.
func (s *Server) slackUpdate(x *exchange, args arguments) reply {
	c, m, code := s.slackOwn(args)
	if code != "" {
		return slackError(code)
	}
	draft, p := readDraft(args)
	if p != nil {
		return p.reply()
	}
	if utf8.RuneCountInString(draft.text) > maxUpdateText {
		return slackError("msg_too_long")
	}
	m.show(draft.onto(m.content), draft.mentions)
	m.Edited = x.now
	m.Edits++
	x.changed = m
	return object(http.StatusOK, map[string]any{
		"ok": true, "channel": c.id, "ts": m.ID, "text": draft.text, "message": slackMessage(m),
	})
}

// slackDelete is chat.delete.
func (s *Server) slackDelete(_ *exchange, args arguments) reply {
	c, m, code := s.slackOwn(args)
	if code != "" {
		if code == "cant_update_message" {
			code = "cant_delete_message"
		}
		return slackError(code)
	}
	m.Deleted = true
	return object(http.StatusOK, map[string]any{"ok": true, "channel": c.id, "ts": m.ID})
}

// slackOwn finds the bot's own message that the arguments name.
func (s *Server) slackOwn(args arguments) (*channel, *Message, string) {
	c, code := s.slackChannel(args.text("channel"), true)
	if code != "" {
		return nil, nil, code
	}
	m := c.message(args.text("ts"))
	switch {
	case m == nil:
		return nil, nil, "message_not_found"
	case !m.editable:
		return nil, nil, "cant_update_message"
	}
	return c, m, ""
}

// slackChannel finds a channel the bot may write to, by its ID or, where a
// method takes it, its "#name".
func (s *Server) slackChannel(ref string, idOnly bool) (*channel, string) {
	c := s.findChannel(ref)
	if c == nil || c.platform != slack || idOnly && c.id != ref {
		return nil, string(ChannelDeleted)
	}
	if state := s.states[c.id]; state != "" {
		return nil, string(state)
	}
	if !c.member && !slices.Contains(s.scopes, "chat:write.public") {
		return nil, string(BotRemoved)
	}
	return c, ""
}

func (s *Server) slackAuthTest(*exchange, arguments) reply {
	a := object(http.StatusOK, map[string]any{
		"ok": true, "url": "https://standin.slack.com/", "team": "Stand-in", "team_id": "T00000001",
		"user": "polarbell", "user_id": "U00000001", "bot_id": "B00000001", "is_enterprise_install": false,
	})
	a.header.Set("X-OAuth-Scopes", strings.Join(s.scopes, ","))
	return a
}

// slackInfo is conversations.info; it takes an ID only.
func (s *Server) slackInfo(_ *exchange, args arguments) reply {
	ref := args.text("channel")
	c := s.channels[ref]
	if c == nil || c.platform != slack || s.states[ref] == ChannelDeleted {
		return slackError(string(ChannelDeleted))
	}
	return object(http.StatusOK, map[string]any{"ok": true, "channel": map[string]any{
		"id": c.id, "name": c.name, "is_channel": true, "is_private": false,
		"is_archived": s.states[ref] == Archived,
		"is_member":   c.member && s.states[ref] != BotRemoved,
	}})
}

func slackMessage(m *Message) map[string]any {
	v := map[string]any{
		"type": "message", "subtype": "bot_message", "ts": m.ID, "bot_id": "B00000001", "user": "U00000001",
	}
	for k, part := range m.content {
		v[k] = part
	}
	if m.Thread != "" {
		v["thread_ts"] = m.Thread
	}
	if m.Edits > 0 {
		v["edited"] = map[string]any{"user": "U00000001", "ts": slackTS(m.Edited.UnixMicro())}
	}
	return v
}

// slackError is an answer of the Web API: 200 with ok false.
func (s *Server) missingScope(needed string) reply {
	a := object(http.StatusOK, map[string]any{
		"ok": false, "error": "missing_scope", "needed": needed, "provided": strings.Join(s.scopes, ","),
	})
	a.code = "missing_scope"
	return a
}

func slackError(code string) reply {
	v := map[string]any{"ok": false, "error": code}
	if code == "missing_scope" {
		v["needed"], v["provided"] = "chat:write", "users:read"
	}
	a := object(http.StatusOK, v)
	a.code = code
	return a
}
