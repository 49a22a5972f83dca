package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
)

// printMatrix says in words what each destination gets of what may happen.
func printMatrix(w io.Writer, c config.Config) {
	fmt.Fprintln(w, "Who gets what, by ROUTES:")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name string, cell func(config.Destination) string) {
		cells := []string{"  " + name}
		for _, d := range c.Destinations {
			cells = append(cells, cell(d))
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	row("", heading)
	for _, kind := range compose.Kinds {
		row(string(kind), func(d config.Destination) string { return gets(d, kind, c.Cards) })
	}
	if slices.ContainsFunc(c.Destinations, func(d config.Destination) bool { return len(d.Routes.Others()) > 0 }) {
		row("also", func(d config.Destination) string { return strings.Join(d.Routes.Others(), ", ") })
	}
	_ = table.Flush() // fails as the lines around it do
	for _, d := range c.Destinations {
		for _, call := range d.Calls {
			fmt.Fprintf(w, "%s calls %s for: %s\n", d.Name, call.Who, call.For)
		}
	}
	printDigests(w, c)
	printThresholds(w, c.Destinations)
}

// printDigests says when each digest comes.
func printDigests(w io.Writer, c config.Config) {
	for _, d := range c.Destinations {
		for _, digest := range d.Digests {
			fmt.Fprintf(w, "%s gets a digest %s, by the clock of %s\n", d.Name, digest, c.TimeZone)
		}
	}
}

func heading(d config.Destination) string {
	switch {
	case d.Public:
		return d.Name + " (public)"
	case d.Anonymous:
		return d.Name + " (anonymous)"
	}
	return d.Name
}

// gets is what a destination gets of a kind. Strangers get what was bought, and
// an incoming webhook nothing that is under way, since it cannot delete that.
func gets(d config.Destination, kind formatter.Kind, edits bool) string {
	switch {
	case d.Public && kind != formatter.Sale && kind != formatter.Subscriber:
		return "no"
	case d.Platform == config.SlackWebhook && kind == formatter.Waiting && edits:
		return "no"
	}
	return d.Routes.Words(kind)
}

// printThresholds says what a condition on the amount lets through.
func printThresholds(w io.Writer, all []config.Destination) {
	for _, d := range all {
		for _, pattern := range d.Routes.Thresholds() {
			fmt.Fprintf(w, "%s: %s compares only the currencies it names. What is in another one is always shown: name that too, as in [amount>=100usd/90eur].\n",
				d.Name, pattern)
		}
	}
}
