package lookalike

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Discord shows a message as Discord does.
func Discord(m discordgo.WebhookParams) template.HTML { return render("discord", m) }

// rows are an embed's fields as Discord arranges them: at most three in a row.
func rows(fields []*discordgo.MessageEmbedField) [][]*discordgo.MessageEmbedField {
	return slices.Collect(slices.Chunk(fields, 3))
}

// parsed is an embed's time.
func parsed(timestamp string) (time.Time, error) { return time.Parse(time.RFC3339, timestamp) }

// markdown turns Discord's markup into HTML.
func markdown(s string) template.HTML {
	return blockHTML(s, markdownLine)
}

func markdownLine(s string) string {
	return lineHTML(s, `\<*`, template.HTMLEscapeString, markdownToken)
}

// markdownToken reads what starts at a backslash, "<" or "*".
func markdownToken(s string) (html, rest string) {
	switch {
	case s[0] == '\\' && len(s) > 1 && isPunctuation(s[1]):
		return template.HTMLEscapeString(s[1:2]), s[2:]
	case strings.HasPrefix(s, "**"):
		if end := boldEnd(s); end > 0 {
			return "<b>" + markdownLine(s[2:end]) + "</b>", s[end+2:]
		}
	case s[0] == '<':
		if inside, rest, ok := strings.Cut(s[1:], ">"); ok {
			if html := discordToken(inside); html != "" {
				return html, rest
			}
		}
	}
	return template.HTMLEscapeString(s[:1]), s[1:]
}

// boldEnd finds the "**" that closes the one s starts with, or 0.
func boldEnd(s string) int {
	for i := 2; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.HasPrefix(s[i:], "**") {
			return i
		}
	}
	return 0
}

// discordToken is a time; any other token is "".
func discordToken(s string) string {
	stamp, found := strings.CutPrefix(s, "t:")
	stamp, format, _ := strings.Cut(stamp, ":")
	unix, err := strconv.ParseInt(stamp, 10, 64)
	if !found || err != nil {
		return ""
	}
	manner := discordTime
	if format == "d" {
		manner = discordDate
	}
	return string(timeHTML(manner, time.Unix(unix, 0)))
}

func isPunctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z')
}
