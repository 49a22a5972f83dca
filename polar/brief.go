package polar

import "encoding/json"

// Encode is the brief as the journal keeps it.
func (b Brief) Encode() string {
	text, err := json.Marshal(b)
	if err != nil || string(text) == "{}" { // err is always nil: no field can fail
		return ""
	}
	return string(text)
}

// DecodeBrief reads what Encode wrote. What is no brief, such as one of a later
// release, tells nothing.
func DecodeBrief(text string) Brief {
	var b Brief
	if text != "" {
		_ = json.Unmarshal([]byte(text), &b)
	}
	return b
}
