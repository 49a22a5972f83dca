package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
	"polarbell/notifier"
)

type checkCommand struct {
	Send  bool     `help:"Post a test card to each destination but the public ones, or to those named."`
	Names []string `arg:"" optional:"" name:"name" help:"With --send: only these destinations. A public one has to be named."`
}

// eventsToSelect are those for Polar's webhook settings.
const eventsToSelect = "all of order, subscription and refund, and checkout.expired"

// Run reads the configuration and asks each destination whether it can be
// reached.
func (c checkCommand) Run(ctx context.Context, s Streams) error {
	settings, err := config.LoadBeside()
	if err != nil {
		if strings.Contains(err.Error(), "SLACK_BOT_TOKEN: ") {
			fmt.Fprintf(s.Out, "A Slack app with what polarbell needs, made by one link:\n%s\n", slackAppLink())
		}
		return usageError{err}
	}
	if settings.Destinations, err = named(settings.Destinations, c.Names); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if len(c.Names) > 0 && !c.Send {
		return usageError{errors.New("check: names belong to --send: polarbell check --send " + strings.Join(c.Names, " "))}
	}
	c.printSettings(s.Out, settings)
	refused := refusals(ctx, settings)
	for _, line := range refused {
		fmt.Fprintln(s.Out, "FAILS:", line)
	}
	clock := &clock{next: platforms()}
	destinations := senders(settings, clock)
	broken := 0
	for i, d := range destinations {
		if !c.check(ctx, s.Out, settings.Destinations[i].Platform, d) {
			broken++
		}
	}
	fits := comparePolar(ctx, s.Out, settings)
	line, right := clock.judge()
	fmt.Fprintln(s.Out, line)
	switch {
	case len(refused) > 0:
		return errors.New("the bridge could not start: see what FAILS above")
	case broken > 0:
		return fmt.Errorf("%d of %s cannot be reached", broken, count(len(destinations), "destination"))
	case !fits:
		return errors.New("the settings at Polar do not fit: see what FAILS above")
	case !right:
		return errors.New("this machine's clock is wrong")
	}
	return nil
}

// printSettings says what to enter in Polar, and what is probably a mistake.
func (c checkCommand) printSettings(w io.Writer, settings config.Config) {
	url := settings.BaseURL("https://YOUR-SERVER") + settings.Path // as Polar reaches it
	fmt.Fprintln(w, "The configuration is valid.")
	if settings.File != "" {
		fmt.Fprintf(w, "Settings come from the environment and from %s.\n", settings.File)
	}
	for _, warning := range settings.Warnings {
		fmt.Fprintln(w, "WARNING:", warning)
	}
	if isStateFolder(strings.TrimPrefix(string(settings.DatabaseURL), "sqlite:")) {
		fmt.Fprintf(w, "The journal's folder %s does not exist yet: the systemd unit makes it at its first start. To start polarbell otherwise, make it first.\n",
			stateFolder)
	}
	fmt.Fprintf(w, "In Polar, under Settings > Webhooks: URL %s, format Raw, events: %s.\n", url, eventsToSelect)
	printMatrix(w, settings)
}

// check prints the state of one destination and reports whether it can be
// reached.
func (c checkCommand) check(ctx context.Context, w io.Writer, kind config.Platform, d notifier.Destination) bool {
	posts := c.Send && (!d.Public || len(c.Names) > 0)
	line, err := ask(ctx, d, posts)
	if err != nil {
		fmt.Fprintf(w, "%s (%v): FAILS: %v. %s\n", d.Name, kind, err, d.Cure(err))
		return false
	}
	fmt.Fprintf(w, "%s (%v): %s\n", d.Name, kind, line)
	switch {
	case c.Send && !posts:
		fmt.Fprintf(w, "  Strangers read it, so it gets a test card only by its name: polarbell check --send %s\n", d.Name)
	case kind == config.Discord && !d.Public && !d.Anonymous:
		fmt.Fprintf(w, "  Everybody in its channel sees customers' e-mail addresses: if strangers can read it, set PUBLIC=%s\n", d.Name)
	}
	return true
}

func ask(ctx context.Context, d notifier.Destination, send bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*notifier.RequestTimeout)
	defer cancel()
	line, err := d.Sender.Check(ctx)
	if err != nil || !send {
		return line, err
	}
	_, err = d.Sender.Post(ctx, formatter.Message{Cards: []formatter.Card{compose.TestCard(time.Now())}})
	return "a test card was posted", err
}
