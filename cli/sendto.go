package cli

import (
	"context"
	"fmt"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
	"polarbell/notifier"
)

// sendTo posts what deliveries say to one destination, so that a channel can be
// tried without the others. No bridge needs to run.
func (c sendCommand) sendTo(ctx context.Context, s Streams) error {
	settings, err := config.LoadForJournal()
	if err != nil {
		return usageError{err}
	}
	if settings.Destinations, err = named(settings.Destinations, []string{c.To}); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	bodies, err := c.bodies(s.In)
	if err != nil {
		return err
	}
	to := senders(settings, platforms())[0]
	cards, err := cardsOf(bodies, compose.Options{Sandbox: settings.Sandbox, Public: to.Public, Zone: settings.TimeZone})
	if err != nil {
		return fmt.Errorf("%s: %w", c.What, err)
	}
	return post(ctx, s, to, messageOf(cards))
}

// post says what was posted, or what a person should do.
func post(ctx context.Context, s Streams, to notifier.Destination, m formatter.Message) error {
	ctx, cancel := context.WithTimeout(ctx, notifier.RequestTimeout)
	defer cancel()
	if _, err := to.Sender.Post(ctx, m); err != nil {
		return fmt.Errorf("%s: %w. %s", to.Name, err, to.Cure(err))
	}
	for _, card := range m.Cards {
		fmt.Fprintf(s.Out, "posted to %s: %s\n", to.Name, formatter.Headline(card))
	}
	return nil
}
