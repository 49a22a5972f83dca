package lookalike

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Slack shows a message as Slack does.
func Slack(m slack.WebhookMessage) template.HTML { return render("slack", m) }

// mrkdwn turns Slack's markup into HTML.
func mrkdwn(s string) template.HTML {
	return blockHTML(s, mrkdwnLine)
}

func mrkdwnLine(s string) string {
	return lineHTML(s, "<*", slackLiteral, mrkdwnToken)
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
		unix, format, _ := strings.Cut(date, "^")
		if n, err := strconv.ParseInt(unix, 10, 64); err == nil {
			return string(timeHTML(slackManner(format), time.Unix(n, 0)))
		}
	}
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if strings.HasPrefix(target, scheme) {
			return linkHTML(slackUnescaper.Replace(target), slackLiteral(label))
		}
	}
	return slackLiteral("<" + s + ">")
}

func slackManner(format string) string {
	if strings.Contains(format, "{time}") {
		return slackTime
	}
	return slackDate
}

var slackUnescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// slackLiteral replaces Slack's three escapes by those of HTML.
func slackLiteral(s string) string {
	return template.HTMLEscapeString(slackUnescaper.Replace(s))
}
