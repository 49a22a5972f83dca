package compose

import (
	"maps"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// details are seats or units, where the buyer came from, and what the buyer
// filled in, which gives way where there is no room.
func (o *order) details() []formatter.Field {
	fields := []formatter.Field{
		{Name: "Seats", Text: number(o.Seats)}, {Name: o.unitNoun(), Text: number(o.Units)}, sourceField(o.Metadata),
	}
	return append(fields, customFields(o.CustomFieldData)...)
}

func (o *order) unitNoun() string {
	var prices []polar.Price
	if o.ProductPrice != nil {
		prices = append(prices, *o.ProductPrice)
	}
	return unitNoun(slices.Concat(prices, o.Product.AllPrices(), o.sub.Prices))
}

// unitNoun is what Polar's prices call several units, "Devices".
func unitNoun(prices []polar.Price) string {
	for _, p := range prices {
		if noun := p.UnitLabel["en"]["other"]; noun != "" {
			return capital(noun)
		}
	}
	return "Units"
}

// customFields are the first two answers of a buyer, by the fields' names.
func customFields(custom polar.Fields) []formatter.Field {
	const most = 2
	var fields []formatter.Field
	for _, slug := range slices.Sorted(maps.Keys(custom)) {
		if text := answer(custom[slug]); text != "" && len(fields) < most {
			fields = append(fields, formatter.Field{Name: polar.InWords(strings.ReplaceAll(slug, "-", " ")), Text: text})
		}
	}
	return fields
}

// answer is a text, a number as it was typed, or a tick.
func answer(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case polar.Number:
		return string(v)
	case bool:
		return either(v, "Yes", "No")
	}
	return ""
}

// sourceField is where a buyer came from, as Polar's checkout links note it.
// Source: polarsource/polar, docs/features/checkout/links.mdx.
func sourceField(metadata polar.Fields) formatter.Field {
	var parts []string
	for _, name := range []string{"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "reference_id"} {
		parts = append(parts, answer(metadata[name]))
	}
	return formatter.Field{Name: "Source", Text: listed(parts...)}
}

// period is what the order's lines bill, "1 to 30 Nov".
func (o *order) period() string {
	for _, item := range o.Items {
		if item.Start.IsZero() || item.End.IsZero() {
			continue
		}
		// The end is the first moment that the period does not hold.
		first, last := item.Start.UTC(), item.End.UTC().Add(-time.Second)
		if first.Month() == last.Month() && first.Year() == last.Year() {
			return first.Format("2") + " to " + day(last, o.happened(), time.UTC)
		}
		return day(first, o.happened(), time.UTC) + " to " + day(last, o.happened(), time.UTC)
	}
	return ""
}
