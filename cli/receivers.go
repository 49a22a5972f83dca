package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
)

// printReceivers says which of the destinations would get cards of these
// deliveries. Without settings there is nobody to name.
func printReceivers(w io.Writer, bodies [][]byte, o compose.Options) {
	settings, err := config.LoadForJournal()
	switch {
	case err != nil:
		fmt.Fprintln(w, "\nWho would get it is not known: the settings have mistakes, which polarbell check names.")
		return
	case len(settings.Destinations) == 0:
		return
	}
	var get, not []string
	for _, d := range settings.Destinations {
		if n := wanted(d, bodies, o); n == 0 {
			not = append(not, d.Name)
		} else {
			get = append(get, heading(d))
		}
	}
	fmt.Fprintln(w)
	if len(get) > 0 {
		fmt.Fprintf(w, "Would go to: %s.\n", strings.Join(get, ", "))
	}
	if len(not) > 0 {
		fmt.Fprintf(w, "Not to: %s.\n", strings.Join(not, ", "))
	}
}

// wanted counts the cards that a destination would get.
func wanted(d config.Destination, bodies [][]byte, o compose.Options) int {
	o.Public, o.Anonymous = d.Public, d.Anonymous
	cards, err := cardsOf(bodies, o)
	if err != nil {
		return 0 // nothing that strangers may read
	}
	return len(slices.DeleteFunc(cards, func(c formatter.Card) bool {
		isUnderWay := c.Open || c.Kind == formatter.Waiting
		return c.To != d.Name && !d.Routes.Wants(c) || isUnderWay && d.Platform == config.SlackWebhook
	}))
}
