package formatter

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

var inSlack = dialect{text: slackText, quote: slackQuote, context: slackText, time: slackTime, between: "\n"}

// slackColours are the bars beside the cards, by tone.
var slackColours = map[Tone]string{
	Grey: "#9aa0a6", Green: "#2eb67d", PaleGreen: "#a5dcc3",
	Amber: "#ecb22e", Red: "#e01e5a", Blue: "#1d9bd1",
}

// Slack makes one message of 1 to 10 cards. Its text is the headline, which
// Slack also shows above the attachments, one per card; of several cards it is
// a headline for all, and each attachment starts with its own.
//
// The link stands in the context row and is no button: for a button with an
// address Slack posts an interaction too, and warns the reader when nobody
// takes it. Neither text nor blocks let Slack find addresses by itself: parse
// and verbatim say so, and chat.postMessage needs the same parse.
func Slack(cards []Card) slack.WebhookMessage {
	m := slack.WebhookMessage{Parse: "none", UnfurlLinks: new(false), UnfurlMedia: new(false)}
	if allPlain(cards) {
		m.Text = fit(plainText(cards), slackMessage, slackText)
		return m
	}
	several := len(cards) > 1
	for _, c := range cards {
		a := slackAttachment(c, several)
		m.Text = slackBold(a.Fallback)
		if len(a.Blocks.BlockSet) > 0 {
			m.Attachments = append(m.Attachments, a)
		}
	}
	if several {
		m.Text = slackBold(fit(groupHeadline(cards), maxTitle, slackText))
	}
	return m
}

// slackAttachment has no blocks when there is nothing to say beneath the
// headline, which is its fallback.
func slackAttachment(c Card, withHeadline bool) slack.Attachment {
	if c.Plain {
		c = Card{Headline: c.Headline, Tone: c.Tone}
	}
	w := write(c, inSlack, slackCard)
	a := slack.Attachment{Color: slackColours[c.Tone], Fallback: w.headline}
	add := func(b slack.Block) { a.Blocks.BlockSet = append(a.Blocks.BlockSet, b) }
	if withHeadline {
		add(slack.NewSectionBlock(slackObject(slackBold(w.headline)), nil, nil))
	}
	if len(w.fields) > 0 {
		fields := make([]*slack.TextBlockObject, len(w.fields))
		for i, f := range w.fields {
			fields[i] = slackObject(slackBold(f.name) + "\n" + f.value)
		}
		add(slack.NewSectionBlock(nil, fields, nil))
	}
	if text := joinLines(w.quote, w.note); text != "" {
		add(slack.NewSectionBlock(slackObject(text), nil, nil))
	}
	if row := slackContext(c, w); row != "" {
		add(slack.NewContextBlock("", slackObject(row)))
	}
	return a
}

// slackContext is the small print: "INV-0042 · today 7:12 PM · Open in Polar".
func slackContext(c Card, w written) string {
	var when, to string
	if isShowable(c.Time) {
		when = slackTime(c.Time)
	}
	if address := link(c); address != "" {
		to = "<" + strings.ReplaceAll(address, "&", "&amp;") + "|Open in Polar>"
	}
	return joinRow(w.context, when, to)
}

// slackTime shows in each reader's own time zone.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
func slackTime(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", t.Unix(), utc(t))
}

func slackBold(s string) string {
	if s == "" {
		return ""
	}
	return "*" + s + "*"
}

func slackObject(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: s, Verbatim: true}
}

func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// plainText is a line for each card.
func plainText(cards []Card) string {
	lines := make([]string, len(cards))
	for i, c := range cards {
		lines[i] = headline(c)
	}
	return strings.Join(lines, "\n")
}
