package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
)

type statusCommand struct{}

// Run shows how each destination fares, also while the bridge runs.
func (statusCommand) Run(ctx context.Context, s Streams) error {
	c, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	destinations, err := senders(c, platforms())
	if err != nil {
		return err
	}
	places, err := j.Places(ctx)
	if err != nil {
		return err
	}
	if err := printHead(ctx, s.Out, j); err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DESTINATION\tSTATE\tWAITING\tREFUSED\tLAST SUCCESS\tLAST ERROR")
	cures := ""
	for _, p := range places {
		i := slices.IndexFunc(destinations, func(d notifier.Destination) bool { return d.Name == p.Name })
		if i < 0 {
			fmt.Fprintf(table, "%s\tnot configured\t\t\t%s\t%s\n", p.Name, ago(p.Delivered), lastError(p))
			continue
		}
		if err := printRow(ctx, table, j, destinations[i], p); err != nil {
			return err
		}
		if !p.ParkedAt.IsZero() {
			cures += fmt.Sprintf("%s: %s\n", p.Name, notifier.Cure(destinations[i].Platform, p.ParkedCode))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = io.WriteString(s.Out, cures)
	return err
}

// printHead says what the journal holds: nothing means that Polar does not
// reach the bridge.
func printHead(ctx context.Context, w io.Writer, j *journal.Journal) error {
	head, err := j.Head(ctx)
	if err != nil {
		return err
	}
	latest, err := j.Latest(ctx, 0, "", 1)
	switch {
	case err != nil:
		return err
	case len(latest) == 0 && head == 0:
		fmt.Fprintln(w, "No delivery has come yet. Try: polarbell send order.paid")
	case len(latest) == 0:
		fmt.Fprintf(w, "%d deliveries taken, all older than RETENTION.\n", head)
	default:
		fmt.Fprintf(w, "%d deliveries taken, the last one %s: %s.\n", head, ago(latest[0].Received), latest[0].Type)
	}
	return nil
}

func printRow(ctx context.Context, w io.Writer, j *journal.Journal, d notifier.Destination, p journal.Place) error {
	backlog, err := d.Backlog(ctx, j, p.Cursor)
	if err != nil {
		return err
	}
	const most = 1000
	refused, err := j.Refusals(ctx, p.Name, most)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\n", p.Name, stateOf(p), backlog.Waiting+backlog.Replays, len(refused), ago(p.Delivered), lastError(p))
	return nil
}

func stateOf(p journal.Place) string {
	switch {
	case !p.ParkedAt.IsZero():
		return fmt.Sprintf("stopped %s: %s", ago(p.ParkedAt), p.ParkedCode)
	case p.Error != "":
		return "trying again"
	}
	return "well"
}

func lastError(p journal.Place) string {
	if p.Error == "" {
		return "none"
	}
	return fmt.Sprintf("%s: %s", ago(p.ErrorAt), p.Error)
}

// ago is a time in one unit, which is all that a glance takes in.
func ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := time.Since(t)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}
