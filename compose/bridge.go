package compose

import (
	"fmt"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// bridgeCards tell what the bridge says: that a person must mend a destination,
// that nothing reaches it, that it works again, that Polar has a new kind of
// event, that the bridge was off, that nothing comes from Polar.
func bridgeCards(t *timeline) []formatter.Card {
	var cards []formatter.Card
	for _, d := range t.deliveries {
		if len(d.Body) == 0 {
			continue
		}
		if d.Type == polar.Digest {
			cards = append(cards, digestCard(d))
			continue
		}
		e := polar.Body(d.Body).DestinationEvent()
		c := formatter.Card{
			Kind: formatter.Bridge, Events: []formatter.Event{{Seq: d.Seq, Type: d.Type}}, Time: d.At, Who: e.ID,
		}
		destination := fmt.Sprintf("%s “%s”", e.Platform, e.ID)
		switch d.Type {
		case polar.Off:
			wordOff(&c, polar.Body(d.Body).Bridge())
		case polar.Silent:
			wordSilent(&c, polar.Body(d.Body).Bridge())
		case polar.EndpointOff, polar.EndpointOn:
			endpointCard(t, &c, d, cards)
		case polar.NewType:
			c.Key, c.Tone = "type:"+e.ID, formatter.Amber
			c.Headline = "New kind of event from Polar: " + e.ID
			c.Fields = []formatter.Field{{Name: "What to do", Text: "If people should hear of it, add " + e.ID + " to a destination in ROUTES."}}
		case polar.Recovered:
			c.Key, c.Mark, c.Tone = "works:"+stamp(d.At), "✅", formatter.Green
			c.Headline = headline(destination+" works again", waiting(e.Events, " follow"))
			if n := len(cards); n > 0 {
				cards[n-1].Over = true
				mark(&cards[n-1], "→ works again")
			}
		case polar.Unreachable:
			c.Key, c.Mark, c.Tone = "unreachable:"+stamp(d.At), "⚠️", formatter.Red
			c.Headline = headline(destination+" unreachable since "+clock(e.Since.Time, t.zone), waiting(e.Events, ""))
			c.Fields = []formatter.Field{{Name: "Cause", Text: e.Cause}, {Name: "What to do", Text: e.Cure}}
		default:
			c.Key, c.Mark, c.Tone = "parked:"+stamp(d.At), "⚠️", formatter.Red
			c.Headline = headline("No messages in "+destination+with(": ", lowercase(polar.InWords(e.Code))), waiting(e.Events, ""))
			c.Fields = []formatter.Field{{Name: "What to do", Text: e.Cure}}
			if n := len(cards); n > 0 && strings.HasPrefix(cards[n-1].Key, "unreachable:") {
				cards[n-1].Over = true
				mark(&cards[n-1], "→ stopped")
			}
		}
		cards = append(cards, c)
	}
	return cards
}

func waiting(events int64, follow string) string {
	if events == 0 {
		return ""
	}
	return fmt.Sprintf("%d waiting%s", events, follow)
}
