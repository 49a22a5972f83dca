package standin

import (
	"maps"
	"net/http"
	"time"
)

func (s *Server) discordPost(r *discordRequest) *reply {
	// Without wait Discord does not report a message that it did not keep.
	if r.request.URL.Query().Get("wait") != "true" {
		return notSent("a post without wait=true")
	}
	content, d, refused := readDiscord(r, nil)
	if refused != nil {
		return refused
	}
	c, thread := r.hook.channel, r.thread()
	if c.forum && thread == "" {
		return discordError(http.StatusBadRequest, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
	}
	if refused := s.threadTakes(r, "post"); refused != nil {
		return refused
	}
	if wait := s.limiter.take(c.id, channelPosts, time.Minute, r.At); wait > 0 {
		return discordLimited(wait, "shared")
	}
	delete(s.states, thread) // a post opens an archived thread again
	m := &Message{
		ID: s.nextID(r.At), Channel: c.id, Platform: discord, Thread: thread, hook: r.id, Posted: r.At,
		Silent: d.Flags != 0, Collapsed: d.collapsed(),
	}
	m.set(content, d.mentions())
	c.messages = append(c.messages, m)
	r.changed = m
	return object(http.StatusOK, discordShape(m))
}

func (s *Server) discordRead(r *discordRequest) *reply {
	m, refused := s.discordOwn(r, "read")
	if refused != nil {
		return refused
	}
	return object(http.StatusOK, discordShape(m))
}

func (s *Server) discordEdit(r *discordRequest) *reply {
	m, refused := s.discordOwn(r, "edit")
	if refused != nil {
		return refused
	}
	content, d, refused := readDiscord(r, m.content)
	if refused != nil {
		return refused
	}
	m.keep(r.At)
	m.set(content, d.mentions())
	m.Collapsed = d.collapsed()
	r.changed = m
	return object(http.StatusOK, discordShape(m))
}

func (s *Server) discordDelete(r *discordRequest) *reply {
	m, refused := s.discordOwn(r, "delete")
	if refused != nil {
		return refused
	}
	m.Deleted = true
	return &reply{status: http.StatusNoContent, header: http.Header{}}
}

// discordOwn finds the webhook's message that a call names. A
// message in a thread is found with the thread's id only.
func (s *Server) discordOwn(r *discordRequest, action string) (*Message, *reply) {
	if refused := s.threadTakes(r, action); refused != nil {
		return nil, refused
	}
	m := r.hook.channel.message(r.message)
	if m == nil || m.hook != r.id || m.Thread != r.thread() {
		return nil, discordError(http.StatusNotFound, unknownMessage, "Unknown Message")
	}
	return m, nil
}

// threadTakes is what the state of the call's thread refuses. An archived thread
// takes a post (victornpb/undiscord issue 399), but no edit or deletion, a locked
// one nothing. Both can be read.
func (s *Server) threadTakes(r *discordRequest, action string) *reply {
	thread := r.thread()
	state := s.states[thread]
	switch {
	case thread == "":
		return nil
	case !r.hook.channel.threads[thread], state == ChannelDeleted:
		return discordError(http.StatusNotFound, unknownChannel, "Unknown Channel")
	case action == "read":
		return nil
	case state == Locked:
		return discordError(http.StatusBadRequest, 160005, "Thread is locked")
	case state == Archived && action != "post":
		return discordError(http.StatusBadRequest, 50083, "Thread is archived")
	}
	return nil
}

// discordShape is a message as Discord answers it; in a thread its channel is
// the thread.
func discordShape(m *Message) map[string]any {
	v := maps.Clone(m.content)
	v["id"], v["type"], v["channel_id"], v["webhook_id"] = m.ID, 0, m.Channel, m.hook
	if m.Thread != "" {
		v["channel_id"] = m.Thread
	}
	return v
}
