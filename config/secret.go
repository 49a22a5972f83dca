package config

import (
	"fmt"
	"io"
)

// Secret is a value that nobody may read in a log or an error: whatever prints
// or encodes it writes "[secret]". string(s) is the value itself.
type Secret string

func (s Secret) hidden() string {
	if s == "" {
		return "" // so that one sees whether it is set
	}
	return "[secret]"
}

// Format hides the value from every verb of fmt, "%#v" and "%x" included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.hidden()) }

// MarshalText hides the value from log/slog and from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.hidden()), nil }
