package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"polarbell/config"
	"polarbell/fetcher"
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
	states, err := j.Destinations(ctx)
	if err != nil {
		return err
	}
	configured := slices.DeleteFunc(senders(c, platforms()), func(d notifier.Destination) bool {
		return !slices.ContainsFunc(states, func(s journal.DestinationState) bool { return s.Name == d.Name })
	})
	statuses, err := notifier.Statuses(ctx, j, configured, nil)
	if err != nil {
		return err
	}
	if err := unitCannotOpen(string(c.DatabaseURL)); err != nil {
		fmt.Fprintln(s.Out, err)
	}
	if err := printLine(ctx, s.Out, c, j); err != nil {
		return err
	}
	if err := printOldVersions(ctx, s.Out, j); err != nil {
		return err
	}
	if err := printPolar(ctx, s.Out, c, j); err != nil {
		return err
	}
	return printStatuses(s.Out, states, statuses, unstarted(c.Destinations, states))
}

// unstarted names the destinations with which the bridge has not started yet.
func unstarted(all []config.Destination, states []journal.DestinationState) (names []string) {
	for _, d := range all {
		if !slices.ContainsFunc(states, func(s journal.DestinationState) bool { return s.Name == d.Name }) {
			names = append(names, d.Name)
		}
	}
	return names
}

func printStatuses(w io.Writer, states []journal.DestinationState, statuses []notifier.Status, unstarted []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DESTINATION\tSTATE\tWAITING\tREFUSED\tLAST SUCCESS\tLAST ERROR")
	cures := ""
	for _, s := range notifier.ByUrgency(statuses) {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%s\t%s\n",
			s.Name, stateOf(s), s.Waiting+s.Replays, s.DeadLetters, ago(s.Delivered), lastError(s.DestinationState))
		if s.Parked() {
			cures += fmt.Sprintf("%s: %s\n", s.Name, s.Cure())
		}
	}
	for _, state := range states {
		if !slices.ContainsFunc(statuses, func(s notifier.Status) bool { return s.Name == state.Name }) {
			fmt.Fprintf(table, "%s\tnot configured\t\t\t%s\t%s\n", state.Name, ago(state.Delivered), lastError(state))
		}
	}
	for _, name := range unstarted {
		fmt.Fprintf(table, "%s\tnew: begins when the bridge starts\n", name)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, cures)
	return err
}

func printOldVersions(ctx context.Context, w io.Writer, j *journal.Journal) error {
	old, err := notifier.OldVersions(ctx, j)
	for _, v := range old {
		fmt.Fprintf(w, "%s The last delivery in it came %s.\n", v.Cure, ago(v.Last))
	}
	return err
}

// printPolar says when Polar was asked what it could not deliver, and what is to
// be mended there.
func printPolar(ctx context.Context, w io.Writer, c config.Config, j *journal.Journal) error {
	if c.AccessToken == "" {
		return nil
	}
	at, err := fetcher.CaughtUp(ctx, j)
	if err != nil {
		return err
	}
	if !at.IsZero() {
		fmt.Fprintf(w, "Caught up with Polar: %s.\n", ago(at))
	}
	problem, err := fetcher.Problem(ctx, j)
	if problem != "" {
		fmt.Fprintln(w, problem)
	}
	return err
}

func stateOf(s notifier.Status) string {
	switch {
	case s.Parked():
		return fmt.Sprintf("stopped %s: %s", ago(s.ParkedAt), s.ParkedCode)
	case s.InDoubt():
		return fmt.Sprintf("not known whether it arrived, %s, first %s", count(s.Doubt.Tries, "try"), ago(s.Doubt.Since))
	case s.Unreachable():
		return "unreachable, first failure " + ago(s.FailingSince)
	case s.Failing():
		return "failing, trying again"
	case s.Waiting > 0:
		return "catching up"
	}
	return s.State()
}

func lastError(s journal.DestinationState) string {
	if s.Error == "" {
		return "none"
	}
	return fmt.Sprintf("%s: %s", ago(s.ErrorAt), s.Error)
}

// ago formats an age in its largest unit.
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
