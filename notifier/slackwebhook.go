package notifier

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"polarbell/formatter"
)

// slackWebhook posts to an incoming webhook, whose answer does not name the
// message: it can be neither edited nor deleted.
type slackWebhook struct {
	client    *http.Client
	transport *roundTripper
	url       string
	posts     pace
	paces
}

// SlackWebhooks is what all incoming webhooks of a process share.
type SlackWebhooks struct {
	HTTP  http.RoundTripper
	posts shared // by URL
}

// Webhook returns the Sender of an incoming webhook.
func (a *SlackWebhooks) Webhook(url string) Sender {
	t := &roundTripper{next: a.HTTP, platform: "Slack", form: slackWebhookForm, secret: url[strings.LastIndex(url, "/")+1:]}
	s := &slackWebhook{
		client: &http.Client{Transport: t}, transport: t, url: url,
		posts: pace{windows: a.posts.of(url, slackPosts())},
	}
	s.paces = paces{"posts": &s.posts}
	return s
}

func (s *slackWebhook) NextPost() time.Time { return s.posts.next() }
func (s *slackWebhook) NextEdit() time.Time { return time.Time{} }
func (s *slackWebhook) CanEdit() bool       { return false }

func (s *slackWebhook) Post(ctx context.Context, m formatter.Message) (Ref, error) {
	body := formatter.Slack(m)
	return "", s.posts.do(s.transport, func() *Fault {
		return s.fault(slack.PostWebhookCustomHTTPContext(ctx, s.url, s.client, &body))
	})
}

func (s *slackWebhook) Edit(context.Context, Ref, formatter.Message) error {
	return &Fault{Verdict: Fixed, Code: "an incoming webhook cannot edit"}
}

func (s *slackWebhook) Delete(context.Context, Ref) error {
	return &Fault{Verdict: Refused, Code: "an incoming webhook cannot delete"}
}

func (s *slackWebhook) Check(context.Context) (string, error) {
	return "an incoming webhook can only be posted to: try it with --send", nil
}

// Answers posts nothing, which Slack refuses.
func (s *slackWebhook) Answers(ctx context.Context) error {
	err := s.posts.do(s.transport, func() *Fault {
		return s.fault(slack.PostWebhookCustomHTTPContext(ctx, s.url, s.client, &slack.WebhookMessage{}))
	})
	if err != nil && asFault(err).Verdict == Refused {
		return nil
	}
	return err
}

// fault judges an incoming webhook's answer, whose body is a plain code that
// slack-go discards: only "ok" is a success, whatever the status
// (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
func (s *slackWebhook) fault(err error) *Fault {
	got := s.transport.last
	switch {
	case got == nil:
		return asFault(err)
	case err == nil && got.text() == "ok":
		return nil
	}
	isRefusal := slackVerdicts[got.text()] == Refused && got.status != http.StatusTooManyRequests
	if f := got.fault(); f != nil && !isRefusal {
		return f
	}
	f := slackCodeFault(slackVerdict, got.text())
	f.Detail = fmt.Sprintf("HTTP %d", got.status)
	return f
}

// isSlackCode tells an error code from other texts.
func isSlackCode(s string) bool {
	return s != "" && len(s) <= 80 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

const newSlackWebhook = "Make a new incoming webhook at api.slack.com/apps, put its URL into SLACK_WEBHOOKS under the same name, restart."

var slackWebhookCures = map[string]string{
	"channel_is_archived": "Unarchive the channel; the next try delivers what waits.",
	"channel_not_found":   newSlackWebhook,
	"no_service":          newSlackWebhook,
	"no_service_id":       newSlackWebhook,
	"no_active_hooks":     newSlackWebhook,
	"no_team":             newSlackWebhook,
	"team_disabled":       newSlackWebhook,
	"invalid_token":       newSlackWebhook,
	"action_prohibited":   newSlackWebhook,
}

func (s *slackWebhook) Cure(code string) string {
	if cure, known := slackWebhookCures[code]; known {
		return cure
	}
	return "Look up this code at docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, remove its cause, restart."
}
