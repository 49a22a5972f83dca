package standin_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/slack-go/slack"

	"polarbell/standin"
)

const (
	slackHook   = "/services/T1/B1/secret"
	discordHook = "1001"
)

// world is a Server with one destination of each kind.
func world(o standin.Options) *standin.Server {
	s := standin.New(o)
	s.Slack("C1", "sales")
	s.SlackWebhook(slackHook, "C2")
	s.Discord(discordHook, "hush", "2001")
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a call in process: JSON, or a form where the body does not look
// like JSON. A header of "" removes the default.
func send(t *testing.T, s *standin.Server, method, path, body string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequest(method, "https://standin.test"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("User-Agent", "DiscordBot (https://example.com, 1)")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	res, err := s.Transport().RoundTrip(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

func (a answer) field(t *testing.T, name string) any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("answer %q: %v", a.body, err)
	}
	return v[name]
}

const (
	post   = "/api/chat.postMessage"
	update = "/api/chat.update"
	remove = "/api/chat.delete"
	hooks  = "/api/v10/webhooks/1001/hush"
	hello  = "token=xoxb-1&channel=C1&text=x" // a post's body
)

func slackClient(s *standin.Server) *slack.Client {
	return slack.New("xoxb-1", slack.OptionHTTPClient(&http.Client{Transport: s.Transport()}))
}

func discordClient(t *testing.T, s *standin.Server) *discordgo.Session {
	t.Helper()
	d, err := discordgo.New("")
	if err != nil {
		t.Fatal(err)
	}
	d.Client = &http.Client{Transport: version10{s.Transport()}, Timeout: 5 * time.Second}
	d.ShouldRetryOnRateLimit = false
	return d
}

// version10 has discordgo speak the version of the API that polarbell does.
type version10 struct{ http.RoundTripper }

func (v version10) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Path = strings.Replace(r.URL.Path, "/v9/", "/v10/", 1)
	return v.RoundTripper.RoundTrip(r)
}

func TestSlackClientPostsEditsAndDeletes(t *testing.T) {
	s := world(standin.Options{})
	c := slackClient(s)
	if _, err := c.AuthTest(); err != nil {
		t.Fatal(err)
	}
	card := slack.Attachment{Color: "#2eb67d", Blocks: slack.Blocks{BlockSet: []slack.Block{
		slack.NewContextBlock("", slack.NewTextBlockObject("mrkdwn", "Pro Plan", false, false)),
	}}}
	id, ts, err := c.PostMessage("#sales", slack.MsgOptionText("New sale", false), slack.MsgOptionAttachments(card))
	if err != nil || id != "C1" {
		t.Fatalf("post: channel %q, error %v, want C1 and none", id, err)
	}
	if _, _, _, err = c.UpdateMessage(id, ts, slack.MsgOptionText("Refunded", false)); err != nil {
		t.Fatal(err)
	}
	m := s.Messages("C1")[0]
	want := `{"attachments":[{"blocks":[{"elements":[{"text":"Pro Plan","type":"mrkdwn"}],"type":"context"}],"color":"#2eb67d"}],"text":"Refunded"}`
	if string(m.Body) != want || m.Edits != 1 || m.ID != ts || len(m.History) != 1 {
		t.Errorf("message %s %s, %d edits, history of %d\nwant body %s", m.ID, m.Body, m.Edits, len(m.History), want)
	}
	if channel, removed, err := c.DeleteMessage(id, ts); err != nil || channel != id || removed != ts {
		t.Fatalf("deletion: got %s %s, %v; want %s %s", channel, removed, err, id, ts)
	}
	if _, _, _, err = c.UpdateMessage(id, ts, slack.MsgOptionText("x", false)); err == nil || err.Error() != "message_not_found" {
		t.Errorf("edit of a deleted message: error %v, want message_not_found", err)
	}
}

func TestSlackClientUsesWebhook(t *testing.T) {
	s := world(standin.Options{})
	client := &http.Client{Transport: s.Transport()}
	hook := "https://hooks.slack.com" + slackHook
	err := slack.PostWebhookCustomHTTPContext(t.Context(), hook, client, &slack.WebhookMessage{Text: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Messages("C2"); len(got) != 1 || string(got[0].Body) != `{"text":"hello"}` {
		t.Errorf("messages %+v, want one that says hello", got)
	}
}

func TestDiscordClientPostsEditsAndDeletes(t *testing.T) {
	s := world(standin.Options{Limits: true})
	c := discordClient(t, s)
	h, err := c.WebhookWithToken(discordHook, "hush")
	if err != nil || h.ChannelID != "2001" || h.GuildID == "" {
		t.Fatalf("webhook %+v, error %v, want channel 2001 and a guild", h, err)
	}
	quiet := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	m, err := c.WebhookExecute(discordHook, "hush", true, &discordgo.WebhookParams{
		Embeds: []*discordgo.MessageEmbed{{Title: "New sale", Color: 0x00FF00}}, AllowedMentions: quiet, Flags: 4096,
	})
	if err != nil {
		t.Fatal(err)
	}
	edit := &discordgo.WebhookEdit{Embeds: &[]*discordgo.MessageEmbed{{Title: "Refunded"}}, AllowedMentions: quiet}
	if m, err = c.WebhookMessageEdit(discordHook, "hush", m.ID, edit); err != nil {
		t.Fatal(err)
	}
	if m.Embeds[0].Title != "Refunded" {
		t.Errorf("answer to the edit %+v, want Refunded", m)
	}
	got := s.Messages("2001")[0]
	want := `{"embeds":[{"title":"Refunded"}],"flags":4096}`
	if !got.Silent || got.Edits != 1 || string(got.Body) != want {
		t.Errorf("message %s, silent %v, %d edits\nwant %s", got.Body, got.Silent, got.Edits, want)
	}
	if err = c.WebhookMessageDelete(discordHook, "hush", m.ID); err != nil {
		t.Fatal(err)
	}
	var rest *discordgo.RESTError
	if _, err = c.WebhookMessageEdit(discordHook, "hush", m.ID, edit); !errors.As(err, &rest) || rest.Message.Code != 10008 {
		t.Errorf("edit of a deleted message: %v, want code 10008", err)
	}
}

func TestListener(t *testing.T) {
	s := world(standin.Options{})
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.Fail("C1", 1, standin.Outcome{Applied: true, Reset: true})
	c := slack.New("xoxb-1", slack.OptionAPIURL(web.URL+"/api/"))
	if _, _, err := c.PostMessage("C1", slack.MsgOptionText("one", false)); err == nil {
		t.Error("post with its answer lost: no error")
	}
	if _, _, err := c.PostMessage("C1", slack.MsgOptionText("two", false)); err != nil {
		t.Error(err)
	}
	if n := len(s.Messages("C1")); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestOutcome(t *testing.T) {
	slow := standin.Outcome{Applied: true, Delay: time.Hour}
	tests := []struct {
		name     string
		outcome  standin.Outcome
		status   int
		err      error
		messages int
	}{
		{"posted, answer lost", standin.Outcome{Applied: true, Reset: true}, 0, syscall.ECONNRESET, 1},
		{"posted, answer slow", slow, 0, context.DeadlineExceeded, 1},
		{"posted, called an error", standin.Outcome{Applied: true, Status: 500}, 500, nil, 1},
		{"posted after a while", standin.Outcome{Applied: true, Delay: time.Second}, 200, nil, 1},
		{"connection broken", standin.Outcome{Reset: true}, 0, syscall.ECONNRESET, 0},
		{"hanging", standin.Outcome{Delay: time.Hour}, 0, context.DeadlineExceeded, 0},
		{"down", standin.Outcome{}, 503, nil, 0},
		{"told so", standin.Outcome{Status: 502, Body: "<html>"}, 502, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := world(standin.Options{})
				s.Fail("C1", 1, tt.outcome)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				r, _ := http.NewRequestWithContext(ctx, "POST", "https://slack.com"+post, strings.NewReader(hello))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				res, err := (&http.Client{Transport: s.Transport()}).Do(r)
				if !errors.Is(err, tt.err) || err == nil && res.StatusCode != tt.status {
					t.Errorf("got %v, %v; want %d, %v", res, err, tt.status, tt.err)
				}
				if n := len(s.Messages("C1")); n != tt.messages {
					t.Errorf("%d messages, want %d", n, tt.messages)
				}
				if a := send(t, s, "POST", post, hello); a.field(t, "ok") != true {
					t.Errorf("the call after: %s, want ok", a.body)
				}
			})
		})
	}
}

func TestRoutes(t *testing.T) {
	s := world(standin.Options{})
	s.Slack("C3", "private")
	s.Revoke("C3", standin.BotRemoved)
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"elsewhere", "GET", "/", "", 404, "404 page not found"},
		{"a channel's info", "POST", "/api/conversations.info", form("channel", "C1"), 200, `"is_member":true`},
		{"a channel without the bot", "POST", "/api/conversations.info", form("channel", "C3"), 200, `"is_member":false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, s, tt.method, tt.path, tt.body)
			if a.status != tt.status || !strings.Contains(a.body, tt.want) {
				t.Errorf("got %d %.200s, want %d with %s", a.status, a.body, tt.status, tt.want)
			}
		})
	}
	if got := s.Name("C1") + " " + s.Name("2001"); got != "sales 2001" {
		t.Errorf("names %q, want sales 2001", got)
	}
}

func TestBanByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world(standin.Options{})
		s.Ban(time.Minute)
		if a := send(t, s, "GET", hooks, ""); a.status != 429 || a.header.Get("Retry-After") != "" {
			t.Errorf("banned: %+v, want 429 without Retry-After", a)
		}
		time.Sleep(time.Minute)
		if a := send(t, s, "GET", hooks, ""); a.status != 200 {
			t.Errorf("a minute later: %+v, want 200", a)
		}
	})
}
