package notifier

import (
	"context"
	"fmt"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// parking is a destination that a person must mend. Its events wait, and the
// waiting message itself is tried again now and then.
type parking struct {
	since time.Time
	code  string
	retry time.Time
	wait  time.Duration
}

func own(eventType string) bool { return eventType == polar.Parked || eventType == polar.Recovered }

// ownObject is the object of a destination's own events.
func ownObject(destination string) string { return "polarbell:" + destination }

// park stops a broken destination, tells the others, and sets the next try. All
// of it is written at once, so that the news is told once.
func (l *loop) park(ctx context.Context, f *Fault) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := l.keep(ctx); err != nil {
		return err
	}
	now, p := time.Now(), parking{since: time.Now(), code: f.Code}
	var news []journal.Entry
	if l.parked != nil {
		p = *l.parked
	} else {
		told, err := l.breakdown(ctx, f)
		if err != nil {
			return err
		}
		news = append(news, told)
	}
	p.wait = min(max(2*p.wait, firstRetry), lastRetry)
	p.retry = now.Add(p.wait)
	if f.Final {
		p.retry = now.AddDate(100, 0, 0)
	}
	if err := l.journal.Park(ctx, l.Name, f.Code, f.Error(), p.since, p.retry, news...); err != nil {
		return err
	}
	l.parked = &p
	return nil
}

// breakdown tells the other destinations what a person should mend.
func (l *loop) breakdown(ctx context.Context, f *Fault) (journal.Entry, error) {
	waiting, err := l.waiting(ctx)
	cure := Cure(l.Platform, f.Code)
	l.log.Error("stopped: a person must mend it", "err", f, "waiting", waiting, "cure", cure)
	return announcement(polar.Parked, polar.Notice{
		ID: l.Name, Platform: l.Platform, Code: f.Code, Cure: cure, Events: int64(waiting),
	}), err
}

// recovery tells the other destinations that this one works again.
func (l *loop) recovery(ctx context.Context) (journal.Entry, error) {
	waited, err := l.waiting(ctx)
	return announcement(polar.Recovered, polar.Notice{
		ID: l.Name, Platform: l.Platform, Events: int64(waited),
	}), err
}

// announcement is an event of our own: it goes the way of all others, and
// routes, cards and pace apply.
func announcement(eventType string, notice polar.Notice) journal.Entry {
	now := time.Now().UTC()
	body := notice.Body(eventType, now)
	d, _ := polar.Parse(body) // Body makes a delivery
	return journal.Entry{
		ID:   fmt.Sprintf("%s-%s-%d", eventType, notice.ID, now.UnixMicro()),
		Type: d.Type, Subject: d.Subject, Object: d.Object, Brief: d.Brief.Encode(),
		At: d.At, Received: now, Body: body,
	}
}

// released reads whether a person released the destination meanwhile.
func (l *loop) released(ctx context.Context) error {
	place, err := l.journal.Place(ctx, l.Name)
	if err == nil && !place.RetryAt.IsZero() && place.RetryAt.Before(l.parked.retry) {
		l.parked.retry = place.RetryAt
	}
	return err
}

// waiting counts what a notice speaks of: no notices of the bridge itself.
func (l *loop) waiting(ctx context.Context) (int, error) {
	piles, err := l.journal.Beyond(ctx, l.cursor, "")
	count := 0
	for eventType, pile := range piles {
		if l.wantsType(eventType) && !own(eventType) {
			count += pile.Count
		}
	}
	return count, err
}

// Cure says what a person should do about a broken destination.
func Cure(platform, code string) string {
	if cure, known := cures[code]; known {
		return cure
	}
	if platform == "Discord" {
		return "Make a new webhook in the channel's settings, put its URL into DISCORD_WEBHOOKS under the same name, restart."
	}
	return "Look the code up at docs.slack.dev/reference/methods/chat.postMessage, mend it, restart."
}

const (
	newToken   = "Reinstall the app at api.slack.com/apps, put the new token in SLACK_BOT_TOKEN, restart."
	newWebhook = "Make a new incoming webhook at api.slack.com/apps, put its URL into SLACK_WEBHOOKS under the same name, restart."
	pickThread = "The webhook's channel is a forum: add ?thread_id=… to its URL in DISCORD_WEBHOOKS, restart."
)

var cures = map[string]string{
	"invalid_auth":        newToken,
	"not_authed":          newToken,
	"account_inactive":    newToken,
	"token_revoked":       newToken,
	"token_expired":       newToken,
	"missing_scope":       "Add the scopes chat:write and chat:write.public under OAuth & Permissions at api.slack.com/apps, reinstall the app, restart.",
	"not_in_channel":      "Invite the app: /invite @polarbell in the channel.",
	"channel_not_found":   "Check the channel's ID in SLACK_CHANNELS; a private channel needs /invite @polarbell.",
	"is_archived":         "Unarchive the channel, or name another one in SLACK_CHANNELS under the same name, restart.",
	"channel_is_archived": "Unarchive the channel; the next try delivers what waits.",
	"no_service":          newWebhook,
	"no_service_id":       newWebhook,
	"no_active_hooks":     newWebhook,
	"no_team":             newWebhook,
	"team_disabled":       newWebhook,
	"invalid_token":       newWebhook,
	"action_prohibited":   newWebhook,
	"404":                 newWebhook,
	"410":                 newWebhook,
	"400/220001":          pickThread,
	"400/220003":          pickThread,
}
