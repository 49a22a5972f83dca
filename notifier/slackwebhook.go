package notifier

import (
	"context"
	"errors"
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
}

// NewSlackWebhook returns the Sender of an incoming webhook.
func NewSlackWebhook(url string, transport http.RoundTripper) Sender {
	t := &roundTripper{next: transport, success: "ok"}
	return &slackWebhook{client: &http.Client{Transport: t}, transport: t, url: url, posts: slackPosts()}
}

func (s *slackWebhook) NextPost() time.Time { return s.posts.next() }
func (s *slackWebhook) NextEdit() time.Time { return time.Time{} }
func (s *slackWebhook) CanEdit() bool       { return false }

func (s *slackWebhook) Post(ctx context.Context, m formatter.Message) (Ref, error) {
	body := formatter.Slack(m)
	return "", s.posts.do(s.transport, func() *Fault {
		return slackWebhookFault(slack.PostWebhookCustomHTTPContext(ctx, s.url, s.client, &body))
	})
}

func (s *slackWebhook) Edit(context.Context, Ref, formatter.Message) error {
	return &Fault{Verdict: Gone, Code: "an incoming webhook cannot edit"}
}

func (s *slackWebhook) Delete(context.Context, Ref) error {
	return &Fault{Verdict: Refused, Code: "an incoming webhook cannot delete"}
}

func (s *slackWebhook) Check(context.Context) (string, error) {
	return "an incoming webhook can only be posted to: try it with --send", nil
}

// slackWebhookFault judges an incoming webhook's answer, whose body is a plain
// code that slack-go discards
// (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
func slackWebhookFault(err error) *Fault {
	if err == nil {
		return nil
	}
	var bad *response
	if !errors.As(err, &bad) {
		return asFault(err)
	}
	code := strings.TrimSpace(string(bad.body))
	verdict, known := slackVerdicts[code]
	switch {
	case bad.status == http.StatusTooManyRequests, bad.status >= 500 && (!known || verdict == Later):
		return bad.fault()
	case isSlackCode(code):
		f := slackCodeFault(slackVerdict, code)
		f.Detail = fmt.Sprintf("HTTP %d", bad.status)
		return f
	case bad.status/100 == 2:
		return &Fault{Verdict: Later, Code: "an answer that is not ok"}
	}
	return bad.fault()
}

// isSlackCode tells an error code from a page of HTML.
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
	"403":                 newSlackWebhook,
	"404":                 newSlackWebhook,
	"410":                 newSlackWebhook,
}

func (s *slackWebhook) Cure(code string) string {
	if cure, known := slackWebhookCures[code]; known {
		return cure
	}
	return "Look up this code at docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, remove its cause, restart."
}
