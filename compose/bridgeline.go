package compose

import (
	"fmt"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// atPolar has the endpoints of the organization, each with its deliveries.
var atPolar = formatter.Link{Text: "Open in Polar", URL: "https://" + dashboardHost + "/to/dashboard/settings/webhooks"}

// wordOff tells that no process of the bridge could take deliveries for a while.
func wordOff(c *formatter.Card, e polar.Bridge) {
	c.Key, c.Mark, c.Tone, c.Who = "off:"+stamp(e.At.Time), "⚠️", formatter.Red, ""
	c.Headline = headline("polarbell was off for "+Lasting(e.At.Sub(e.Since.Time)), "sales may be missing")
	c.Fields = []formatter.Field{
		{Name: "Off since", Times: []time.Time{e.Since.Time}},
		{Name: "What to do", Text: "Polar gives a delivery up after half an hour, and may switch the endpoint off after ten such events. " +
			"Look at the endpoint in Polar: enable it if it is off, and redeliver what failed."},
	}
	if e.Fetches {
		c.Fields[1].Text = "What Polar could not deliver is fetched and follows. What happened while it had the endpoint switched off is not: look at the sales in Polar."
	}
	c.Link = atPolar
}

// wordSilent tells that nothing comes from Polar although something should.
func wordSilent(c *formatter.Card, e polar.Bridge) {
	c.Key, c.Mark, c.Tone, c.Who = "silent:"+stamp(e.At.Time), "⚠️", formatter.Red, ""
	silence, usual := e.At.Sub(e.Since.Time), time.Duration(e.Usual)*time.Second
	c.Headline = headline("Nothing from Polar for "+Lasting(silence), "usually "+every(usual, silence))
	c.Fields = []formatter.Field{
		{Name: "Nothing since", Times: []time.Time{e.Since.Time}},
		{Name: "What to do", Text: "Look at the endpoint in Polar: it may be switched off, or its address or secret changed. " +
			"What happens while it is off is not sent later."},
	}
	c.Link = atPolar
}

// Lasting says how long something lasts: "8 hours", in days from two on.
func Lasting(d time.Duration) string {
	n, unit := inUnits(d)
	return plural(n, unit)
}

// every says how often something happens: "every hour", "every 40 minutes". The
// unit is left out where a time named before has the same.
func every(d, before time.Duration) string {
	n, unit := inUnits(d + roundsUp(d))
	_, same := inUnits(before)
	switch {
	case n == 1:
		return "every " + unit
	case unit == same:
		return fmt.Sprintf("every %d", n)
	}
	return fmt.Sprintf("every %d %ss", n, unit)
}

// roundsUp is half of the unit that inUnits counts in.
func roundsUp(d time.Duration) time.Duration {
	_, unit := inUnits(d)
	return map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[unit] / 2
}

// inUnits counts the largest unit of which there are enough to be exact.
func inUnits(d time.Duration) (n int, unit string) {
	switch {
	case d < time.Hour:
		return int(d / time.Minute), "minute"
	case d < 48*time.Hour:
		return int(d / time.Hour), "hour"
	}
	return int(d / (24 * time.Hour)), "day"
}
