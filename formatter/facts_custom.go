package formatter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// filledIn is what the buyer answered at checkout, by the fields' names.
func (f *facts) filledIn() []Field {
	custom := f.invoice.CustomFieldData
	var fields []Field
	for _, slug := range slices.Sorted(maps.Keys(custom)) {
		if text := answer(custom[slug]); text != "" {
			fields = append(fields, Field{Name: inWords(strings.ReplaceAll(slug, "-", " ")), Text: text})
		}
	}
	return fields
}

// answer is a text, a number or a tick; anything else is no answer.
func answer(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return fmt.Sprint(v)
	case bool:
		return either(v, "Yes", "No")
	}
	return ""
}
