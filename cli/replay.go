package cli

import (
	"context"
	"errors"
	"fmt"
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
	Seq         []int64  `arg:"" optional:"" help:"Numbers of deliveries, as the bridge answered Polar."`
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
		return err
	}
	counts, err := notifier.NewViewer(j, c.Sandbox, !c.Cards).Replay(ctx, selection)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] == 0 {
			fmt.Fprintf(s.Out, "%s: nothing to replay\n", name)
			continue
		}
		fmt.Fprintf(s.Out, "%s: %s to come, as soon as the bridge runs and at its usual pace\n", name, count(counts[name], "card"))
	}
	return nil
}

func (r replayCommand) selection(c config.Config) (notifier.Selection, error) {
	s := notifier.Selection{Destinations: senders(c, platforms()), Failed: r.Failed}
	for _, seq := range r.Seq {
		s.Seqs = append(s.Seqs, journal.Seq(seq))
	}
	if r.Since > 0 {
		s.Since = time.Now().Add(-time.Duration(r.Since))
	}
	var names []string
	for _, d := range s.Destinations {
		names = append(names, d.Name)
	}
	for _, name := range r.Destination {
		if !slices.Contains(names, name) {
			return s, usageError{fmt.Errorf("replay: no destination is named %q; there are %s", name, strings.Join(names, ", "))}
		}
	}
	if len(names) == 0 {
		return s, usageError{errors.New("replay: no destination is configured; call it with the bridge's settings")}
	}
	if len(r.Destination) > 0 {
		s.Destinations = slices.DeleteFunc(s.Destinations, func(d notifier.Destination) bool { return !slices.Contains(r.Destination, d.Name) })
	}
	return s, nil
}
