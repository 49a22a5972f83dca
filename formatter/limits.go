package formatter

import (
	"slices"
	"sort"
	"strings"

	"github.com/rivo/uniseg"
)

// Limits count UTF-16 code units of the text as sent, escapes included. No
// platform counts a text as longer than that.
const (
	// maxHeadline is our own limit: a phone's notification shows even less.
	maxHeadline = 120
	// maxMark is enough for one emoji, also for one made of several.
	maxMark = 16
	// maxTitle bounds an escaped headline. Discord's embed title takes 256:
	// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
	maxTitle = 200
	// maxName bounds a field's name, a prefix and a link's text. Discord takes
	// 256 for a name.
	maxName = 30
	// maxFields is the number of fields of a card: two rows of two.
	maxFields = 4
	// maxTimes is the number of times in a field.
	maxTimes = 4
	// maxLink bounds an address, so that ten of them leave room in a message.
	maxLink = 500

	// discordCard is a tenth of the 6,000 characters that the embeds of a
	// message may have together, so that an edit of one of ten always fits.
	discordCard = 600
	// discordAlone is the room of a card that has a message for itself, below the
	// 1,024 characters that a field takes. A message never gets more cards than it
	// was posted with, so an edit fits too.
	discordAlone = 1000
	// maxMention is the room for who is called: twenty IDs.
	maxMention = 600

	// discordContent is the most that a message's content takes:
	// https://discord.com/developers/docs/resources/webhook#execute-webhook
	discordContent = 2000

	// slackCard keeps a message of ten below some 13,000 characters, where
	// Slack begins to answer msg_blocks_too_long; it publishes no number. A
	// section takes 3,000 and a field 2,000:
	// https://docs.slack.dev/reference/block-kit/blocks/section-block
	slackCard = 1000
	// slackMessage is the most text that chat.update takes (msg_too_long):
	// https://docs.slack.dev/reference/methods/chat.update
	slackMessage = 4000
)

const ellipsis = "…"

// size counts UTF-16 code units.
func size(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// fits reports whether size(s) <= limit. A short text is not counted.
func fits(s string, limit int) bool {
	return len(s) <= limit || size(s) <= limit
}

// fit escapes as much of s as the limit allows. A text that it cuts ends in "…".
// It cuts before it escapes, and between grapheme clusters, so it never cuts an
// escape, an emoji or an accented letter in two.
func fit(s string, limit int, escape func(string) string) string {
	if escaped := escape(s); fits(escaped, limit) {
		return escaped
	}
	ends := clusterEnds(s, limit)
	head := func(k int) string {
		return escape(strings.TrimRight(s[:ends[k]], " \n") + ellipsis)
	}
	n := sort.Search(len(ends), func(k int) bool { return !fits(head(k), limit) })
	if n == 0 {
		return ""
	}
	return head(n - 1)
}

// clusterEnds are the offsets where s can be cut, from 0 on, for at most n
// grapheme clusters.
func clusterEnds(s string, n int) []int {
	ends := []int{0}
	state, rest := -1, s
	for len(rest) > 0 && len(ends) <= n {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		ends = append(ends, ends[len(ends)-1]+len(cluster))
	}
	return ends
}

// share is the greatest size for each part with which all parts together fit
// into the total. Only parts longer than that are cut.
func share(sizes []int, total int) int {
	slices.Sort(sizes)
	for i, n := range sizes {
		if fair := total / (len(sizes) - i); n > fair {
			return fair
		}
		total -= n
	}
	return total + slices.Max(append(sizes, 0))
}

func same(s string) string { return s }
