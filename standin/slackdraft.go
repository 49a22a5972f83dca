package standin

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits in characters as they are sent: "&amp;" counts five
// (docs.slack.dev/reference/methods/chat.postMessage and
// docs.slack.dev/reference/block-kit). Slack cuts a post's longer text;
// polarbell cuts it before. Slack has msg_blocks_too_long but publishes no
// number for it: 13,000 characters over all blocks is a cautious guess.
const (
	maxText        = 40_000
	maxAttachments = 100
	maxBlockText   = 13_000
	maxBlocks      = 50
	maxSection     = 3_000
	maxFields      = 10
	maxField       = 2_000
	maxContext     = 10
)

// slackMessage is what polarbell sends of a message.
type slackMessage struct {
	Text        string            `json:"text"`
	Attachments []slackAttachment `json:"attachments"`
}

type slackAttachment struct {
	Color    string       `json:"color"`
	Fallback string       `json:"fallback"`
	Blocks   []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string      `json:"type"`
	Text     *slackText  `json:"text"`
	Fields   []slackText `json:"fields"`
	Elements []slackText `json:"elements"`
}

type slackText struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Verbatim bool   `json:"verbatim"`
}

// readDraft returns text and attachments, where the call names them. It checks
// everything that holds for posts, edits and incoming webhooks alike; others
// are the call's arguments beside the message. An edit that brings nothing is
// no_text as well.
func readDraft(args arguments, others ...string) (content map[string]any, refused *reply) {
	unknown := unmodelled(args, append(others, "text", "attachments", "parse")...)
	switch {
	case len(unknown) > 0:
		return nil, slackError("invalid_arguments", notModelled+"argument "+unknown[0])
	case args["parse"] != nil && args["parse"] != "none":
		return nil, slackError("invalid_arguments", notModelled+"any parse but none")
	}
	content = maps.Clone(args)
	maps.DeleteFunc(content, func(k string, _ any) bool { return k != "text" && k != "attachments" })
	var m slackMessage
	if problem := model(content, &m); problem != "" {
		return nil, slackError("invalid_attachments", problem)
	}
	return content, m.check()
}

func (m slackMessage) check() *reply {
	// Slack ignores an attachment without blocks beside a text, and refuses it
	// without one.
	shows := func(a slackAttachment) bool { return len(a.Blocks) > 0 }
	switch {
	case strings.TrimSpace(m.Text) == "" && !slices.ContainsFunc(m.Attachments, shows):
		return slackError("no_text")
	case utf8.RuneCountInString(m.Text) > maxText:
		return slackError("msg_too_long", fmt.Sprintf("%stext of more than %d characters, which Slack cuts", notModelled, maxText))
	case len(m.Attachments) > maxAttachments:
		return slackError("too_many_attachments")
	}
	var c blockCheck
	for i, a := range m.Attachments {
		c.blocks(a.Blocks, fmt.Sprintf("/attachments/%d/blocks", i))
	}
	switch {
	case len(c.problems) > 0:
		return slackError("invalid_attachments", c.problems...)
	case c.chars > maxBlockText:
		return slackError("msg_blocks_too_long")
	}
	return nil
}

// blockCheck collects what is wrong with a message's blocks, which are sections
// and contexts of mrkdwn text.
type blockCheck struct {
	problems []string
	chars    int // over all text
}

func (c *blockCheck) say(at, format string, a ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, a...)+" [json-pointer:"+at+"]")
}

func (c *blockCheck) blocks(list []slackBlock, at string) {
	if len(list) > maxBlocks {
		c.say(at, "[ERROR] no more than %d items allowed", maxBlocks)
	}
	for i, b := range list {
		c.block(b, fmt.Sprintf("%s/%d", at, i))
	}
}

func (c *blockCheck) block(b slackBlock, at string) {
	switch {
	case b.Type == "section" && b.Elements == nil:
		if b.Text == nil && b.Fields == nil {
			c.say(at, "[ERROR] missing required field: text")
		}
		if b.Text != nil {
			c.text(*b.Text, at+"/text", maxSection)
		}
		if b.Fields != nil {
			c.texts(b.Fields, at+"/fields", maxFields, maxField)
		}
	case b.Type == "context" && b.Text == nil && b.Fields == nil:
		c.texts(b.Elements, at+"/elements", maxContext, maxSection)
	default:
		c.say(at, notModelled+"a block of type %q with these fields", b.Type)
	}
}

// texts checks a list of at most n text objects.
func (c *blockCheck) texts(list []slackText, at string, n, limit int) {
	switch {
	case len(list) == 0:
		c.say(at, "[ERROR] no fewer than 1 items allowed")
	case len(list) > n:
		c.say(at, "[ERROR] no more than %d items allowed", n)
	}
	for i, t := range list {
		c.text(t, fmt.Sprintf("%s/%d", at, i), limit)
	}
}

func (c *blockCheck) text(t slackText, at string, limit int) {
	n := utf8.RuneCountInString(t.Text)
	switch {
	case t.Type != "mrkdwn":
		c.say(at, notModelled+"text of type %q", t.Type)
	case n == 0:
		c.say(at+"/text", "[ERROR] must be more than 0 characters")
	case n > limit:
		c.say(at+"/text", "[ERROR] must be less than %d characters", limit+1)
	}
	c.chars += n
}

// slackMention is what Slack turns into one: <!here>, <@U…>, <!subteam^S…>.
var slackMention = regexp.MustCompile(`<(?:!(?:channel|here|everyone|group|subteam\^[^|>]*)|@[^|>\s]+)(?:\|[^>]*)?>`)
