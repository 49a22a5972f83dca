package reporter

import (
	"context"
	"fmt"
	"time"

	"polarbell/compose"
	"polarbell/journal"
)

// outageShownFor is for how long page and status say that the bridge was off.
const outageShownFor = 24 * time.Hour

// Line says in sentences what is wrong with the line to Polar: that there is no
// certificate, that deliveries are refused, that the bridge was off within the
// last day, that nothing comes.
func Line(ctx context.Context, j *journal.Journal, now time.Time) ([]string, error) {
	certificate, err := currentCertificate(ctx, j)
	if err != nil {
		return nil, err
	}
	lines, err := refused(ctx, j, now)
	if err != nil {
		return nil, err
	}
	if line := certificate.line(now); line != "" {
		lines = append([]string{line}, lines...)
	}
	outage, err := LastOutage(ctx, j)
	if err != nil {
		return nil, err
	}
	silence, err := CurrentSilence(ctx, j)
	if err != nil {
		return nil, err
	}
	if now.Sub(outage.Until) < outageShownFor {
		lines = append(lines, fmt.Sprintf("polarbell was off for %s, until %s: sales may be missing. "+
			"Redeliver in Polar’s webhook settings what failed meanwhile.",
			compose.Lasting(outage.Lasted()), outage.Until.UTC().Format("2 Jan 15:04 UTC")))
	}
	if !silence.IsZero() {
		lines = append(lines, fmt.Sprintf("Nothing has come from Polar for %s, since %s. Look at the endpoint in Polar’s webhook settings: "+
			"it may be switched off.", compose.Lasting(now.Sub(silence.Since)), silence.Since.UTC().Format("2 Jan 15:04 UTC")))
	}
	return lines, nil
}
