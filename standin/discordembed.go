package standin

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// embeds checks the message's embeds and counts those that vanish since an
// earlier one has the same url.
func (f *form) embeds(m map[string]any) (collapsed int) {
	total := 0
	urls := map[string]bool{}
	for i, v := range f.list(m, "", "embeds", maxEmbeds) {
		path := fmt.Sprintf("embeds.%d", i)
		e := f.object(v, path)
		total += f.embed(e, path)
		u, _ := e["url"].(string)
		if u != "" && urls[u] {
			collapsed++
		}
		urls[u] = true
	}
	if total > maxEmbedText {
		f.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedText)
	}
	return collapsed
}

// embed checks one embed and counts the text that has a common limit.
func (f *form) embed(e map[string]any, path string) int {
	parts := []string{
		f.text(e, path, "title", maxTitle),
		f.text(e, path, "description", maxDescription),
	}
	f.link(e, path, "url", maxURL)
	f.whole(e, path, "color", maxColour)
	if at := f.text(e, path, "timestamp", maxURL); at != "" && !timestamp(at) {
		f.add(path+".timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", at)
	}
	if footer := f.object(e["footer"], path+".footer"); footer != nil {
		parts = append(parts, f.required(footer, path+".footer", "text", maxFooter))
		f.link(footer, path+".footer", "icon_url", maxURL)
	}
	if author := f.object(e["author"], path+".author"); author != nil {
		parts = append(parts, f.required(author, path+".author", "name", maxAuthor))
		f.link(author, path+".author", "url", maxURL)
		f.link(author, path+".author", "icon_url", maxURL)
	}
	pictures := 0
	for _, k := range []string{"image", "thumbnail"} {
		if f.link(f.object(e[k], path+"."+k), path+"."+k, "url", maxURL) != "" {
			pictures++
		}
	}
	parts = append(parts, f.fields(e, path)...)
	text := strings.Join(parts, "")
	if text == "" && pictures == 0 {
		f.add(path+".description", "BASE_TYPE_REQUIRED", "This field is required")
	}
	return utf8.RuneCountInString(text)
}

func (f *form) fields(e map[string]any, path string) (parts []string) {
	for i, v := range f.list(e, path, "fields", maxEmbedFields) {
		at := fmt.Sprintf("%s.fields.%d", path, i)
		m := f.object(v, at)
		parts = append(parts, f.required(m, at, "name", maxFieldName), f.required(m, at, "value", maxFieldValue))
		f.flag(m, at, "inline")
	}
	return parts
}

func timestamp(s string) bool {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// What Discord turns into a mention in a message's content; in embeds it shows
// but calls nobody.
var (
	everyone = regexp.MustCompile(`@(?:everyone|here)`)
	users    = regexp.MustCompile(`<@!?(\d+)>`)
	roles    = regexp.MustCompile(`<@&(\d+)>`)
)

// mentions are those the text would call. Without allowed_mentions, at an edit
// as at a post, all count: the documentation speaks of users only, reports
// from the field of everyone.
func (f *form) mentions(body map[string]any, text string) (called []string) {
	m := f.object(body["allowed_mentions"], "allowed_mentions")
	parse := []any{"everyone", "users", "roles"}
	if m != nil && m["parse"] == nil && (m["users"] != nil || m["roles"] != nil) {
		parse = nil
	} else if m["parse"] != nil {
		parse = f.list(m, "allowed_mentions", "parse", 3)
	}
	for i, v := range parse {
		if v != "everyone" && v != "users" && v != "roles" {
			f.add(fmt.Sprintf("allowed_mentions.parse.%d", i), "BASE_TYPE_CHOICES", "Value must be one of ('everyone', 'users', 'roles').")
		}
	}
	if slices.Contains(parse, any("everyone")) {
		called = everyone.FindAllString(text, -1)
	}
	for _, group := range []struct {
		key  string
		form *regexp.Regexp
	}{{"users", users}, {"roles", roles}} {
		list := f.list(m, "allowed_mentions", group.key, maxAllowed)
		all := slices.Contains(parse, any(group.key))
		if all && len(list) > 0 {
			f.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[%q] and %s: [ids...] are mutually exclusive.", group.key, group.key)
		}
		for _, who := range group.form.FindAllStringSubmatch(text, -1) {
			if all || slices.Contains(list, any(who[1])) {
				called = append(called, who[0])
			}
		}
	}
	return called
}
