package cli

import (
	"context"
	"fmt"
	"time"

	"polarbell/config"
	"polarbell/formatter"
	"polarbell/notifier"
)

type checkCommand struct {
	Send bool `help:"Post a test card to each destination."`
}

// Run reads the configuration and asks each destination whether it can be
// reached.
func (c checkCommand) Run(ctx context.Context, s Streams) error {
	settings, err := config.Load()
	if err != nil {
		return usageError{err}
	}
	destinations, err := senders(settings, platforms())
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "The configuration is well.")
	fmt.Fprintln(s.Out, "Tick in Polar: all of order.*, subscription.* and refund.*, and checkout.expired. Format: Raw.")
	broken := 0
	for _, d := range destinations {
		line, err := checkOne(ctx, d, c.Send)
		if err != nil {
			broken++
			line = fmt.Sprintf("FAILS: %v. %s", err, cure(d, err))
		}
		fmt.Fprintf(s.Out, "%s (%s): %s\n", d.Name, d.Platform, line)
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d destinations cannot be reached", broken, len(destinations))
	}
	return nil
}

func checkOne(ctx context.Context, d notifier.Destination, send bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*notifier.RequestTimeout)
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
	if f, ok := err.(*notifier.Fault); ok && f.Verdict == notifier.Broken {
		return notifier.Cure(d.Platform, f.Code)
	}
	return "Try again in a minute."
}
