package formatter

import (
	"strings"
	"unicode/utf8"
)

// breaker stands where two characters must not be read as one token. It is put
// in after cleaning, which would drop it.
const breaker = "\u200b"

// slackText disarms mentions, links and emphasis in Slack's mrkdwn. There only
// & < > have an escape. For * _ ~ ` there is none, and a zero-width space
// counts as the edge of a word, so they become their look-alikes, except inside
// a word, where Slack leaves them alone (jane_doe@acme.com can be copied).
// https://docs.slack.dev/messaging/formatting-message-text
func slackText(s string) string {
	if !strings.ContainsAny(s, "&<>*_~`:@") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	start := true
	for i, r := range s {
		switch {
		case r == '>' && start:
			b.WriteString(breaker + "&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '`', isOneOf(r, "*_~") && !insideWord(s, i):
			b.WriteString(lookAlike(r))
		case isToken(s, i):
			b.WriteString(string(r) + breaker)
		default:
			b.WriteRune(r)
		}
		start = r == '\n'
	}
	return b.String()
}

func lookAlike(r rune) string {
	switch r {
	case '*':
		return "∗"
	case '_':
		return "ˍ"
	case '~':
		return "∼"
	default:
		return "ˋ"
	}
}

// slackQuote is slackText with every line marked as quoted.
func slackQuote(s string) string {
	return quoted(s, slackText)
}

// discordText escapes Discord's Markdown, where a backslash before anything
// but letters and digits makes it plain.
// https://support.discord.com/hc/en-us/articles/210298617
func discordText(s string) string {
	if !strings.ContainsAny(s, "\\*_~|`[]<>:@#-+.") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	line := 0 // where it starts
	for i, r := range s {
		switch {
		case isOneOf(r, "\\*_~|`[]<>"),
			isOneOf(r, "#-+") && i == line,
			r == '.' && i-line < 10 && isNumber(s[line:i]),
			r == ':' && isToken(s, i):
			b.WriteByte('\\')
			b.WriteRune(r)
		case isToken(s, i):
			b.WriteString(string(r) + breaker)
		default:
			b.WriteRune(r)
		}
		if r == '\n' {
			line = i + 1
		}
	}
	return b.String()
}

// discordQuote is discordText with every line marked as quoted.
func discordQuote(s string) string {
	return quoted(s, discordText)
}

// discordPlain is for a footer, which Discord shows without any Markdown.
func discordPlain(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		b.WriteRune(r)
		if r == '@' && isToken(s, i) {
			b.WriteString(breaker)
		}
	}
	return b.String()
}

func quoted(s string, escape func(string) string) string {
	if s == "" {
		return ""
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = "> " + escape(line)
	}
	return strings.Join(lines, "\n")
}

// isToken reports whether at i there starts what a platform would turn into
// something else: the "://" of an address, a ":smile:", an "@everyone".
func isToken(s string, i int) bool {
	rest := s[i+1:]
	switch s[i] {
	case ':':
		return strings.HasPrefix(rest, "//") || isShortcode(rest)
	case '@':
		return isCall(s[:i], rest)
	}
	return false
}

// isShortcode reports whether s starts as an emoji's name does behind its
// first colon: "smile:".
func isShortcode(s string) bool {
	for i := range len(s) {
		if s[i] == ':' {
			return i > 0
		}
		if !isWord(s[i]) && !isOneOf(rune(s[i]), "_+-'") {
			return false
		}
	}
	return false
}

// isCall reports whether an @ between before and after calls a crowd; an
// address at such a domain (jane@here.com) does not.
func isCall(before, after string) bool {
	for _, crowd := range []string{"everyone", "here", "channel"} {
		if len(after) < len(crowd) || !strings.EqualFold(after[:len(crowd)], crowd) {
			continue
		}
		address := before != "" && isWord(before[len(before)-1]) && strings.HasPrefix(after[len(crowd):], ".")
		return !address
	}
	return false
}

func insideWord(s string, i int) bool {
	return i > 0 && i+1 < len(s) && isWord(s[i-1]) && isWord(s[i+1])
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isOneOf(r rune, set string) bool {
	return r < utf8.RuneSelf && strings.IndexByte(set, byte(r)) >= 0
}
