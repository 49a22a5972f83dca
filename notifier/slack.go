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

// SlackApp is one bot token: what its channels share.
type SlackApp struct {
	Token string
	API   string // base URL, ending in a slash
	HTTP  http.RoundTripper
	edits *window
}

// NewSlackApp returns the app of a token. Slack counts chat.update per app and
// workspace, 50 a minute (docs.slack.dev/apis/web-api/rate-limits), so that all
// channels of a token share one window.
func NewSlackApp(token, api string, transport http.RoundTripper) *SlackApp {
	return &SlackApp{Token: token, API: api, HTTP: transport, edits: &window{n: 48, span: time.Minute}}
}

// slackEdits adds to the token's limit that a channel's cards change at most
// once a second: news that comes faster is merged.
func slackEdits(shared *window) pace {
	return pace{windows: []*window{{n: 1, span: time.Second}, shared}}
}

// slackPosts is one message a second for each channel and each incoming
// webhook. Slack tolerates bursts, but does not promise to store every message
// of one.
func slackPosts() pace { return pace{windows: []*window{{n: 1, span: time.Second}}} }

type slackChannel struct {
	client  *slack.Client
	wire    *wire
	channel string
	posts   pace
	edits   pace
}

// Channel is a Sender that posts to a channel by its ID or #name.
func (a *SlackApp) Channel(channel string) Sender {
	w := &wire{next: a.HTTP}
	return &slackChannel{
		client:  slack.New(a.Token, slack.OptionAPIURL(a.API), slack.OptionHTTPClient(&http.Client{Transport: w})),
		wire:    w,
		channel: channel,
		posts:   slackPosts(),
		edits:   slackEdits(a.edits),
	}
}

func (s *slackChannel) Free(edit bool) time.Time {
	if edit {
		return s.edits.free()
	}
	return s.posts.free()
}

func (s *slackChannel) Post(ctx context.Context, cards []formatter.Card) (Ref, error) {
	var ref Ref
	fault := s.posts.do(func() *Fault {
		channel, ts, err := s.client.PostMessageContext(ctx, s.channel, slackOptions(cards))
		// An edit wants the channel's ID, which only the answer tells for a #name.
		ref = Ref(channel + "/" + ts)
		return s.sort(ts, err)
	}, noHeaders)
	if fault != nil {
		return "", fault
	}
	return ref, nil
}

// sort is slackError with the wait of a limit that came as a 200.
func (s *slackChannel) sort(ts string, err error) *Fault {
	f := slackError(ts, err)
	if f != nil && f.Limited && s.wire.last != nil {
		f.Wait = max(f.Wait, s.wire.last.retryAfter())
	}
	return f
}

// Edit takes a channel that is not there as a message that is not: it may have
// been replaced since. What the news then is posted to parks the destination if
// it is broken itself.
func (s *slackChannel) Edit(ctx context.Context, ref Ref, cards []formatter.Card) error {
	channel, ts, _ := strings.Cut(string(ref), "/")
	fault := s.edits.do(func() *Fault {
		_, ts, _, err := s.client.UpdateMessageContext(ctx, channel, ts, slackOptions(cards))
		return s.sort(ts, err)
	}, noHeaders)
	if fault == nil {
		return nil
	}
	switch fault.Code {
	case "channel_not_found", "not_in_channel", "is_archived":
		fault.Verdict = Gone
	}
	return fault
}

func (s *slackChannel) Delete(ctx context.Context, ref Ref) error {
	channel, ts, _ := strings.Cut(string(ref), "/")
	fault := s.edits.do(func() *Fault {
		_, ts, err := s.client.DeleteMessageContext(ctx, channel, ts)
		return slackError(ts, err)
	}, noHeaders)
	if fault != nil {
		return fault
	}
	return nil
}

func slackOptions(cards []formatter.Card) slack.MsgOption {
	m := formatter.Slack(cards)
	attachments := m.Attachments
	if attachments == nil {
		attachments = []slack.Attachment{} // an edit must clear what was there
	}
	return slack.MsgOptionCompose(
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionAttachments(attachments...),
		slack.MsgOptionParse(false), // what looks like a link or a name stays text
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	)
}

// slackError sorts what slack-go returned. Without an error only a timestamp
// proves success: the library takes an empty answer for one.
func slackError(ts string, err error) *Fault {
	var refused slack.SlackErrorResponse
	var bad *answer
	switch {
	case err == nil && ts != "":
		return nil
	case err == nil:
		return &Fault{Verdict: Later, Code: "an answer without a message"}
	case errors.As(err, &refused):
		detail := strings.Join(refused.ResponseMetadata.Messages, "; ")
		if refused.Needed != "" {
			detail = "needs the scope " + refused.Needed
		}
		return slackFault(refused.Err, short(detail))
	case errors.As(err, &bad):
		return answerFault(bad)
	}
	return asFault(err)
}

func noHeaders() time.Duration { return 0 }

type slackWebhook struct {
	client *http.Client
	url    string
	posts  pace
}

// NewSlackWebhook is a Sender that posts to an incoming webhook, which can
// neither edit nor be checked without posting.
func NewSlackWebhook(url string, transport http.RoundTripper) Sender {
	return &slackWebhook{
		client: &http.Client{Transport: &wire{next: transport, ok: "ok"}},
		url:    url,
		posts:  slackPosts(),
	}
}

func (s *slackWebhook) Free(bool) time.Time { return s.posts.free() }

func (s *slackWebhook) Post(ctx context.Context, cards []formatter.Card) (Ref, error) {
	m := formatter.Slack(cards)
	fault := s.posts.do(func() *Fault {
		return slackWebhookError(slack.PostWebhookCustomHTTPContext(ctx, s.url, s.client, &m))
	}, noHeaders)
	if fault != nil {
		return "", fault
	}
	return "", nil
}

func (s *slackWebhook) Edit(context.Context, Ref, []formatter.Card) error {
	return &Fault{Verdict: Gone, Code: "an incoming webhook cannot edit"}
}

func (s *slackWebhook) Delete(context.Context, Ref) error {
	return &Fault{Verdict: Refused, Code: "an incoming webhook cannot delete"}
}

func (s *slackWebhook) Check(context.Context) (string, error) {
	return "an incoming webhook can only be posted to: try it with --send", nil
}

// slackWebhookError reads the plain-text bodies of incoming webhooks, which
// slack-go throws away (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
func slackWebhookError(err error) *Fault {
	var bad *answer
	if err == nil {
		return nil
	}
	if !errors.As(err, &bad) {
		return asFault(err)
	}
	word := strings.TrimSpace(string(bad.body))
	switch {
	case bad.status == http.StatusTooManyRequests || (bad.status >= 500 && slackVerdicts[word] == Later):
		return answerFault(bad)
	case !plainWord(word):
		f := answerFault(bad)
		if bad.status/100 == 2 {
			f.Verdict, f.Code = Later, "an answer that is not ok"
		}
		return f
	}
	return slackFault(word, fmt.Sprintf("HTTP %d", bad.status))
}

// plainWord tells a Slack error code from a page of HTML.
func plainWord(s string) bool {
	if s == "" || len(s) > 80 {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '_' {
			return false
		}
	}
	return true
}
