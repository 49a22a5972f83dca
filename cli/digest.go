package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/polar"
	"polarbell/reporter"
)

type digestCommand struct {
	Period string `enum:",day,week" default:"" placeholder:"day|week" help:"The last whole day or week, as it is sent. Default: today so far."`
	Send   string `placeholder:"NAME" help:"Post it to this destination, past DIGEST."`
}

// Run prints how a day or a week went, or posts it to one destination.
func (c digestCommand) Run(ctx context.Context, s Streams) error {
	settings, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	to := config.Destination{}
	if c.Send != "" {
		if settings.Destinations, err = named(settings.Destinations, []string{c.Send}); err != nil {
			return fmt.Errorf("digest: %w", err)
		}
		if to = settings.Destinations[0]; to.Public {
			return usageError{fmt.Errorf("digest: strangers read %s, and a digest tells how the business goes", to.Name)}
		}
	}
	card, err := c.card(ctx, s, j, settings, to)
	if err != nil {
		return err
	}
	m := formatter.Message{Cards: []formatter.Card{card}}
	if c.Send != "" {
		return post(ctx, s, senders(settings, platforms())[0], m)
	}
	_, err = fmt.Fprint(s.Out, formatter.Text(m))
	return err
}

// card is the digest as the destination gets it, or, of no destination, of all
// that is known.
func (c digestCommand) card(ctx context.Context, s Streams, j *journal.Journal, settings config.Config, to config.Destination) (formatter.Card, error) {
	log := logger(s.Err, settings)
	r := reporter.New(j, reporting(settings, ordersOf(j, settings, log), log))
	d, now := digestOf(settings, to, config.Digest{Weekly: c.Period == polar.Week}), time.Now()
	look := r.Digest
	if c.Period == "" {
		look = r.Today
	}
	e, known, err := look(ctx, d, now)
	switch {
	case err != nil:
		return formatter.Card{}, err
	case !known:
		return formatter.Card{}, errors.New("digest: no order is known of that time yet")
	}
	cards, err := cardsOf([][]byte{polar.OwnBody(polar.Digest, now, e)}, compose.Options{
		Sandbox: settings.Sandbox, Anonymous: to.Anonymous,
	})
	if err != nil {
		return formatter.Card{}, err
	}
	return cards[0], nil
}
