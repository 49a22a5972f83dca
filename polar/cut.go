package polar

import "bytes"

// cut takes a JSON object apart by its own members, the last of a name
// counting, and hands out their values raw. It looks at brackets and quotes
// only: a tenth of the cost of decoding, which checks the values anyway.
func cut(object []byte) map[string][]byte {
	members := make(map[string][]byte, 4)
	depth, start, colon := 0, 0, 0
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '"':
			i += textEnd(object[i:])
		case '{', '[':
			if depth++; depth == 1 {
				start, colon = i+1, 0
			}
		case ':':
			if depth == 1 {
				colon = i
			}
		case ',', '}', ']':
			if depth == 1 && colon > start {
				name := bytes.Trim(object[start:colon], "\" \t\r\n")
				members[string(name)] = bytes.TrimSpace(object[colon+1 : i])
				start = i + 1
			}
			if object[i] != ',' {
				depth--
			}
		}
	}
	return members
}

// textEnd is the index of the quote that ends the text b begins with.
func textEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(b)
}
