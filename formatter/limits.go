package formatter

import (
	"slices"
	"sort"
	"strings"

	"github.com/rivo/uniseg"
)

// Limits are in UTF-16 code units, the greatest of the ways to count that the
// platforms may use, and hold for the text as sent, escapes included.
const (
	// maxHeadline is our own: a phone's notification shows little more.
	maxHeadline = 120
	// maxTitle bounds an escaped headline. Discord's embed title takes 256:
	// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
	maxTitle = 200
	// maxName bounds a field's name. Discord takes 256.
	maxName = 30
	// maxFields is how many fields a card shows: two rows of two.
	maxFields = 4
	// maxTimes is how many times a field shows.
	maxTimes = 4
	// maxLink bounds an address. Discord takes 2,048, Slack 3,000.
	maxLink = 2000

	// discordCard is a tenth of the 6,000 characters that the embeds of a
	// message may have together, so that no edit of a message of ten overflows.
	discordCard = 600
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

// fits is size(s) <= limit, at once for what is short.
func fits(s string, limit int) bool {
	return len(s) <= limit || size(s) <= limit
}

// fit escapes as much of s as the limit holds; what it cuts ends in "…". It
// cuts before escaping, between what readers see as characters, and so never
// inside an escape, an emoji or an accented letter.
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

// clusterEnds are the places where s can be cut, the start first, for at most
// n clusters.
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

// share gives the most that each of several parts may have so that together
// they stay within the total: the longest are cut first.
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
