package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"polarbell/journal"
	"polarbell/notifier"
)

type forgetCommand struct {
	Who string `arg:"" name:"email|customer-id" help:"The person's e-mail address, or Polar's customer ID."`
}

// Run removes a person from the journal, then our messages about them from the
// channels. What an earlier run could not clear it tries again.
func (c forgetCommand) Run(ctx context.Context, s Streams) error {
	settings, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	rows, err := j.Forget(ctx, c.Who)
	switch {
	case errors.Is(err, journal.ErrTooShort):
		return usageError{fmt.Errorf("forget: %q is %w; give an e-mail address or a customer ID", c.Who, err)}
	case err != nil:
		return err
	}
	n := notifier.New(j, senders(settings, platforms()), notifier.Options{
		Sandbox: settings.Sandbox, PerEvent: !settings.Cards, Log: slog.New(slog.DiscardHandler),
	})
	erased, remaining := n.Erase(ctx, rows)
	if len(rows) == 0 {
		fmt.Fprintln(s.Out, "the journal knows nobody by this address or ID")
		return nil
	}
	fmt.Fprintf(s.Out, "removed from the journal; %s cleared\n", count(erased, "message"))
	for _, m := range remaining {
		fmt.Fprintf(s.Out, "%s: a message of %s stands: %v\n", m.Destination, m.Posted.Format("2006-01-02 15:04:05 MST"), m.Err)
	}
	if len(remaining) > 0 {
		return fmt.Errorf("%s left: delete by hand what no program may delete, and run the command again for the rest",
			count(len(remaining), "message"))
	}
	return nil
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
