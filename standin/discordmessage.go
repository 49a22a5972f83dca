package standin

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Discord's limits for a message (docs.discord.com/developers/resources/message
// and /webhook).
const (
	maxContent     = 2_000
	maxUsername    = 80
	maxURL         = 2_048
	maxEmbeds      = 10
	maxEmbedText   = 6_000 // over all embeds of the message
	maxTitle       = 256
	maxDescription = 4_096
	maxEmbedFields = 25
	maxFieldName   = 256
	maxFieldValue  = 1_024
	maxFooter      = 2_048
	maxAuthor      = 256
	maxColour      = 0xFFFFFF
	maxThreadName  = 100
	maxTags        = 5
	maxRows        = 5
	maxLinkLabel   = 80
	maxLinkURL     = 512
	maxAllowed     = 100 // roles or users in allowed_mentions
)

// The flags a webhook may set; the second only at posting. Messages made of
// components alone (IS_COMPONENTS_V2), files and polls are not offered.
const (
	suppressEmbeds        = 1 << 2
	suppressNotifications = 1 << 12
)

// discordDraft is a message as it will be once a call is applied.
type discordDraft struct {
	content    map[string]any
	mentions   []string
	collapsed  int
	flags      int
	threadName string
}

func (d discordDraft) put(m *Message) {
	m.show(d.content, d.mentions)
	m.Collapsed = d.collapsed
}

// readDiscord checks a post, or an edit of the message old.
func readDiscord(r *discordRequest, old *Message) (discordDraft, reply, bool) {
	body, a, ok := readObject(r.exchange)
	if !ok {
		return discordDraft{}, a, false
	}
	f := &form{}
	f.query(r.Query)
	components, _ := strconv.ParseBool(r.Query.Get("with_components"))
	d := f.message(body, old, components)
	if !f.ok() {
		return d, f.reply(), false
	}
	if d.empty() {
		return d, discordError(http.StatusBadRequest, 50006, "Cannot send an empty message"), false
	}
	return d, reply{}, true
}

// readObject is the JSON object that the body must be.
func readObject(x *exchange) (map[string]any, reply, bool) {
	f := form{}
	if kind, _, err := mime.ParseMediaType(x.request.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		f.add("_misc", "CONTENT_TYPE_INVALID", `Expected "Content-Type" header to be one of {'application/json'}.`)
		return nil, f.reply(), false
	}
	if !utf8.Valid(x.body) || !json.Valid(x.body) {
		return nil, discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON."), false
	}
	var v any
	json.Unmarshal(x.body, &v) // valid, as just seen
	m, ok := v.(map[string]any)
	if !ok {
		f.add("_misc", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
		return nil, f.reply(), false
	}
	return m, reply{}, true
}

// message reads the body over the old message: an edit keeps what the body
// does not name and clears what is null.
func (f *form) message(body map[string]any, old *Message, components bool) discordDraft {
	d := discordDraft{content: map[string]any{}}
	kept := []string{"content", "embeds"}
	allowed := suppressEmbeds
	if old == nil {
		kept = append(kept, "username", "avatar_url")
		allowed |= suppressNotifications
		d.threadName = f.text(body, "", "thread_name", maxThreadName)
		f.list(body, "", "applied_tags", maxTags)
		f.username(body)
	} else {
		maps.Copy(d.content, old.content)
	}
	if components {
		kept = append(kept, "components")
		f.rows(body)
	}
	for _, k := range kept {
		if v, ok := body[k]; ok {
			d.content[k] = v
		}
	}
	if d.flags = f.flags(body, allowed); body["flags"] != nil {
		d.content["flags"] = d.flags
	}
	f.text(body, "", "content", maxContent)
	f.flag(body, "", "tts")
	d.collapsed = f.embeds(d.content)
	maps.DeleteFunc(d.content, func(_ string, v any) bool { return blank(v) })
	text, _ := d.content["content"].(string)
	d.mentions = f.mentions(body, text)
	return d
}

func (d discordDraft) empty() bool {
	return d.content["content"] == nil && d.content["embeds"] == nil && d.content["components"] == nil
}

func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case int:
		return v == 0
	}
	return false
}

// username replaces the webhook's name for one message.
func (f *form) username(body map[string]any) {
	name := f.text(body, "", "username", maxUsername)
	if body["username"] == "" {
		f.add("username", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 80 in length.")
	}
	for _, word := range []string{"clyde", "discord"} {
		if strings.Contains(strings.ToLower(name), word) {
			f.add("username", "USERNAME_INVALID_CONTAINS", "Username cannot contain %q", word)
		}
	}
	f.link(body, "", "avatar_url", maxURL)
}

func (f *form) flags(body map[string]any, allowed int) int {
	n := f.whole(body, "", "flags", 1<<31)
	if n&^allowed != 0 {
		f.add("flags", "INVALID_FLAGS", "Flags %d cannot be set here.", n&^allowed)
	}
	return n
}

// rows checks components: rows of link buttons, all that a plain webhook has.
func (f *form) rows(body map[string]any) {
	for i, v := range f.list(body, "", "components", maxRows) {
		path := fmt.Sprintf("components.%d", i)
		row := f.object(v, path)
		if row["type"] != 1.0 {
			f.add(path+".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
			continue
		}
		buttons := f.list(row, path, "components", 5)
		if len(buttons) == 0 {
			f.add(path+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
		}
		for j, b := range buttons {
			at := fmt.Sprintf("%s.components.%d", path, j)
			f.button(f.object(b, at), at)
		}
	}
}

func (f *form) button(b map[string]any, path string) {
	if b["type"] != 2.0 || b["style"] != 5.0 {
		f.add(path, "APPLICATION_COMPONENT_NOT_ALLOWED", "This webhook may only send non-interactive components.")
		return
	}
	f.text(b, path, "label", maxLinkLabel)
	if f.link(b, path, "url", maxLinkURL) == "" {
		f.add(path+".url", "BASE_TYPE_REQUIRED", "This field is required")
	}
}
