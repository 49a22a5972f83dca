package standin

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const discordGuild = "900000000000000001"

var (
	// The API's versions that still answer; a path without one means 6.
	discordPath = regexp.MustCompile(`^/api(?:/v(\d+))?/webhooks/([^/]+)/([^/]+)(?:/messages/([^/]+))?$`)
	snowflake   = regexp.MustCompile(`^\d{1,20}$`)
	// Every client has to say "DiscordBot (url, version)"
	// (docs.discord.com/developers/reference#user-agent).
	userAgent = regexp.MustCompile(`^DiscordBot \(\S+, \S+\)`)
)

// discordRequest is a call of a webhook, or of one of its messages.
type discordRequest struct {
	*exchange
	version, id, token, message string
	hook                        *hook
}

func (s *Server) discordCall(x *exchange) {
	x.Platform = discord
	m := discordPath.FindStringSubmatch(x.request.URL.Path)
	if m == nil {
		x.Path = "/api/…"
		x.serve = func() reply { return discordError(http.StatusNotFound, 0, "404: Not Found") }
		return
	}
	r := &discordRequest{exchange: x, version: m[1], id: m[2], token: m[3], message: m[4]}
	x.Path = strings.Replace(x.Path, r.id+"/"+r.token, r.id+"/…", 1)
	x.target = r.id
	switch {
	case x.Method == http.MethodPost:
		x.kind = "post"
	case x.Method == http.MethodPatch:
		x.kind = "edit"
	case x.Method == http.MethodDelete:
		x.kind = "delete"
	}
	if h := s.hooks[r.id]; h != nil && h.platform == discord {
		r.hook = h
		x.Channel = h.channel.id
	}
	x.serve = func() reply { return s.discordServe(r) }
}

// discordServe goes through Discord's doors in their order: the ban and the
// User-Agent at its edge, the webhook, the limits, the call itself.
func (s *Server) discordServe(r *discordRequest) reply {
	if r.now.Before(s.pace.bannedUntil) {
		return discordBanned()
	}
	if !userAgent.MatchString(r.request.UserAgent()) {
		return plain(http.StatusForbidden, "error code: 1010")
	}
	if a, ok := s.admit(r); !ok {
		return a
	}
	route := r.Method
	if r.message != "" {
		route += " messages"
	}
	serve := discordRoutes[route]
	if serve == nil {
		return discordError(http.StatusMethodNotAllowed, 0, "405: Method Not Allowed")
	}
	if s.limits {
		if d := s.pace.global.wait(r.now, discordGlobal, time.Second); d > 0 {
			return discordLimited(d, "global")
		}
		s.pace.global.add(r.now)
	}
	header, wait := s.enter(route, r.id, r.now)
	a := discordLimited(wait, "user")
	if wait == 0 {
		a = serve(s, r)
	}
	maps.Copy(a.header, header)
	return a
}

// admit checks what the path names: version, webhook, token.
func (s *Server) admit(r *discordRequest) (reply, bool) {
	if v, _ := strconv.Atoi(r.version); r.version != "" && (v < 6 || v > 10) {
		return discordError(http.StatusBadRequest, 50041, "Invalid API version"), false
	}
	if r.hook == nil && !snowflake.MatchString(r.id) {
		f := form{}
		f.add("webhook_id", "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", r.id)
		return f.reply(), false
	}
	state := s.states[r.id]
	if r.hook == nil || state == WebhookDeleted || s.states[r.hook.channel.id] == ChannelDeleted {
		return discordError(http.StatusNotFound, 10015, "Unknown Webhook"), false
	}
	if r.token != r.hook.token {
		return discordError(http.StatusUnauthorized, 50027, "Invalid Webhook Token"), false
	}
	if state != "" {
		return discordError(http.StatusForbidden, 50013, "Missing Permissions"), false
	}
	return reply{}, true
}

var discordRoutes = map[string]func(*Server, *discordRequest) reply{
	"GET":             (*Server).discordHook,
	"POST":            (*Server).discordPost,
	"PATCH messages":  (*Server).discordEdit,
	"GET messages":    (*Server).discordMessage,
	"DELETE messages": (*Server).discordDelete,
}

// discordHook is what anyone with the token may know of the webhook.
func (s *Server) discordHook(r *discordRequest) reply {
	return object(http.StatusOK, map[string]any{
		"id": r.id, "type": 1, "name": "polarbell", "avatar": nil, "channel_id": r.hook.channel.id,
		"guild_id": discordGuild, "application_id": nil, "token": r.token,
	})
}

