package config

import (
	"bytes"
	"unicode/utf8"
)

var byteOrderMark = []byte("\ufeff")

// notPlain says why a file's bytes are not text as every program reads it, or
// "". Editors on Windows write such files.
func notPlain(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")), bytes.IndexByte(text, 0) >= 0:
		return "is UTF-16; save it as UTF-8"
	case !utf8.Valid(text):
		return "is not UTF-8; save it as UTF-8"
	}
	return ""
}
