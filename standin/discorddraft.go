package standin

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// suppressNotifications is the only flag that polarbell sets, and only at
// posting.
const suppressNotifications = 1 << 12

// discordMessage is what polarbell sends of a message.
type discordMessage struct {
	Content         string         `json:"content"`
	Embeds          []discordEmbed `json:"embeds"`
	Flags           int            `json:"flags"`
	AllowedMentions *struct {
		Parse       []string `json:"parse"`
		Users       []string `json:"users"`
		Roles       []string `json:"roles"`
		RepliedUser bool     `json:"replied_user"`
	} `json:"allowed_mentions"`
}

type discordEmbed struct {
	Title       string    `json:"title"`
	Description string    `json:"description"`
	URL         string    `json:"url"`
	Color       int       `json:"color"`
	Timestamp   time.Time `json:"timestamp"`
	Footer      *struct {
		Text string `json:"text"`
	} `json:"footer"`
	Fields []struct {
		Name   string `json:"name"`
		Value  string `json:"value"`
		Inline bool   `json:"inline"`
	} `json:"fields"`
}

// readDiscord checks a post, or an edit of a message that has the content old.
// An edit keeps what the body does not name and clears what is null. It
// returns the message after the call, also as content.
func readDiscord(r *discordRequest, old map[string]any) (content map[string]any, m discordMessage, refused *reply) {
	if r.request.Header.Get("Content-Type") != "application/json" {
		return nil, m, notSent("a body that is not JSON")
	}
	var body map[string]any
	if json.Unmarshal(r.body, &body) != nil {
		return nil, m, discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if old != nil && body["flags"] != nil {
		return nil, m, notSent("flags in an edit")
	}
	content = map[string]any{}
	maps.Copy(content, old)
	maps.Copy(content, body)
	maps.DeleteFunc(content, func(_ string, v any) bool { return v == nil })
	if problem := model(content, &m); problem != "" {
		return nil, m, discordError(http.StatusBadRequest, invalidForm, problem)
	}
	delete(content, "allowed_mentions")
	if strings.TrimSpace(m.Content) == "" {
		delete(content, "content")
	}
	if len(m.Embeds) == 0 {
		delete(content, "embeds")
	}
	return content, m, m.check()
}

// collapsed counts the embeds that Discord does not show since an earlier one
// has the same url.
func (m discordMessage) collapsed() int {
	n := 0
	seen := map[string]bool{}
	for _, e := range m.Embeds {
		if e.URL != "" && seen[e.URL] {
			n++
		}
		seen[e.URL] = true
	}
	return n
}

// discordMention is what Discord turns into a mention in a message's content; in
// embeds it shows but calls nobody.
var discordMention = regexp.MustCompile(`@everyone|@here|<@[!&]?\d+>`)

// mentions are those that the content calls and that are allowed. Without
// allowed_mentions, at an
// edit as at a post, that is everybody it mentions: the documentation says users
// only, reports from the field say everyone
// (docs.discord.com/developers/resources/message#allowed-mentions-object).
func (m discordMessage) mentions() []string {
	called := discordMention.FindAllString(m.Content, -1)
	if m.AllowedMentions == nil {
		return called
	}
	return slices.DeleteFunc(called, func(who string) bool { return !m.allows(who) })
}

func (m discordMessage) allows(who string) bool {
	id := strings.Trim(who, "<@!&>")
	switch {
	case strings.HasPrefix(who, "<@&"):
		return slices.Contains(m.AllowedMentions.Roles, id)
	case strings.HasPrefix(who, "<@"):
		return slices.Contains(m.AllowedMentions.Users, id)
	}
	return slices.Contains(m.AllowedMentions.Parse, "everyone")
}
