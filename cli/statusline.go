package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"polarbell/config"
	"polarbell/journal"
	"polarbell/polar"
	"polarbell/reporter"
)

// printLine says whether the bridge runs, what came in, and what is wrong with
// the line to Polar.
func printLine(ctx context.Context, w io.Writer, c config.Config, j *journal.Journal) error {
	runs, err := j.IsDelivering(ctx)
	if err != nil {
		return err
	}
	if !runs {
		fmt.Fprintln(w, "No bridge runs with this journal, so that nothing is taken or posted. Start it: polarbell, or systemctl start polarbell")
	}
	caughtUp, err := caughtUp(ctx, c, j)
	if err != nil {
		return err
	}
	_, wrong, err := reporter.Line(ctx, j, time.Now(), caughtUp)
	if err != nil {
		return err
	}
	received, err := received(ctx, j)
	if err != nil {
		return err
	}
	if received == "" {
		received = "No delivery has come yet."
		if runs && len(wrong) == 0 {
			received += " Try: polarbell send order.paid"
		}
	}
	fmt.Fprintln(w, received)
	for _, line := range wrong {
		fmt.Fprintln(w, line)
	}
	return nil
}

// caughtUp is up to when what Polar could not deliver was fetched, zero where
// nobody fetches it.
func caughtUp(ctx context.Context, c config.Config, j *journal.Journal) (time.Time, error) {
	if ask := catchesUp(c, j); ask != nil {
		return ask(ctx)
	}
	return time.Time{}, nil
}

// received says what the journal has of deliveries, "" if none ever came. The
// bridge's own events do not count.
func received(ctx context.Context, j *journal.Journal) (string, error) {
	head, err := j.Head(ctx)
	if err != nil {
		return "", err
	}
	n, err := j.Count(ctx, 1, head+1, polar.Own)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return noneKept(ctx, j, head)
	}
	last, err := reporter.LastReceived(ctx, j)
	if err != nil {
		return "", err
	}
	fromPolar, err := reporter.LastDelivery(ctx, j)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("%s in the journal, the last one %s: %s", count(n, "delivery"), ago(last.Received), last.Type)
	switch {
	case fromPolar == last:
		return said + ".", nil
	case fromPolar.Seq == 0:
		return said + ", a sample. None has come from Polar itself yet.", nil
	}
	return fmt.Sprintf("%s, a sample; Polar's last one %s.", said, ago(fromPolar.Received)), nil
}

// noneKept tells a journal whose deliveries are all too old from one that never
// had any.
func noneKept(ctx context.Context, j *journal.Journal, head journal.Seq) (string, error) {
	own, err := j.Count(ctx, 1, head+1, "")
	if err != nil || journal.Seq(own) == head {
		return "", err
	}
	return "No delivery in the journal: all that came are older than RETENTION.", nil
}
