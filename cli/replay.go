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
	"polarbell/notifier"
)

type replayCommand struct {
	Since       age       `help:"Deliveries received within this time, such as 24h or 3d."`
	Destination []string  `help:"Only to this destination; may be given several times."`
	Failed      bool      `help:"Only what a destination refused."`
	Seq         []numbers `arg:"" optional:"" help:"Numbers of deliveries, as the bridge answered Polar: 12, 12-15 or 12,14."`
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
		return fmt.Errorf("%q is no time; write it as 24h or 3d", text)
	}
	*a = age(d)
	return nil
}

// Run asks the running bridge to show deliveries again.
func (r replayCommand) Run(ctx context.Context, s Streams) error {
	if r.Since == 0 && len(r.Seq) == 0 && !r.Failed {
		return usageError{errors.New("replay: say what: --since 24h, --failed, or the numbers of deliveries")}
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
	if selection.Seqs, err = find(ctx, s.Out, j, r.Seq); err != nil {
		return err
	}
	if len(r.Seq) > 0 && len(selection.Seqs) == 0 {
		return errors.New("replay: none of these deliveries can be shown again")
	}
	counts, err := notifier.NewViewer(j, composing(c)).Replay(ctx, selection)
	if err != nil {
		return err
	}
	r.report(s.Out, counts)
	return nil
}

// report says what is to come in each destination.
func (r replayCommand) report(w io.Writer, counts map[string]int) {
	nothing, total := "nothing to replay", 0
	if r.Failed {
		nothing = "no dead letters"
	}
	for _, n := range counts {
		total += n
	}
	if total == 0 && r.Failed {
		fmt.Fprintln(w, nothing)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] == 0 {
			fmt.Fprintf(w, "%s: %s\n", name, nothing)
			continue
		}
		fmt.Fprintf(w, "%s: %s to come, as soon as the bridge runs and at its usual pace\n", name, count(counts[name], "card"))
	}
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
