package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"polarbell/config"
	"polarbell/journal"
)

// openJournal opens the configured journal for a command that runs beside the
// bridge. It needs no webhook secret.
func openJournal(ctx context.Context) (config.Config, *journal.Journal, error) {
	c, err := config.LoadForJournal()
	if err != nil {
		return c, nil, usageError{err}
	}
	j, err := journal.Open(ctx, c.DatabaseURL)
	return c, j, err
}

type statusCommand struct{}

// Run shows each destination's state.
func (statusCommand) Run(ctx context.Context, s Streams) error {
	c, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	places, err := j.Places(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DESTINATION\tSTATE\tWAITING\tLAST SUCCESS\tLAST ERROR")
	for _, p := range places {
		waiting, err := waitingFor(ctx, j, c, p.Name)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", p.Name, stateOf(c, p), waiting, ago(p.Delivered), lastError(p))
	}
	return table.Flush()
}

func waitingFor(ctx context.Context, j *journal.Journal, c config.Config, name string) (int, error) {
	byType, _, err := j.Pending(ctx, name)
	count := 0
	for eventType, n := range byType {
		if d, configured := destination(c, name); !configured || d.Wants(eventType) {
			count += n
		}
	}
	return count, err
}

func destination(c config.Config, name string) (config.Destination, bool) {
	i := slices.IndexFunc(c.Destinations, func(d config.Destination) bool { return d.Name == name })
	if i < 0 {
		return config.Destination{}, false
	}
	return c.Destinations[i], true
}

func stateOf(c config.Config, p journal.Place) string {
	_, configured := destination(c, p.Name)
	switch {
	case !p.ParkedAt.IsZero():
		return fmt.Sprintf("stopped %s: %s", ago(p.ParkedAt), p.ParkedCode)
	case !configured && len(c.Destinations) > 0:
		return "no longer configured"
	case p.Error != "" && p.ErrorAt.After(p.Delivered):
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

func ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return time.Since(t).Round(time.Second).String() + " ago"
}

type replayCommand struct {
	Since       time.Duration `help:"Deliveries received within this time, such as 24h."`
	Destination []string      `help:"Only to this destination; may be given several times."`
	Failed      bool          `help:"Only what a destination refused."`
	Seq         []int64       `arg:"" optional:"" help:"Numbers of deliveries, as the bridge answered Polar."`
}

// Run asks the running bridge to show deliveries again.
func (r replayCommand) Run(ctx context.Context, s Streams) error {
	if r.Since == 0 && len(r.Seq) == 0 && !r.Failed {
		return usageError{fmt.Errorf("replay: say what: --since 24h, --failed, or the numbers of deliveries")}
	}
	c, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	selection, err := r.selection(c)
	if err != nil {
		return err
	}
	counts, err := j.Replay(ctx, selection)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(s.Out, "%s: %d to be shown again, at the running bridge's usual pace\n", name, counts[name])
	}
	if len(counts) == 0 {
		fmt.Fprintln(s.Out, "nothing to show again")
	}
	return nil
}

func (r replayCommand) selection(c config.Config) (journal.Selection, error) {
	s := journal.Selection{PerEvent: !c.Cards, Destinations: r.Destination, Failed: r.Failed}
	for _, seq := range r.Seq {
		s.Seqs = append(s.Seqs, journal.Seq(seq))
	}
	if r.Since > 0 {
		s.Since = time.Now().Add(-r.Since)
	}
	var names []string
	for _, d := range c.Destinations {
		names = append(names, d.Name)
	}
	for _, name := range r.Destination {
		if !slices.Contains(names, name) {
			return s, usageError{fmt.Errorf("replay: no destination is named %q; there are %s", name, strings.Join(names, ", "))}
		}
	}
	if len(s.Destinations) == 0 {
		s.Destinations = names
	}
	s.Types = func(name, eventType string) bool {
		d, configured := destination(c, name)
		return configured && d.Wants(eventType)
	}
	return s, nil
}
