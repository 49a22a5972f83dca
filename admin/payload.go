package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Keys and texts whose values are hidden.
var (
	secretKey = regexp.MustCompile(`(?i)secret|token|password|^(payment_processor_metadata|customer_ip_address|ip_address|key|display_key)$`)
	publicKey = regexp.MustCompile(`_at$`) // a token's date is not secret
	// direction marks would turn around what stands behind them.
	direction  = regexp.MustCompile(`[\x{061c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`)
	secretText = regexp.MustCompile(`polar_[a-z]+_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=]+|xox[a-z]-[A-Za-z0-9-]+`)
)

const hidden = "(hidden)"

// payload formats a delivery's body for people: indented, with sorted keys and
// without secrets. A checkout's address contains its secret, so texts are
// searched as well.
func payload(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "(not JSON)"
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(redacted(value)) // it was JSON: cannot fail
	return direction.ReplaceAllStringFunc(text.String(), func(mark string) string {
		r, _ := utf8.DecodeRuneInString(mark)
		return fmt.Sprintf(`\u%04x`, r)
	})
}

func redacted(value any) any {
	switch v := value.(type) {
	case string:
		return secretText.ReplaceAllString(v, hidden)
	case []any:
		for i := range v {
			v[i] = redacted(v[i])
		}
	case map[string]any:
		for key, inner := range v {
			if inner != nil && secretKey.MatchString(key) && !publicKey.MatchString(key) {
				v[key] = hidden
			} else {
				v[key] = redacted(inner)
			}
		}
	}
	return value
}
