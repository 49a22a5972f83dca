package formatter

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// embedShown is what DiscordHTML reads of an embed's JSON.
type embedShown struct {
	Title       string    `json:"title"`
	URL         string    `json:"url"`
	Description string    `json:"description"`
	Color       int       `json:"color"`
	Timestamp   time.Time `json:"timestamp"`
	Footer      struct {
		Text string `json:"text"`
	} `json:"footer"`
	Fields []struct {
		Name   string `json:"name"`
		Value  string `json:"value"`
		Inline bool   `json:"inline"`
	} `json:"fields"`
}

// Hex is the embed's colour as style sheets write it.
func (e embedShown) Hex() string { return fmt.Sprintf("#%06x", e.Color) }

// Rows are the fields as Discord sets them: three in line at most.
func (e embedShown) Rows() any { return slices.Collect(slices.Chunk(e.Fields, 3)) }

// DiscordHTML shows a message that Discord made, from the JSON that Discord
// gets. It knows the part of Discord's Markdown that our messages use.
func DiscordHTML(m discordgo.WebhookParams) template.HTML {
	body, err := json.Marshal(m)
	if err != nil {
		panic(err) // text and numbers cannot fail
	}
	var shown struct {
		Content string       `json:"content"`
		Embeds  []embedShown `json:"embeds"`
	}
	if err := json.Unmarshal(body, &shown); err != nil {
		panic(err)
	}
	return show("discord", shown)
}

// markdown turns Discord's markup into HTML.
func markdown(s string) template.HTML {
	return blockHTML(s, markdownLine)
}

func markdownLine(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, `\<`)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(template.HTMLEscapeString(s[:i]))
		if s = s[i:]; s == "" {
			break
		}
		html, rest := markdownToken(s)
		b.WriteString(html)
		s = rest
	}
	return b.String()
}

// markdownToken reads what starts at a backslash or "<".
func markdownToken(s string) (html, rest string) {
	if s[0] == '\\' && len(s) > 1 && !isWord(s[1]) {
		return template.HTMLEscapeString(s[1:2]), s[2:]
	}
	if inside, rest, ok := strings.Cut(s[1:], ">"); ok && s[0] == '<' {
		if unix, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(inside, "t:"), ":f"), 10, 64); err == nil {
			return string(timeHTML("discord", time.Unix(unix, 0))), rest
		}
	}
	return template.HTMLEscapeString(s[:1]), s[1:]
}
