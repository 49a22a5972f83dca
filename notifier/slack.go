package notifier

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"polarbell/formatter"
)

// SlackApp is what the channels of one bot token share: its limits. Slack
// counts chat.update and chat.delete each on its own, 50 a minute for an app in
// a workspace (docs.slack.dev/apis/web-api/rate-limits, tier 3).
type SlackApp struct {
	token     string
	api       string
	transport http.RoundTripper
	posts     shared // by channel
	edits     *window
	deletions *window
}

// NewSlackApp returns the app of a token. The API's URL ends in a slash.
func NewSlackApp(token, api string, transport http.RoundTripper) *SlackApp {
	return &SlackApp{
		token: token, api: api, transport: transport,
		edits: tier3(), deletions: tier3(),
	}
}

func tier3() *window { return &window{n: 48, span: time.Minute} }

// slackPosts is one message a second for a channel or an incoming webhook.
// Slack tolerates bursts, but does not promise to store every message of one.
func slackPosts() *window { return &window{n: 1, span: time.Second} }

// slackChannel posts as the app. Its edits are at most one a second, so that
// what comes faster is merged.
type slackChannel struct {
	app       *SlackApp
	client    *slack.Client
	transport *roundTripper
	channel   string // as it is configured
	id        string // of the channel; a #name's and a person's are known after the first post of all
	posts     pace
	edits     pace
	deletions pace
	paces
}

// Channel returns the Sender of a channel, by its ID or #name.
func (a *SlackApp) Channel(channel string) Sender {
	t := &roundTripper{next: a.transport, platform: "Slack", form: slackForm, secret: a.token}
	s := &slackChannel{
		app:       a,
		client:    slack.New(a.token, slack.OptionAPIURL(a.api), slack.OptionHTTPClient(&http.Client{Transport: t})),
		transport: t,
		channel:   channel,
		id:        channel,
		posts:     pace{windows: a.posts.of(channel, slackPosts())},
		edits:     pace{windows: []*window{{n: 1, span: time.Second}, a.edits}},
		deletions: pace{windows: []*window{a.deletions}},
	}
	s.paces = paces{"posts": &s.posts, "edits": &s.edits, "deletions": &s.deletions}
	return s
}

func (s *slackChannel) NextPost() time.Time     { return s.posts.next() }
func (s *slackChannel) NextEdit() time.Time     { return later(s.edits.next(), s.deletions.next()) }
func (s *slackChannel) CanEdit() bool           { return true }
func (s *slackChannel) Cure(code string) string { return slackChannelCure(code) }

func (s *slackChannel) Post(ctx context.Context, m formatter.Message) (Ref, error) {
	var id, ts string // an edit needs the channel's ID; of a #name only the response has it
	err := s.posts.do(s.transport, func() (f *Fault) {
		var err error
		id, ts, err = s.client.PostMessageContext(ctx, s.channel, slackOptions(m))
		return s.fault(slackVerdict, ts, err)
	})
	if err != nil {
		return "", err
	}
	s.joinChannel(id)
	return Ref(id + "/" + ts), nil
}

// joinChannel shares the limit of a channel with the destinations that write its
// ID, once a response has told it. The post of just now counts there too.
func (s *slackChannel) joinChannel(id string) {
	if before := s.posts.windows[0]; s.join(id) != before {
		s.posts.windows[0].add()
	}
}

func (s *slackChannel) join(id string) *window {
	s.id, s.posts.windows = id, s.app.posts.of(id, slackPosts())
	return s.posts.windows[0]
}

// Handover also tells the ID of a channel that is configured by its name.
func (s *slackChannel) Handover() Handover {
	h := s.paces.Handover()
	if s.id != s.channel {
		h.Name, h.Channel = s.channel, s.id
	}
	return h
}

// Resume knows the ID of a name that is still configured.
func (s *slackChannel) Resume(h Handover) {
	if h.Name == s.channel && h.Channel != "" {
		s.join(h.Channel)
	}
	s.paces.Resume(h)
}

func (s *slackChannel) Edit(ctx context.Context, ref Ref, m formatter.Message) error {
	channel, ts, _ := strings.Cut(string(ref), "/")
	return s.edits.do(s.transport, func() *Fault {
		_, ts, _, err := s.client.UpdateMessageContext(ctx, channel, ts, slackOptions(m))
		return s.fault(s.within(channel, slackEditVerdict, Fixed), ts, err)
	})
}

func (s *slackChannel) Delete(ctx context.Context, ref Ref) error {
	channel, ts, _ := strings.Cut(string(ref), "/")
	return s.deletions.do(s.transport, func() *Fault {
		_, ts, err := s.client.DeleteMessageContext(ctx, channel, ts)
		return s.fault(s.within(channel, slackDeletionVerdict, Refused), ts, err)
	})
}

// within judges what is done to a message in a channel. A person mends the
// channel that is configured. One that was configured before may stay as it is,
// and lost is the verdict; so it is where the ID is not known yet, since nothing
// was posted to the name: a destination that waits for a channel of before would
// wait forever.
func (s *slackChannel) within(channel string, verdict func(code string) Verdict, lost Verdict) func(code string) Verdict {
	return func(code string) Verdict {
		if channel != s.id && slices.Contains(slackChannelCodes, code) {
			return lost
		}
		return verdict(code)
	}
}

// fault is slackFault with the wait of a limit that came with status 200.
func (s *slackChannel) fault(verdict func(code string) Verdict, ts string, err error) *Fault {
	f := slackFault(verdict, ts, err)
	if f != nil && f.Limited && s.transport.last != nil {
		f.Wait = max(f.Wait, s.transport.last.retryAfter())
	}
	return f
}

func slackOptions(message formatter.Message) slack.MsgOption {
	m := formatter.Slack(message)
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
