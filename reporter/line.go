package reporter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"polarbell/compose"
	"polarbell/journal"
)

// outageShownFor is for how long page and status say that the bridge was off.
const outageShownFor = 24 * time.Hour

// Line says in sentences what is wrong with the line to Polar: that there is no
// certificate, that deliveries are refused, that the bridge was off within the
// last day, that nothing comes. The headline is "" unless deliveries do not get
// in. caughtUp is up to when what Polar could not deliver was fetched, zero where
// nobody fetches it.
func Line(ctx context.Context, j *journal.Journal, now, caughtUp time.Time) (headline string, lines []string, err error) {
	if headline, lines, err = door(ctx, j, now); err != nil {
		return "", nil, err
	}
	wasOff, err := off(ctx, j, now, caughtUp)
	if err != nil {
		return "", nil, err
	}
	isSilent, err := silent(ctx, j, now)
	if err != nil {
		return "", nil, err
	}
	lines = append(lines, wasOff, isSilent)
	return headline, slices.DeleteFunc(lines, func(line string) bool { return line == "" }), nil
}

// door says what keeps deliveries out.
func door(ctx context.Context, j *journal.Journal, now time.Time) (headline string, lines []string, err error) {
	headline, lines, err = refused(ctx, j, now)
	if err != nil {
		return "", nil, err
	}
	certificate, err := currentCertificate(ctx, j)
	if err != nil {
		return "", nil, err
	}
	title, line := certificate.line(now)
	return cmp.Or(title, headline), append([]string{line}, lines...), nil
}

func off(ctx context.Context, j *journal.Journal, now, caughtUp time.Time) (string, error) {
	outage, err := LastOutage(ctx, j)
	if err != nil || now.Sub(outage.Until) >= outageShownFor {
		return "", err
	}
	return fmt.Sprintf("polarbell was off for %s, until %s%s",
		compose.Lasting(outage.Lasted()), outage.Until.UTC().Format("2 Jan 15:04 UTC"), missing(outage, caughtUp)), nil
}

func silent(ctx context.Context, j *journal.Journal, now time.Time) (string, error) {
	silence, err := CurrentSilence(ctx, j)
	if err != nil || silence.IsZero() {
		return "", err
	}
	return fmt.Sprintf("Nothing has come from Polar for %s, since %s. Look at the endpoint in Polar’s webhook settings: "+
		"it may be switched off.", compose.Lasting(now.Sub(silence.Since)), silence.Since.UTC().Format("2 Jan 15:04 UTC")), nil
}

// missing says whether what Polar could not deliver in an outage is there.
func missing(o Outage, caughtUp time.Time) string {
	switch {
	case caughtUp.IsZero():
		return ": sales may be missing. Redeliver in Polar’s webhook settings what failed meanwhile."
	case caughtUp.Before(o.Until):
		return ": sales may be missing. What Polar could not deliver meanwhile is still to be fetched."
	}
	return ". What Polar could not deliver meanwhile has been fetched."
}
