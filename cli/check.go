package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
	"polarbell/notifier"
)

type checkCommand struct {
	Send bool `help:"Post a test card to each destination."`
}

// eventsToSelect are those for Polar's webhook settings.
const eventsToSelect = "all of order, subscription and refund, and checkout.expired"

// Run reads the configuration and asks each destination whether it can be
// reached.
func (c checkCommand) Run(ctx context.Context, s Streams) error {
	settings, err := config.Load()
	if err != nil {
		return usageError{err}
	}
	clock := &clock{next: platforms()}
	destinations := senders(settings, clock)
	url := settings.BaseURL("https://YOUR-SERVER") + settings.Path // as Polar reaches it
	fmt.Fprintln(s.Out, "The configuration is valid.")
	fmt.Fprintf(s.Out, "In Polar, under Settings > Webhooks: URL %s, format Raw, events: %s.\n", url, eventsToSelect)
	broken := 0
	for i, d := range destinations {
		if !c.check(ctx, s.Out, settings.Destinations[i], d) {
			broken++
		}
	}
	line, right := clock.judge()
	fmt.Fprintln(s.Out, line)
	switch {
	case broken > 0:
		return fmt.Errorf("%d of %d destinations cannot be reached", broken, len(destinations))
	case !right:
		return errors.New("this machine's clock is wrong")
	}
	return nil
}

// check prints the state of one destination and reports whether it can be
// reached.
func (c checkCommand) check(ctx context.Context, w io.Writer, settings config.Destination, d notifier.Destination) bool {
	line, err := ask(ctx, d, c.Send)
	if err != nil {
		fmt.Fprintf(w, "%s (%v): FAILS: %v. %s\n", d.Name, settings.Platform, err, d.Cure(err))
		return false
	}
	fmt.Fprintf(w, "%s (%v): %s\n", d.Name, settings.Platform, line)
	if settings.Platform == config.Discord && !d.Public {
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
