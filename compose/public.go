package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
)

// public leaves of the cards what strangers may read: that somebody bought or
// subscribed to a product, and nothing else. Whatever comes after the sale
// leaves such a card as it is.
func (c *composer) public(cards []formatter.Card) []formatter.Card {
	var public []formatter.Card
	for _, card := range cards {
		if pattern := c.publicWords(card); pattern != "" {
			public = append(public, formatter.Card{
				Key: card.Key, Kind: card.Kind, Events: card.Events, Time: card.Time, Product: card.Product, Country: card.Country,
				Facts: card.Facts, Mark: "🎉", Tone: formatter.Green,
				Headline: "Someone" + with(" in ", withArticle(card.Country)) + pattern + short(card.Product),
			})
		}
	}
	return public
}

// publicWords is "" for what is not for strangers. With a card for each event,
// order.paid alone tells of a sale.
func (c *composer) publicWords(card formatter.Card) string {
	if c.PerEvent && !slices.ContainsFunc(card.Events, func(e formatter.Event) bool { return e.Type == "order.paid" }) {
		return ""
	}
	switch card.Kind {
	case formatter.Sale:
		if card.Product == "" {
			return " bought something"
		}
		return " bought "
	case formatter.Subscriber:
		if strings.HasPrefix(card.Key, "again:") {
			return ""
		}
		if card.Product == "" {
			return " subscribed"
		}
		return " subscribed to "
	}
	return ""
}

// withArticle is a country's name as it stands in a sentence.
func withArticle(country string) string {
	for _, part := range []string{"United ", " Islands", " Republic", "Netherlands", "Philippines", "Bahamas", "Maldives", "Gambia", "Isle of ", "Territor", "Comoros", "Seychelles"} {
		if strings.Contains(country, part) {
			return "the " + country
		}
	}
	return country
}
