package standin

import (
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"
)

// maxUpdateText is chat.update's limit for text
// (docs.slack.dev/reference/methods/chat.update).
const maxUpdateText = 4_000

// slackPost is chat.postMessage.
func (s *Server) slackPost(x *exchange, args arguments) *reply {
	c, refused := s.slackChannel(args.text("channel"), "post")
	if refused != nil {
		return refused
	}
	if d := s.limiter.slackPost(c.id, x.At); d > 0 {
		return slackLimited(d)
	}
	content, refused := readDraft(args, "channel")
	if refused != nil {
		return refused
	}
	m := s.slackAppend(x, c, content)
	m.editable = true
	return object(http.StatusOK, map[string]any{"ok": true, "channel": c.id, "ts": m.ID})
}

// slackAppend adds a message to the channel.
func (s *Server) slackAppend(x *exchange, c *channel, content map[string]any) *Message {
	m := &Message{ID: s.nextTS(x.At), Channel: c.id, Platform: slack, Posted: x.At}
	m.slackSet(content)
	c.messages = append(c.messages, m)
	x.changed = m
	return m
}

// slackUpdate is chat.update. What the call does not name stays: attachments
// go away with "attachments=[]" only.
func (s *Server) slackUpdate(x *exchange, args arguments) *reply {
	c, m, refused := s.slackOwn(args, "edit")
	if refused != nil {
		return refused
	}
	content, refused := readDraft(args, "channel", "ts")
	if refused != nil {
		return refused
	}
	if utf8.RuneCountInString(args.text("text")) > maxUpdateText {
		return slackError("msg_too_long")
	}
	m.keep(x.At)
	m.slackSet(content)
	x.changed = m
	return object(http.StatusOK, map[string]any{"ok": true, "channel": c.id, "ts": m.ID, "text": args.text("text")})
}

// slackSet writes content over what the message has.
func (m *Message) slackSet(content map[string]any) {
	next := map[string]any{}
	maps.Copy(next, m.content)
	maps.Copy(next, content)
	if list, _ := next["attachments"].([]any); len(list) == 0 {
		delete(next, "attachments")
	}
	m.set(next, slackMention.FindAllString(string(encode(next)), -1))
}

// slackDelete is chat.delete.
func (s *Server) slackDelete(_ *exchange, args arguments) *reply {
	c, m, refused := s.slackOwn(args, "delete")
	if refused != nil {
		return refused
	}
	if others := unmodelled(args, "channel", "ts"); len(others) > 0 {
		return slackError("invalid_arguments", notModelled+"argument "+others[0])
	}
	m.Deleted = true
	return object(http.StatusOK, map[string]any{"ok": true, "channel": c.id, "ts": m.ID})
}

// slackOwn finds the bot's own message that an edit or a deletion names. Both
// take a channel's ID, not its "#name".
func (s *Server) slackOwn(args arguments, action string) (*channel, *Message, *reply) {
	ref := args.text("channel")
	c, refused := s.slackChannel(ref, action)
	if refused != nil {
		return nil, nil, refused
	}
	m := c.message(args.text("ts"))
	switch {
	case c.id != ref:
		return nil, nil, slackError(string(ChannelDeleted))
	case m == nil:
		return nil, nil, slackError("message_not_found")
	case !m.editable && action == "delete":
		return nil, nil, slackError("cant_delete_message")
	case !m.editable:
		return nil, nil, slackError("cant_update_message")
	}
	return c, m, nil
}

// slackChannel finds a channel that the bot may write to, by its ID or "#name".
func (s *Server) slackChannel(ref, action string) (*channel, *reply) {
	c := s.findChannel(ref)
	if c == nil || c.platform != slack {
		return nil, slackError(string(ChannelDeleted))
	}
	code := s.slackState(c.id, action)
	if code == string(BotRemoved) && slices.Contains(s.scopes, "chat:write.public") {
		code = ""
	}
	if code != "" {
		return nil, slackError(code)
	}
	return c, nil
}
