package standin

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What a whole message may hold. The 13,000 characters over all blocks are our
// reading of msg_blocks_too_long, for which Slack publishes no number.
const (
	maxBlocks      = 50
	maxAttachments = 100
	maxBlockText   = 13_000
	maxMarkdown    = 12_000
)

// draft is the content of a message as a call brings it.
type draft struct {
	text                string
	blocks, attachments []any
	given               map[string]bool // which of the three the call names
	mentions            []string
}

// problem is why a message is refused.
type problem struct {
	code     string
	messages []string // where and why, with JSON pointers
}

func (p problem) reply() reply {
	a := slackError(p.code)
	if len(p.messages) > 0 {
		a.body = encode(map[string]any{
			"ok": false, "error": p.code, "errors": p.messages,
			"response_metadata": map[string]any{"messages": p.messages},
		})
	}
	return a
}

// readDraft checks a message against everything that holds for posts, edits
// and incoming webhooks alike. An edit that brings nothing is no_text as well.
func readDraft(args arguments) (draft, *problem) {
	d := draft{given: map[string]bool{}}
	for _, k := range []string{"text", "blocks", "attachments"} {
		d.given[k] = args.has(k)
	}
	if p := d.read(args); p != nil {
		return d, p
	}
	if strings.TrimSpace(d.text) == "" && len(d.blocks) == 0 && emptyAttachments(d.attachments) {
		return d, &problem{code: "no_text"}
	}
	if len(d.attachments) > maxAttachments {
		return d, &problem{code: "too_many_attachments"}
	}
	return d, d.check(args)
}

func (d *draft) read(args arguments) *problem {
	d.text = args.text("text")
	if md := args.text("markdown_text"); md != "" {
		if d.given["text"] || d.given["blocks"] {
			return &problem{code: "markdown_text_conflict"}
		}
		if utf8.RuneCountInString(md) > maxMarkdown {
			return &problem{code: "msg_too_long"}
		}
		d.text, d.given["text"] = md, true
	}
	var ok bool
	if d.blocks, ok = args.list("blocks"); !ok {
		return &problem{code: "invalid_blocks_format"}
	}
	if d.attachments, ok = args.list("attachments"); !ok {
		return &problem{code: "invalid_attachments"}
	}
	if v, ok := args.structure("metadata"); !ok || !validMetadata(v) {
		return &problem{code: "invalid_metadata_format"}
	}
	return nil
}

// check looks at the blocks, and at whom the message would call.
func (d *draft) check(args arguments) *problem {
	c := blockCheck{ids: map[string]bool{}}
	if args.text("mrkdwn") != "false" {
		c.mention(d.text)
	}
	if parse := args.text("parse"); truth(args.text("link_names")) || parse == "full" {
		c.mentions = append(c.mentions, atName.FindAllString(d.text, -1)...)
	}
	c.blocks(d.blocks, "/blocks")
	if len(c.problems) > 0 {
		return &problem{code: "invalid_blocks", messages: c.problems}
	}
	for i, v := range d.attachments {
		c.attachment(v, fmt.Sprintf("/attachments/%d", i))
	}
	if len(c.problems) > 0 {
		return &problem{code: "invalid_attachments", messages: c.problems}
	}
	if c.chars > maxBlockText {
		return &problem{code: "msg_blocks_too_long"}
	}
	d.mentions = c.mentions
	return nil
}

// onto is the message after the draft: what the draft does not name stays.
func (d draft) onto(old map[string]any) map[string]any {
	next := map[string]any{}
	maps.Copy(next, old)
	if d.given["text"] || old == nil {
		next["text"] = d.text
	}
	for k, list := range map[string][]any{"blocks": d.blocks, "attachments": d.attachments} {
		if d.given[k] {
			next[k] = list
		}
		if d.given[k] && len(list) == 0 {
			delete(next, k)
		}
	}
	return next
}

func emptyAttachments(list []any) bool {
	for _, v := range list {
		if m, ok := v.(map[string]any); !ok || len(m) > 0 {
			return false
		}
	}
	return true
}

// validMetadata is true for none, {} (which removes it from a message) and
// {"event_type": "…", "event_payload": {…}}.
func validMetadata(v any) bool {
	m, ok := v.(map[string]any)
	if v == nil || ok && len(m) == 0 {
		return true
	}
	kind, _ := m["event_type"].(string)
	_, payload := m["event_payload"].(map[string]any)
	return kind != "" && payload
}

func truth(s string) bool { return s == "true" || s == "1" }

// What Slack turns into a mention: <!here>, <@U…>, <!subteam^S…>; and with
// link_names also a bare @name.
var (
	mention = regexp.MustCompile(`<(?:!(?:channel|here|everyone|group|subteam\^[^|>]*)|@[^|>\s]+)(?:\|[^>]*)?>`)
	atName  = regexp.MustCompile(`@[\p{L}\p{N}_.-]+`)
)
