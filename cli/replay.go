package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"polarbell/config"
	"polarbell/journal"
	"polarbell/notifier"
)

type replayCommand struct {
	Since       age      `help:"Deliveries received within this time, such as 24h or 3d."`
	Destination []string `help:"Only to this destination; may be given several times."`
	Failed      bool     `help:"Only what a destination refused."`
	Seq         []string `arg:"" optional:"" help:"Numbers of deliveries, as the bridge answered Polar: 12, 12-15 or 12,14."`
}

// age is a duration that may also be written in days.
type age time.Duration

func (a *age) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if days, isDays := strings.CutSuffix(string(text), "d"); isDays {
		var n uint64
		n, err = strconv.ParseUint(days, 10, 16)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a length of time; write it as 24h or 3d", text)
	}
	*a = age(d)
	return nil
}

// Run asks the running bridge to show deliveries again.
func (r replayCommand) Run(ctx context.Context, s Streams) error {
	if r.Since == 0 && len(r.Seq) == 0 && !r.Failed {
		return usageError{errors.New("replay: say what: --since 24h, --failed, or the numbers of deliveries")}
	}
	asked, err := spans(r.Seq)
	if err != nil {
		return err
	}
	c, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	selection, err := r.selection(c)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	if selection.Seqs, err = find(ctx, s.Out, j, asked); err != nil {
		return err
	}
	if len(r.Seq) > 0 && len(selection.Seqs) == 0 {
		return errors.New("replay: none of these deliveries can be shown again")
	}
	counts, err := notifier.NewViewer(j, composing(c)).Replay(ctx, selection)
	if err != nil {
		return err
	}
	return r.report(ctx, s.Out, j, counts)
}

// report says what is to come in each destination.
func (r replayCommand) report(ctx context.Context, w io.Writer, j *journal.Journal, counts map[string]int) error {
	nothing, total := "nothing to replay", 0
	if r.Failed {
		nothing = "no dead letters"
	}
	for _, n := range counts {
		total += n
	}
	if total == 0 && r.Failed {
		fmt.Fprintln(w, nothing)
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] == 0 {
			fmt.Fprintf(w, "%s: %s\n", name, nothing)
			continue
		}
		how, err := whoPosts(ctx, j, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %s to come, %s\n", name, count(counts[name], "card"), how)
	}
	return nil
}

// whoPosts says who posts what is to be shown again in a destination, and when.
func whoPosts(ctx context.Context, j *journal.Journal, name string) (string, error) {
	runs, err := j.IsDelivering(ctx)
	if err != nil {
		return "", err
	}
	state, err := j.Destination(ctx, name)
	switch {
	case err != nil:
		return "", err
	case !runs:
		return "as soon as the bridge runs, which it does not now", nil
	case !state.ParkedAt.IsZero():
		return "from the running bridge, as soon as you have mended what stopped this destination: polarbell status", nil
	}
	return "now, from the running bridge and at its usual pace", nil
}

func (r replayCommand) selection(c config.Config) (s notifier.Selection, err error) {
	if c.Destinations, err = named(c.Destinations, r.Destination); err != nil {
		return s, err
	}
	s.Destinations, s.Failed = senders(c, platforms()), r.Failed
	if r.Since > 0 {
		s.Since = time.Now().Add(-time.Duration(r.Since))
	}
	return s, nil
}
