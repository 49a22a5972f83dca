package standin

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"unicode/utf8"
)

// Block Kit's limits (docs.slack.dev/reference/block-kit), in characters as
// they are sent: "&amp;" counts five.
const (
	maxHeader     = 150
	maxSection    = 3_000
	maxFields     = 10
	maxField      = 2_000
	maxContext    = 10
	maxActions    = 25
	maxButton     = 75
	maxButtonURL  = 3_000
	maxValue      = 2_000
	maxBlockID    = 255
	maxImageURL   = 3_000
	maxAltText    = 2_000
	maxImageTitle = 2_000
)

// blockCheck collects what is wrong with a message's blocks, and whom they
// mention.
type blockCheck struct {
	problems []string
	mentions []string
	ids      map[string]bool
	chars    int // over all text
	markdown int // over all markdown blocks
}

// blockRule is what is known of a block's type. A message may hold more types
// on the real Slack; none of them shows in older clients.
type blockRule struct {
	fields []string // beside type and block_id; any other is refused
	check  func(*blockCheck, map[string]any, string)
}

var blockRules = map[string]blockRule{
	"header":   {[]string{"text"}, (*blockCheck).header},
	"section":  {[]string{"text", "fields", "accessory", "expand"}, (*blockCheck).section},
	"context":  {[]string{"elements"}, (*blockCheck).context},
	"actions":  {[]string{"elements"}, (*blockCheck).actions},
	"image":    {[]string{"image_url", "alt_text", "title"}, (*blockCheck).image},
	"markdown": {[]string{"text"}, (*blockCheck).markdownBlock},
	"divider":  {nil, func(*blockCheck, map[string]any, string) {}},
}

func (c *blockCheck) say(at, format string, a ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] "+format, a...)+" [json-pointer:"+at+"]")
}

func (c *blockCheck) mention(text string) {
	c.mentions = append(c.mentions, mention.FindAllString(text, -1)...)
}

func (c *blockCheck) blocks(list []any, at string) {
	if len(list) > maxBlocks {
		c.say(at, "no more than %d items allowed", maxBlocks)
	}
	for i, v := range list {
		c.block(v, fmt.Sprintf("%s/%d", at, i))
	}
}

