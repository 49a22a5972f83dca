package formatter

import (
	"strings"
	"unicode/utf8"
)

// breaker is a zero-width space. It separates two characters that a platform
// would read as one token. Cleaning removes it from strangers' texts.
const breaker = "\u200b"

// slackText removes the effect of mentions, links and emphasis in Slack's
// mrkdwn. Only & < > have an escape there. * _ ~ ` have none, and a zero-width
// space counts as the edge of a word, so these become characters that look the
// same. Inside a word Slack ignores them and they stay, so that
// jane_doe@acme.com can be copied.
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
			b.WriteString(lookAlikes[r])
		case isToken(s, i):
			b.WriteString(string(r) + breaker)
		default:
			b.WriteRune(r)
		}
		start = r == '\n'
	}
	return b.String()
}

var lookAlikes = map[rune]string{'*': "∗", '_': "ˍ", '~': "∼", '`': "ˋ"}

// discordText escapes Discord's Markdown: a backslash before anything but
// letters and digits makes it ordinary text.
// https://support.discord.com/hc/en-us/articles/210298617
func discordText(s string) string {
	if !strings.ContainsAny(s, "\\*_~|`[]<>:@#-+./") {
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
			r == ':' && isToken(s, i),
			r == '/' && isBehindDomain(s[:i]):
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

// discordPlain is for a footer, where Discord shows no Markdown.
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

// quoted escapes a text of several lines as a quotation.
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

// isToken reports whether a platform would replace what starts at i: the "://"
// of an address, a ":smile:", an "@everyone".
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

// isShortcode reports whether s starts with an emoji's name and a colon:
// "smile:".
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

// isBehindDomain reports whether s ends like a domain. Discord adds a preview of
// "discord.gg/abc" to a message also without "https://".
func isBehindDomain(s string) bool {
	name := strings.TrimRightFunc(s, func(r rune) bool { return r < utf8.RuneSelf && isWord(byte(r)) })
	return name != s && strings.HasSuffix(name, ".") && !isNumber(s[len(name):])
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

// cutAddress cuts s around an e-mail address. It does not find the address
// inside a longer one.
func cutAddress(s, address string) (before, after string, found bool) {
	before, after, found = strings.Cut(s, address)
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	longer := isAddressRune(last) || last == '@' || isAddressRune(first) || first == '@'
	return before, after, found && !longer
}
