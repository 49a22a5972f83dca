package reporter

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"polarbell/compose"
	"polarbell/journal"
	"polarbell/webhook"
)

const (
	// sameTrouble is how long after one refusal the next one still counts with it.
	sameTrouble = 24 * time.Hour
	// shownAfter is for how long refusals are shown although deliveries come: of
	// two endpoints one may have a wrong secret.
	shownAfter = 10 * time.Minute
)

// refusal is how often deliveries were refused for one reason.
type refusal struct {
	N     int       `json:"n"`
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

// and is the refusal with later ones. What ended long ago does not count.
func (r refusal) and(later refusal) refusal {
	if later.First.Sub(r.Last) > sameTrouble {
		return later
	}
	return refusal{N: r.N + later.N, First: r.First, Last: later.Last}
}

// reason is why deliveries are refused, and what to do about it.
type reason struct{ why, cure string }

// reasons are, by the outcome of the webhook, those that a person can mend.
var reasons = map[string]reason{
	webhook.WrongSignature: {"the signature is wrong", "POLAR_WEBHOOK_SECRET is not the secret of the endpoint that delivers here: " +
		"copy it from the endpoint’s page in Polar, and restart polarbell."},
	webhook.WrongClock: {"this server’s clock is wrong", "Set it, on Linux with: timedatectl set-ntp true."},
	webhook.NotEvent:   {"they are not events of Polar’s", "Set the endpoint’s format to Raw in Polar’s webhook settings."},
	webhook.WrongPath: {"they went to another path than WEBHOOK_PATH", "Correct the endpoint’s URL in Polar: " +
		"it ends in /webhook unless WEBHOOK_PATH is set."},
	webhook.Unavailable: {"the journal could not be written", "polarbell’s log says why. Polar sends them again."},
	webhook.Unsigned: {"they had no signature", "If Polar has sent them, a proxy drops the headers webhook-id, webhook-timestamp and webhook-signature; " +
		"otherwise they came from a stranger."},
}

// refused says in a line for each reason that deliveries are refused, and in a
// headline why the last one was.
func refused(ctx context.Context, j *journal.Journal, now time.Time) (headline string, lines []string, err error) {
	noted, err := readRefusals(ctx, j)
	if err != nil || len(noted) == 0 {
		return "", nil, err
	}
	last, err := LastDelivery(ctx, j)
	if err != nil {
		return "", nil, err
	}
	stored, err := LastReceived(ctx, j)
	if err != nil {
		return "", nil, err
	}
	newest := time.Time{}
	for _, outcome := range slices.Sorted(maps.Keys(noted)) {
		r := noted[outcome]
		because, isKnown := reasons[outcome]
		if !isKnown || r.isOver(outcome, last.Received, stored.Received, now) {
			continue
		}
		lines = append(lines, r.line(because, now))
		if r.Last.After(newest) {
			newest, headline = r.Last, "Deliveries were refused: "+because.why
		}
	}
	return headline, lines, nil
}

// isOver reports whether refusals for one reason mean nothing any more: Polar has
// delivered since, and the last refusal was not a moment ago. A sample, too,
// proves that the journal can be written. Anybody can post without a signature,
// which means something only while Polar has delivered nothing.
func (r refusal) isOver(outcome string, last, stored, now time.Time) bool {
	switch outcome {
	case webhook.Unavailable:
		return r.Last.Before(stored)
	case webhook.Unsigned:
		return !last.IsZero()
	}
	return r.Last.Before(last) && now.Sub(r.Last) > shownAfter
}

func (r refusal) line(because reason, now time.Time) string {
	what := "1 delivery was refused"
	if r.N > 1 {
		what = fmt.Sprintf("%d deliveries were refused since %s, the last one", r.N, r.First.UTC().Format("2 Jan 15:04 UTC"))
	}
	when := "a moment ago"
	if d := now.Sub(r.Last); d >= time.Minute {
		when = compose.Lasting(d) + " ago"
	}
	return fmt.Sprintf("%s %s: %s. %s", what, when, because.why, because.cure)
}
