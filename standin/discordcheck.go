package standin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Discord's limits, in characters (Unicode code points) after trimming
// (docs.discord.com/developers/resources/webhook#execute-webhook and
// docs.discord.com/developers/resources/message#embed-object-embed-limits).
const (
	maxContent     = 2_000
	maxEmbeds      = 10
	maxEmbedText   = 6_000 // over all embeds of the message
	maxTitle       = 256
	maxDescription = 4_096
	maxEmbedFields = 25
	maxFieldName   = 256
	maxFieldValue  = 1_024
	maxFooter      = 2_048
	maxURL         = 2_048
	maxColour      = 0xFFFFFF
)

// check is Discord's answer to the first thing that is wrong with a message, nil
// if nothing is.
func (m discordMessage) check() *reply {
	allowed := m.AllowedMentions
	switch {
	case allowed != nil && (allowed.Parse == nil || len(allowed.Parse) > 1 || allowed.RepliedUser ||
		len(allowed.Parse) == 1 && allowed.Parse[0] != "everyone"):
		return notSent("allowed_mentions that allow all users or roles")
	case m.Flags&^suppressNotifications != 0:
		return notSent("flags")
	case strings.TrimSpace(m.Content) == "" && len(m.Embeds) == 0:
		return discordError(http.StatusBadRequest, 50006, "Cannot send an empty message")
	case size(m.Content) > maxContent:
		return tooLong("content", maxContent)
	case len(m.Embeds) > maxEmbeds:
		return tooLong("embeds", maxEmbeds)
	}
	total := 0
	for i, e := range m.Embeds {
		n, refused := e.check(fmt.Sprintf("embeds.%d", i))
		if refused != nil {
			return refused
		}
		total += n
	}
	if total > maxEmbedText {
		return discordForm("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
	return nil
}

// check also counts the text that has a common limit.
func (e discordEmbed) check(path string) (total int, refused *reply) {
	for _, t := range e.texts(path) {
		n := size(t.text)
		switch {
		case n == 0 && t.required:
			return 0, missing(t.path)
		case n > t.limit:
			return 0, tooLong(t.path, t.limit)
		}
		total += n
	}
	u, err := url.Parse(e.URL)
	switch {
	case total == 0:
		return 0, missing(path + ".description")
	case len(e.Fields) > maxEmbedFields:
		return 0, tooLong(path+".fields", maxEmbedFields)
	case e.Color < 0 || e.Color > maxColour:
		return 0, discordForm(path+".color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
	case len(e.URL) > maxURL:
		return 0, tooLong(path+".url", maxURL)
	case e.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https"):
		return 0, discordForm(path+".url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
	return total, nil
}

// embedText is a text of an embed and its limit.
type embedText struct {
	path, text string
	limit      int
	required   bool
}

func (e discordEmbed) texts(path string) []embedText {
	all := []embedText{
		{path + ".title", e.Title, maxTitle, false},
		{path + ".description", e.Description, maxDescription, false},
	}
	if e.Footer != nil {
		all = append(all, embedText{path + ".footer.text", e.Footer.Text, maxFooter, true})
	}
	for i, f := range e.Fields {
		at := fmt.Sprintf("%s.fields.%d", path, i)
		all = append(all, embedText{at + ".name", f.Name, maxFieldName, true}, embedText{at + ".value", f.Value, maxFieldValue, true})
	}
	return all
}

func size(s string) int { return utf8.RuneCountInString(strings.TrimSpace(s)) }

func tooLong(path string, limit int) *reply {
	return discordForm(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", limit))
}

func missing(path string) *reply {
	return discordForm(path, "BASE_TYPE_REQUIRED", "This field is required")
}

// discordForm is Discord's answer to an invalid field, at a path such as
// "embeds.0.title".
func discordForm(path, code, message string) *reply {
	var errors any = map[string]any{"_errors": []any{map[string]any{"code": code, "message": message}}}
	for _, key := range slices.Backward(strings.Split(path, ".")) {
		errors = map[string]any{key: errors}
	}
	a := object(http.StatusBadRequest, map[string]any{"message": "Invalid Form Body", "code": invalidForm, "errors": errors})
	a.code = fmt.Sprint(invalidForm, " ", code, " ", path)
	return a
}