func (s *Server) discordPost(r *discordRequest) reply {
	d, a, ok := readDiscord(r, nil)
	if !ok {
		return a
	}
	c := r.hook.channel
	thread, a, ok := c.discordThread(r.Query.Get("thread_id"), d.threadName)
	if !ok {
		return a
	}
	if s.limits {
		w := at(s.pace.channels, c.id)
		if wait := w.wait(r.now, discordChannel, time.Minute); wait > 0 {
			return discordLimited(wait, "shared")
		}
		w.add(r.now)
	}
	m := &Message{ID: s.nextID(r.now), Channel: c.id, Platform: discord, Thread: thread, Via: r.id, Posted: r.now}
	if d.threadName != "" {
		m.Thread = m.ID // a forum's thread has the id of its first message
	}
	if m.Thread != "" {
		c.threads[m.Thread] = false
	}
	d.put(m)
	m.Silent = d.flags&suppressNotifications != 0
	c.messages = append(c.messages, m)
	r.changed = m
	if !r.wanted() {
		return reply{status: http.StatusNoContent, header: http.Header{}}
	}
	return object(http.StatusOK, discordShape(m))
}

// discordThread decides where a post goes: a forum needs one of thread_id and
// thread_name, any other channel takes only thread_id.
func (c *channel) discordThread(id, name string) (string, reply, bool) {
	switch _, known := c.threads[id]; {
	case c.forum && id == "" && name == "":
		return "", discordError(http.StatusBadRequest, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id"), false
	case c.forum && id != "" && name != "":
		return "", discordError(http.StatusBadRequest, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"), false
	case !c.forum && name != "":
		return "", discordError(http.StatusBadRequest, 220003, "Webhooks can only create threads in forum channels"), false
	case id != "" && !known:
		return "", discordError(http.StatusNotFound, 10003, "Unknown Channel"), false
	}
	return id, reply{}, true
}

// wanted is whether the caller waits for the message.
func (r *discordRequest) wanted() bool {
	wait, _ := strconv.ParseBool(r.Query.Get("wait"))
	return wait
}

// own finds the webhook's message; one in a thread only with its thread_id.
func (r *discordRequest) own() *Message {
	m := r.hook.channel.message(r.message)
	if m == nil || m.Via != r.id || m.Thread != r.Query.Get("thread_id") {
		return nil
	}
	return m
}

func (s *Server) discordEdit(r *discordRequest) reply {
	m := r.own()
	if m == nil {
		return unknownMessage()
	}
	d, a, ok := readDiscord(r, m)
	if !ok {
		return a
	}
	if r.hook.channel.threads[m.Thread] {
		return discordError(http.StatusBadRequest, 50083, "Thread is archived")
	}
	d.put(m)
	m.Edited = r.now
	m.Edits++
	r.changed = m
	return object(http.StatusOK, discordShape(m))
}

func (s *Server) discordMessage(r *discordRequest) reply {
	m := r.own()
	if m == nil {
		return unknownMessage()
	}
	return object(http.StatusOK, discordShape(m))
}

func (s *Server) discordDelete(r *discordRequest) reply {
	m := r.own()
	if m == nil {
		return unknownMessage()
	}
	m.Deleted = true
	return reply{status: http.StatusNoContent, header: http.Header{}}
}

// discordShape is a message object; in a thread its channel is the thread.
func discordShape(m *Message) map[string]any {
	v := map[string]any{
		"id": m.ID, "type": 0, "channel_id": m.Channel, "webhook_id": m.Via, "content": "",
		"embeds": []any{}, "components": []any{}, "attachments": []any{}, "mentions": []any{},
		"mention_roles": []any{}, "mention_everyone": false, "pinned": false, "tts": false, "flags": 0,
		"author":    map[string]any{"id": m.Via, "username": "polarbell", "bot": true, "discriminator": "0000"},
		"timestamp": m.Posted.UTC().Format(time.RFC3339Nano), "edited_timestamp": nil,
	}
	for _, k := range []string{"content", "embeds", "components", "flags"} {
		if part, ok := m.content[k]; ok {
			v[k] = part
		}
	}
	if m.Thread != "" {
		v["channel_id"] = m.Thread
	}
	if m.Edits > 0 {
		v["edited_timestamp"] = m.Edited.UTC().Format(time.RFC3339Nano)
	}
	return v
}

func unknownMessage() reply { return discordError(http.StatusNotFound, 10008, "Unknown Message") }

func discordError(status, code int, message string) reply {
	a := object(status, map[string]any{"message": message, "code": code})
	a.code = fmt.Sprint(code)
	return a
}

// discordBanned is the answer to a banned address; it says no time to wait
// (discord/discord-api-docs issue 5810).
func discordBanned() reply {
	a := discordError(http.StatusTooManyRequests, 0, "You are being blocked from accessing our API temporarily "+
		"due to exceeding our rate limits frequently. Please read our docs at "+
		"https://discord.com/developers/docs/topics/rate-limits to prevent this moving forward.")
	a.code = "banned"
	return a
}

// goneForGood is whether a 404 was about the webhook, and not about a message
// or a thread.
func goneForGood(a reply) bool {
	code := errorCode(a.body)
	return code != 10008 && code != 10003
}
