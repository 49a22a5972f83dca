package standin

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	discordPath = regexp.MustCompile(`^/api/v10/webhooks/(\d{1,20})/([^/]+)(?:/messages/([^/]+))?$`)
	// Every client has to say "DiscordBot (url, version)"
	// (docs.discord.com/developers/reference#user-agent).
	userAgent = regexp.MustCompile(`^DiscordBot \(\S+, \S+\)`)
)

// Discord's codes for what a call names but Discord does not have, and for what
// it does not take
// (docs.discord.com/developers/topics/opcodes-and-status-codes).
const (
	unknownChannel = 10003
	unknownMessage = 10008
	unknownWebhook = 10015
	invalidForm    = 50035
)

// discordRequest is a call of a webhook, or of one of its messages.
type discordRequest struct {
	*exchange
	id, token, message string
	hook               *hook // nil if there is none with that id
}

// route is the call's method, and whether it concerns a message: what Discord's
// buckets go by.
func (r *discordRequest) route() string {
	if r.message == "" {
		return r.Method
	}
	return r.Method + " messages"
}

// thread is the id of the thread that the call names, or "".
func (r *discordRequest) thread() string { return r.request.URL.Query().Get("thread_id") }

// discordRoutes are the routes that polarbell calls, with their parameters.
var discordRoutes = map[string]struct {
	action string
	query  []string
	serve  func(*Server, *discordRequest) *reply
}{
	"GET":             {"read", nil, (*Server).discordHook},
	"GET messages":    {"read", []string{"thread_id"}, (*Server).discordRead},
	"POST":            {"post", []string{"wait", "thread_id"}, (*Server).discordPost},
	"PATCH messages":  {"edit", []string{"thread_id"}, (*Server).discordEdit},
	"DELETE messages": {"delete", []string{"thread_id"}, (*Server).discordDelete},
}

func (s *Server) discordCall(x *exchange) func() *reply {
	x.Platform = discord
	m := discordPath.FindStringSubmatch(x.Path)
	if m == nil {
		x.Path = "/api/…"
		return func() *reply { return discordError(http.StatusNotFound, 0, "404: Not Found") }
	}
	r := &discordRequest{exchange: x, id: m[1], token: m[2], message: m[3]}
	x.Path = strings.Replace(x.Path, r.id+"/"+r.token, r.id+"/…", 1)
	x.hook = r.id
	if h := s.hooks[r.id]; h != nil && h.platform == discord {
		r.hook, x.Channel = h, h.channel.id
	}
	if route, known := discordRoutes[r.route()]; known {
		x.Action = route.action
	}
	return func() *reply { return s.discordServe(r) }
}

// discordServe applies Discord's checks in order: the ban and the User-Agent at
// its edge, the webhook, the limits, the call itself.
func (s *Server) discordServe(r *discordRequest) *reply {
	if r.At.Before(s.bannedUntil) {
		return discordBanned()
	}
	if !userAgent.MatchString(r.request.UserAgent()) {
		return text(http.StatusForbidden, "error code: 1010")
	}
	if refused := s.admit(r); refused != nil {
		return refused
	}
	route, known := discordRoutes[r.route()]
	if !known {
		return discordError(http.StatusMethodNotAllowed, 0, notModelled+r.route())
	}
	if wait := s.limiter.take("discord", globalCalls, time.Second, r.At); wait > 0 {
		return discordLimited(wait, "global")
	}
	header := http.Header{}
	wait := s.limiter.takeBucket(r.route()+" "+r.id, r.At, header)
	var a *reply
	if wait > 0 {
		a = discordLimited(wait, "user")
	} else if a = r.strange(route.query); a == nil {
		a = route.serve(s, r)
	}
	maps.Copy(a.header, header)
	return a
}

// strange refuses a parameter that polarbell never sends.
func (r *discordRequest) strange(known []string) *reply {
	for key := range r.request.URL.Query() {
		if !slices.Contains(known, key) {
			return notSent(key)
		}
	}
	return nil
}

// admit checks the webhook and the token that the path names.
func (s *Server) admit(r *discordRequest) *reply {
	state := s.states[r.id]
	switch {
	case r.hook == nil, state == WebhookDeleted, s.states[r.hook.channel.id] == ChannelDeleted:
		return discordError(http.StatusNotFound, unknownWebhook, "Unknown Webhook")
	case r.token != r.hook.token:
		return discordError(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	case state != "":
		return discordError(http.StatusForbidden, 50013, "Missing Permissions")
	}
	return nil
}

// discordHook is what anyone with the token may know of the webhook.
func (s *Server) discordHook(r *discordRequest) *reply {
	return object(http.StatusOK, map[string]any{
		"id": r.id, "type": 1, "name": "polarbell", "avatar": nil, "channel_id": r.hook.channel.id,
		"guild_id": "900000000000000001", "application_id": nil, "token": r.token,
	})
}

func discordError(status, code int, message string) *reply {
	a := object(status, map[string]any{"message": message, "code": code})
	a.code = fmt.Sprint(code)
	if strings.HasPrefix(message, notModelled) {
		a.code += " " + message
	}
	return a
}

// notSent refuses what polarbell never sends.
func notSent(what string) *reply {
	return discordError(http.StatusBadRequest, invalidForm, notModelled+what)
}

// discordBanned is the answer to a banned address; it names no time to wait
// (discord/discord-api-docs issue 5810).
func discordBanned() *reply {
	a := discordError(http.StatusTooManyRequests, 0, "You are being blocked from accessing our API temporarily "+
		"due to exceeding our rate limits frequently. Please read our docs at "+
		"https://discord.com/developers/docs/topics/rate-limits to prevent this moving forward.")
	a.code = "banned"
	return a
}
