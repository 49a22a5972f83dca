package formatter

import (
	"encoding/json"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// slackShown is what SlackHTML reads of a message's JSON.
type slackShown struct {
	Text        string `json:"text"`
	Attachments []struct {
		Color  string `json:"color"`
		Blocks []struct {
			Type     string           `json:"type"`
			Text     *slackShownText  `json:"text"`
			Fields   []slackShownText `json:"fields"`
			Elements []slackShownText `json:"elements"`
		} `json:"blocks"`
	} `json:"attachments"`
}

type slackShownText struct {
	Text string `json:"text"`
}

// SlackHTML shows a message that Slack made, from the JSON that Slack gets.
// It knows the part of Slack's language that our messages use.
func SlackHTML(m slack.WebhookMessage) template.HTML {
	body, err := json.Marshal(m)
	if err != nil {
		panic(err) // text and booleans cannot fail
	}
	var shown slackShown
	if err := json.Unmarshal(body, &shown); err != nil {
		panic(err)
	}
	return show("slack", shown)
}

// mrkdwn turns Slack's markup into HTML.
func mrkdwn(s string) template.HTML {
	return blockHTML(s, mrkdwnLine)
}

func mrkdwnLine(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "<*")
		if i < 0 {
			i = len(s)
		}
		b.WriteString(slackLiteral(s[:i]))
		if s = s[i:]; s == "" {
			break
		}
		html, rest := mrkdwnToken(s)
		b.WriteString(html)
		s = rest
	}
	return b.String()
}

// mrkdwnToken reads what starts at a "<" or "*".
func mrkdwnToken(s string) (html, rest string) {
	if inside, rest, ok := strings.Cut(s[1:], ">"); ok && s[0] == '<' {
		return slackToken(inside), rest
	}
	if end := strings.LastIndexByte(s, '*'); end > 1 {
		return "<b>" + mrkdwnLine(s[1:end]) + "</b>", s[end+1:]
	}
	return slackLiteral(s[:1]), s[1:]
}

// slackToken is a time or a link.
func slackToken(s string) string {
	target, label, _ := strings.Cut(s, "|")
	if date, ok := strings.CutPrefix(target, "!date^"); ok {
		unix, _, _ := strings.Cut(date, "^")
		if n, err := strconv.ParseInt(unix, 10, 64); err == nil {
			return string(timeHTML("slack", time.Unix(n, 0)))
		}
	}
	if strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "http://") {
		return `<a href="` + slackLiteral(target) + `">` + slackLiteral(label) + `</a>`
	}
	return slackLiteral("<" + s + ">")
}

var slackUnescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// slackLiteral undoes Slack's three escapes and makes HTML's own.
func slackLiteral(s string) string {
	return template.HTMLEscapeString(slackUnescaper.Replace(s))
}
