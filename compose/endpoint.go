package compose

import (
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// endpointCard tells that the endpoint at Polar is switched off, by Polar or by a
// person, or that it is on again. Before are the cards that the event follows.
func endpointCard(t *timeline, c *formatter.Card, d *Entry, before []formatter.Card) {
	e := polar.Body(d.Body).EndpointEvent()
	since := ""
	if !e.Since.IsZero() {
		since = " since " + t.day(e.Since.Time, d.At) + " " + clock(e.Since.Time, t.zone)
	}
	c.Link = atPolar
	if d.Type == polar.EndpointOff {
		c.Key, c.Mark, c.Tone = "endpoint_off:"+stamp(d.At), "⚠️", formatter.Red
		c.Headline = "The endpoint at Polar is switched off · nothing comes any more"
		todo := "In Polar, under Settings > Webhooks, switch " + e.ID + " on. With the scope webhooks:write the bridge does so itself."
		if e.Again {
			todo = "The bridge has switched it on before: see at Polar how " + e.ID + " answers, then switch it on."
		}
		c.Fields = []formatter.Field{{Name: "What to do", Text: todo}}
		return
	}
	c.Key, c.Mark, c.Tone = "endpoint_on:"+stamp(d.At), "✅", formatter.Green
	c.Headline = "Polar’s endpoint is on again · sales" + since + " may be missing"
	todo := "What happened while it was off is not delivered: look at the sales in Polar."
	if e.ByUs {
		todo = "The bridge has switched it on. Polar switches one off after ten events in a row that were lost, and a person may. " + todo
	}
	c.Fields = []formatter.Field{{Name: "What to do", Text: todo}}
	if n := len(before); n > 0 && strings.HasPrefix(before[n-1].Key, "endpoint_off:") {
		before[n-1].Over = true
		mark(&before[n-1], "→ on again")
	}
}
