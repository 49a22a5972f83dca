package formatter

import (
	"strings"
	"unicode"
)

// A stranger may have typed any text of a card. It is cleaned first and escaped
// for its platform last, so that it shows as typed and has no effect.

const (
	// maxMarks is how many combining marks and joiners may follow a character:
	// enough for every script and emoji, too few to smear over other lines.
	maxMarks = 4
	// longestText bounds the work. Every platform's limit is lower.
	longestText = 5000
)

// Clean is a stranger's text as messages show it in one line.
func Clean(s string) string { return clean(s) }

// clean makes one line of s. It removes control, direction and invisible
// characters and white space at the ends; other white space becomes one space.
func clean(s string) string {
	return scrub(s, false)
}

// cleanLines is clean for a text of several lines. It removes blank lines.
func cleanLines(s string) string {
	return scrub(s, true)
}

func scrub(s string, lines bool) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(min(len(s), longestText))
	var gap byte
	marks, written := 0, 0
	for _, r := range s {
		switch {
		case lines && isBreak(r):
			gap = '\n'
		case isBlank(r):
			if gap == 0 {
				gap = ' '
			}
		case isMark(r):
			if marks++; marks <= maxMarks && gap == 0 && written > 0 {
				b.WriteRune(r)
			}
		case isShown(r):
			if gap != 0 && written > 0 {
				b.WriteByte(gap)
			}
			gap, marks = 0, 0
			b.WriteRune(r)
			if written++; written > longestText {
				return b.String()
			}
		}
	}
	return b.String()
}

// plainASCII reports whether cleaning would change nothing.
func plainASCII(s string) bool {
	blank := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || blank && s[i] == ' ' {
			return false
		}
		blank = s[i] == ' '
	}
	return len(s) > 0 && !blank && len(s) <= longestText
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// isBlank includes the letters that show nothing: Hangul's fillers and the empty
// Braille pattern.
func isBlank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return true
	}
	return unicode.IsSpace(r)
}

// isMark reports whether r modifies the character before it. The two joiners
// are needed by emoji and several scripts.
func isMark(r rune) bool {
	return r == '\u200c' || r == '\u200d' || r >= '\u0300' && unicode.In(r, unicode.Mn, unicode.Me)
}

// isShown is false for control and format characters, private use and code
// points that are not characters.
func isShown(r rune) bool {
	return r >= ' ' && r <= '~' || r > '~' && !unicode.In(r, unicode.C) && r&0xfffe != 0xfffe
}
