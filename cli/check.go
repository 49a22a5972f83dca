package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"polarbell/config"
	"polarbell/formatter"
	"polarbell/notifier"
)

type checkCommand struct {
	Send bool `help:"Post a test card to each destination."`
}

// ticks are the events to choose in Polar's webhook settings.
const ticks = "all of order, subscription and refund, and checkout.expired"

// Run reads the configuration and asks each destination whether it can be
// reached.
func (c checkCommand) Run(ctx context.Context, s Streams) error {
	settings, err := config.Load()
	if err != nil {
		return usageError{err}
	}
	clock := &clock{next: platforms()}
	destinations, err := senders(settings, clock)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "The configuration is well.")
	fmt.Fprintf(s.Out, "In Polar, under Settings > Webhooks: URL %s, format Raw, events: %s.\n", webhookURL(settings), ticks)
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

// webhookURL is where Polar reaches the bridge, as far as the settings tell.
func webhookURL(c config.Config) string {
	if c.TLSDomain == "" {
		return "https://YOUR-SERVER" + c.Path
	}
	return "https://" + c.TLSDomain + c.Path
}

// check prints what became of one destination, and whether it is well.
func (c checkCommand) check(ctx context.Context, w io.Writer, settings config.Destination, d notifier.Destination) bool {
	line, err := ask(ctx, d, c.Send)
	if err != nil {
		fmt.Fprintf(w, "%s (%v): FAILS: %v. %s\n", d.Name, settings.Platform, err, cure(d, err))
		return false
	}
	fmt.Fprintf(w, "%s (%v): %s\n", d.Name, settings.Platform, line)
	if settings.Platform == config.Discord && !d.Public {
		fmt.Fprintf(w, "  Who can read its channel sees customers' e-mail addresses: if strangers can, set PUBLIC=%s\n", d.Name)
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
	_, err = d.Sender.Post(ctx, []formatter.Card{{
		Headline: "SAMPLE · polarbell reaches this channel", Tone: formatter.Blue, Time: time.Now(),
		Note: "Posted by polarbell check. Real events follow as they happen.",
	}})
	return "a test card was posted", err
}

func cure(d notifier.Destination, err error) string {
	var f *notifier.Fault
	switch {
	case !errors.As(err, &f) || f.Verdict != notifier.Broken:
		return "Try again in a minute."
	case f.Code == "not_in_channel" && f.Detail != "":
		return "Invite the app: /invite @polarbell in " + f.Detail
	}
	return notifier.Cure(d.Platform, f.Code)
}
