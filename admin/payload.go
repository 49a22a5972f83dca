package admin

import (
	"bytes"
	"encoding/json"
	"regexp"
)

// What nobody looks at a payload for, and nobody should read over a shoulder.
var (
	secretKey  = regexp.MustCompile(`(?i)secret|token|password|^(payment_processor_metadata|customer_ip_address|ip_address|key|display_key)$`)
	publicKey  = regexp.MustCompile(`_at$`) // a token's date is none
	secretText = regexp.MustCompile(`polar_[a-z]+_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=]+|xox[a-z]-[A-Za-z0-9-]+`)
)

const hidden = "(hidden)"

// payload is a delivery's body for people: indented, its keys sorted, without
// what is secret. A checkout's address holds its secret, so texts are searched
// as well.
func payload(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "(no JSON)"
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(redacted(value)); err != nil {
		return "(no JSON)"
	}
	return text.String()
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
