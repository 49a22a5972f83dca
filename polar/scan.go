package polar

import (
	"encoding/json"
	"math/bits"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// scanner walks one JSON text and checks what it passes as strictly as
// encoding/json does, in a third of its time: a buyer waits for every
// delivery's check. What it hands out are parts of the text, not copies.
type scanner struct {
	text  string
	at    int
	depth int
	bad   bool // the text is no JSON; nothing more is handed out
}

// newScanner takes the bytes for a text as they are: a copy of each delivery was
// a third of all that the bridge allocated.
func newScanner(text []byte) scanner {
	return scanner{text: unsafe.String(unsafe.SliceData(text), len(text))}
}

// maxDepth is encoding/json's.
const maxDepth = 10_000

// whole passes one value by read and tells whether that was the whole text.
func (s *scanner) whole(read func()) bool {
	s.space()
	read()
	s.space()
	return !s.bad && s.at == len(s.text)
}

func (s *scanner) fail() { s.bad, s.at = true, len(s.text) }

// next is the coming character; 0 at the end, which starts no value.
func (s *scanner) next() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// take passes one character, and fails at any other one.
func (s *scanner) take(c byte) {
	if s.next() != c {
		s.fail()
		return
	}
	s.at++
}

// value passes a value of any kind.
func (s *scanner) value() {
	switch c := s.next(); c {
	case '{':
		for more := s.enter('{', '}'); more; more = s.more('}') {
			s.quoted()
			s.colon()
			s.value()
		}
	case '[':
		for more := s.enter('[', ']'); more; more = s.more(']') {
			s.value()
		}
	case '"':
		s.quoted()
	case 't':
		s.word("true")
	case 'f':
		s.word("false")
	case 'n':
		s.word("null")
	default:
		s.number()
	}
}

// raw passes a value of any kind and returns its text.
func (s *scanner) raw() string {
	start := s.at
	s.value()
	if s.bad {
		return ""
	}
	return s.text[start:s.at]
}

// object calls member at each value, which member passes.
func (s *scanner) object(member func(name string)) {
	for more := s.enter('{', '}'); more; more = s.more('}') {
		name := s.quoted().text()
		s.colon()
		if !s.bad {
			member(name)
		}
	}
}

// array calls element at each value, which element passes.
func (s *scanner) array(element func()) {
	for more := s.enter('[', ']'); more; more = s.more(']') {
		element()
	}
}

// enter begins an object or an array; it is false if nothing is in it.
func (s *scanner) enter(open, end byte) bool {
	s.take(open)
	if s.depth++; s.depth > maxDepth {
		s.fail()
	}
	s.space()
	if s.next() == end {
		s.at++
		s.depth--
		return false
	}
	return !s.bad
}

// more passes what follows a value of an object or an array; it is false at
// the end.
func (s *scanner) more(end byte) bool {
	s.space()
	if s.next() == end {
		s.at++
		s.depth--
		return false
	}
	s.take(',')
	s.space()
	return !s.bad
}

func (s *scanner) colon() {
	s.space()
	s.take(':')
	s.space()
}

// quote is what stands between the quotes of a text.
type quote struct {
	raw   string
	plain bool // ASCII without escapes: the raw text is the text itself
}

func (s *scanner) quoted() quote {
	s.take('"')
	start, plain := s.at, true
	for s.at = ordinary(s.text, s.at); s.at < len(s.text); s.at = ordinary(s.text, s.at) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return quote{s.text[start : s.at-1], plain}
		case c == '\\':
			plain = false
			s.at += escaped(s.text[s.at:])
			if s.at > len(s.text) {
				s.fail()
			}
		case c >= utf8.RuneSelf:
			plain = false
			s.at++
		default:
			s.fail()
		}
	}
	s.fail()
	return quote{}
}

// ordinary returns where the characters end that stand for themselves in a
// text: ASCII but for controls, quotes and backslashes. It looks at eight at a
// time; of those flagged, the first is sure.
func ordinary(text string, at int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; at+8 <= len(text); at += 8 {
		t := text[at : at+8]
		x := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		quotes, slashes := x^ones*'"', x^ones*'\\'
		if odd := (x | (x - ones*' ') | (quotes - ones) | (slashes - ones)) & highs; odd != 0 {
			return at + bits.TrailingZeros64(odd)/8
		}
	}
	for ; at < len(text); at++ {
		if c := text[at]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return at
}

// escaped is the length of the escape that text begins with, and more than the
// text's if there is none such.
func escaped(text string) int {
	none := len(text) + 1
	if len(text) < 2 {
		return none
	}
	if strings.IndexByte(`"\/bfnrt`, text[1]) >= 0 {
		return 2
	}
	const long = len(`\u0000`)
	if text[1] != 'u' || len(text) < long || strings.Trim(text[2:long], "0123456789abcdefABCDEF") != "" {
		return none
	}
	return long
}

func (q quote) text() string {
	if q.plain || (strings.IndexByte(q.raw, '\\') < 0 && utf8.ValidString(q.raw)) {
		return q.raw
	}
	var text string
	_ = json.Unmarshal([]byte(`"`+q.raw+`"`), &text) // quoted has checked it
	return text
}

func (s *scanner) word(word string) {
	if !strings.HasPrefix(s.text[s.at:], word) {
		s.fail()
		return
	}
	s.at += len(word)
}

func (s *scanner) number() {
	if s.next() == '-' {
		s.at++
	}
	if s.next() == '0' {
		s.at++
	} else {
		s.digits()
	}
	if s.next() == '.' {
		s.at++
		s.digits()
	}
	if c := s.next(); c == 'e' || c == 'E' {
		s.at++
		if c := s.next(); c == '+' || c == '-' {
			s.at++
		}
		s.digits()
	}
}

// digits passes one or more.
func (s *scanner) digits() {
	start := s.at
	for c := s.next(); '0' <= c && c <= '9'; c = s.next() {
		s.at++
	}
	if s.at == start {
		s.fail()
	}
}