func (c *blockCheck) block(v any, at string) {
	m, ok := v.(map[string]any)
	if !ok {
		c.say(at, "must provide an object")
		return
	}
	kind, _ := m["type"].(string)
	if kind == "" {
		c.say(at, "missing required field: type")
		return
	}
	rule, ok := blockRules[kind]
	if !ok {
		c.say(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.known(m, at, append([]string{"type", "block_id"}, rule.fields...))
	if id := c.optional(m, "block_id", at, maxBlockID); id != "" {
		if c.ids[id] {
			c.say(at+"/block_id", "block_id already exists: %s", id)
		}
		c.ids[id] = true
	}
	rule.check(c, m, at)
}

// known refuses fields that the schema does not have.
func (c *blockCheck) known(m map[string]any, at string, fields []string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(fields, k) {
			c.say(at, "invalid additional property: %s", k)
		}
	}
}

func (c *blockCheck) header(m map[string]any, at string) {
	c.text(m["text"], at+"/text", maxHeader, "plain_text")
}

func (c *blockCheck) section(m map[string]any, at string) {
	if m["text"] == nil && m["fields"] == nil {
		c.say(at, "missing required field: text")
	}
	if m["text"] != nil {
		c.text(m["text"], at+"/text", maxSection, "plain_text", "mrkdwn")
	}
	if m["fields"] != nil {
		for i, v := range c.list(m, "fields", at, maxFields) {
			c.text(v, fmt.Sprintf("%s/fields/%d", at, i), maxField, "plain_text", "mrkdwn")
		}
	}
	if m["accessory"] != nil {
		c.element(m["accessory"], at+"/accessory", "image", "button")
	}
}

func (c *blockCheck) context(m map[string]any, at string) {
	for i, v := range c.list(m, "elements", at, maxContext) {
		c.element(v, fmt.Sprintf("%s/elements/%d", at, i), "image", "plain_text", "mrkdwn")
	}
}

func (c *blockCheck) actions(m map[string]any, at string) {
	for i, v := range c.list(m, "elements", at, maxActions) {
		c.element(v, fmt.Sprintf("%s/elements/%d", at, i), "button")
	}
}

func (c *blockCheck) markdownBlock(m map[string]any, at string) {
	n := utf8.RuneCountInString(c.required(m, "text", at, maxMarkdown))
	c.chars += n
	c.markdown += n
	if c.markdown > maxMarkdown && n <= maxMarkdown {
		c.say(at+"/text", "must be less than %d characters in all markdown blocks", maxMarkdown+1)
	}
}

// image is the block and, without a title, the element.
func (c *blockCheck) image(m map[string]any, at string) {
	c.link(c.required(m, "image_url", at, maxImageURL), at+"/image_url")
	c.required(m, "alt_text", at, maxAltText)
	if m["title"] != nil {
		c.text(m["title"], at+"/title", maxImageTitle, "plain_text")
	}
}

func (c *blockCheck) element(v any, at string, kinds ...string) {
	m, ok := v.(map[string]any)
	if !ok {
		c.say(at, "must provide an object")
		return
	}
	kind, _ := m["type"].(string)
	switch {
	case !slices.Contains(kinds, kind):
		c.say(at+"/type", "unsupported type: %s", kind)
	case kind == "image":
		c.known(m, at, []string{"type", "image_url", "alt_text"})
		c.image(m, at)
	case kind == "button":
		c.button(m, at)
	default:
		c.text(v, at, maxSection, kind)
	}
}

func (c *blockCheck) button(m map[string]any, at string) {
	c.known(m, at, []string{"type", "text", "url", "value", "action_id", "style", "accessibility_label"})
	c.text(m["text"], at+"/text", maxButton, "plain_text")
	if u := c.optional(m, "url", at, maxButtonURL); u != "" {
		c.link(u, at+"/url")
	}
	c.optional(m, "value", at, maxValue)
	c.optional(m, "action_id", at, maxBlockID)
	c.optional(m, "accessibility_label", at, maxButton)
	if style := c.optional(m, "style", at, maxButton); style != "" && style != "primary" && style != "danger" {
		c.say(at+"/style", "must be one of: primary, danger")
	}
}

// text checks a text object. Only mrkdwn is parsed for mentions.
func (c *blockCheck) text(v any, at string, limit int, kinds ...string) {
	m, ok := v.(map[string]any)
	if !ok {
		c.say(at, "must provide an object")
		return
	}
	kind, _ := m["type"].(string)
	if !slices.Contains(kinds, kind) {
		c.say(at+"/type", "unsupported type: %s", kind)
		return
	}
	s := c.required(m, "text", at, limit)
	c.chars += utf8.RuneCountInString(s)
	extra := "emoji"
	if kind == "mrkdwn" {
		extra = "verbatim"
		c.mention(s)
	}
	c.known(m, at, []string{"type", "text", extra})
	if b := m[extra]; b != nil && b != true && b != false {
		c.say(at+"/"+extra, "must be a boolean")
	}
}

func (c *blockCheck) list(m map[string]any, key, at string, limit int) []any {
	list, _ := m[key].([]any)
	switch {
	case len(list) == 0:
		c.say(at+"/"+key, "no fewer than 1 items allowed")
	case len(list) > limit:
		c.say(at+"/"+key, "no more than %d items allowed", limit)
	}
	return list
}

func (c *blockCheck) required(m map[string]any, key, at string, limit int) string {
	s := c.optional(m, key, at, limit)
	if m[key] == nil {
		c.say(at, "missing required field: %s", key)
	} else if m[key] == "" {
		c.say(at+"/"+key, "must be more than 0 characters")
	}
	return s
}

func (c *blockCheck) optional(m map[string]any, key, at string, limit int) string {
	s, ok := m[key].(string)
	if m[key] != nil && !ok {
		c.say(at+"/"+key, "must be a string")
	}
	if utf8.RuneCountInString(s) > limit {
		c.say(at+"/"+key, "must be less than %d characters", limit+1)
	}
	return s
}

func (c *blockCheck) link(s, at string) {
	if u, err := url.Parse(s); s != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		c.say(at, "must be a valid URL")
	}
}

// attachment checks the blocks within; of the older fields Slack refuses none.
func (c *blockCheck) attachment(v any, at string) {
	m, ok := v.(map[string]any)
	if !ok {
		c.say(at, "must provide an object")
		return
	}
	for _, k := range []string{"pretext", "text", "title"} {
		s, _ := m[k].(string)
		c.mention(s)
	}
	fields, _ := m["fields"].([]any)
	for _, f := range fields {
		field, _ := f.(map[string]any)
		s, _ := field["value"].(string)
		c.mention(s)
	}
	if m["blocks"] == nil {
		return
	}
	list, ok := m["blocks"].([]any)
	if !ok {
		c.say(at+"/blocks", "must provide an array")
	}
	c.blocks(list, at+"/blocks")
}
