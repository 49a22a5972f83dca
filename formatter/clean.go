package formatter

import (
	"strings"
	"unicode"
)

// Every text of a card may hold what a stranger typed: it is cleaned first and
// escaped for its platform last, and so shows as typed and does nothing.

const (
	// maxMarks is how many combining marks and joiners may follow a character:
	// enough for every script and emoji, too few to smear over other lines.
	maxMarks = 4
	// longestText bounds the work; every limit of a platform is below it.
	longestText = 5000
)

// clean makes one line of s: no control, direction or invisible characters,
// any white space one space, none at the ends.
func clean(s string) string {
	return scrub(s, false)
}

// cleanLines is clean for text of several lines; blank lines are left out.
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

// plainASCII reports that cleaning would change nothing.
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

// isBlank includes the letters that have no ink: Hangul's fillers and the
// empty Braille pattern.
func isBlank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return true
	}
	return unicode.IsSpace(r)
}

// isMark tells what modifies the character before it; the two joiners hold
// emoji and several scripts together.
func isMark(r rune) bool {
	return r == '\u200c' || r == '\u200d' || r >= '\u0300' && unicode.In(r, unicode.Mn, unicode.Me)
}

// isShown is false for controls, direction and other format characters,
// private use and what is no character.
func isShown(r rune) bool {
	return r >= ' ' && r <= '~' || r > '~' && !unicode.In(r, unicode.C) && r&0xfffe != 0xfffe
}
