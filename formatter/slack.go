package formatter

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

var inSlack = dialect{text: slackText, context: slackText, address: slackMailto, time: slackTime, date: slackDate}

// slackColours are the bars beside the attachments.
var slackColours = map[Tone]string{
	Grey: "#9aa0a6", Green: "#2eb67d", PaleGreen: "#a5dcc3",
	Amber: "#ecb22e", Red: "#e01e5a", Blue: "#1d9bd1",
}

// Slack makes the body of one message. Its text is the headline, which Slack
// shows above the attachments and in notifications. Each card is an attachment;
// among several it begins with its own headline.
//
// The link is in the context row. It is not a button, because Slack reports a
// click on a button to the app and warns the reader if the app does not answer.
// "parse" and "verbatim" keep Slack from finding links by itself;
// chat.postMessage needs the same "parse".
func Slack(m Message) slack.WebhookMessage {
	w := slack.WebhookMessage{Parse: "none", UnfurlLinks: new(false), UnfurlMedia: new(false)}
	if m.headlinesOnly() {
		w.Text = m.Mention.inSlack(fit(m.headlines(), slackMessage-maxMention, slackText))
		return w
	}
	w.Text = m.Mention.inSlack(slackBold(fit(m.headline(), maxTitle, slackText)))
	for _, c := range m.Cards {
		a := slackAttachment(visibleOf(c), len(m.Cards) > 1)
		if len(a.Blocks.BlockSet) > 0 {
			w.Attachments = append(w.Attachments, a)
		}
	}
	return w
}

func slackAttachment(v visible, headed bool) slack.Attachment {
	headline := fit(v.headline, maxTitle, slackText)
	end := joinRow(inSlack.when(v), slackLink(v.link))
	l := layOut(v, inSlack, slackCard-size(headline)-size(end))
	a := slack.Attachment{Color: slackColours[v.tone], Fallback: headline}
	add := func(b slack.Block) { a.Blocks.BlockSet = append(a.Blocks.BlockSet, b) }
	if headed {
		add(slackSection(slackBold(headline)))
	}
	if len(l.fields) > 0 {
		add(slackFields(l.fields))
	}
	if text := joinLines(l.quote, l.note); text != "" {
		add(slackSection(text))
	}
	if row := joinRow(l.context, end); row != "" {
		add(slack.NewContextBlock("", slackObject(row)))
	}
	return a
}

func slackSection(text string) slack.Block {
	return slack.NewSectionBlock(slackObject(text), nil, nil)
}

func slackFields(fields []layoutField) slack.Block {
	objects := make([]*slack.TextBlockObject, len(fields))
	for i, f := range fields {
		objects[i] = slackObject(slackBold(f.name) + "\n" + f.value)
	}
	return slack.NewSectionBlock(nil, objects, nil)
}

func slackObject(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: s, Verbatim: true}
}

func slackBold(s string) string { return "*" + s + "*" }

// slackLink is "" without a text, because Slack would show the address.
func slackLink(l Link) string {
	if l.Text == "" {
		return ""
	}
	return "<" + strings.ReplaceAll(l.URL, "&", "&amp;") + "|" + fit(l.Text, maxName, slackText) + ">"
}

// slackTime shows in each reader's own time zone.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
func slackTime(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", t.Unix(), utc(t))
}

func slackDate(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{date_short}|%s>", t.Unix(), utcDate(t))
}

// slackMailto is a link, because parse=none keeps Slack from making one.
func slackMailto(address string) string {
	return "<mailto:" + strings.ReplaceAll(address, "%", "%25") + "|" + slackText(address) + ">"
}
