package notifier_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"polarbell/formatter"
	"polarbell/notifier"
	"polarbell/standin"
)

// outcomes are what platforms and networks do to a request.
var outcomes = map[string]standin.Outcome{
	"reset":        {Reset: true},
	"slow":         {Delay: time.Hour},
	"400":          {Status: 400, Body: `{"code": 50035, "message": "Invalid Form Body", "errors": {}}`},
	"401":          {Status: 401, Body: `{"code": 0, "message": "401: Unauthorized"}`},
	"403":          {Status: 403, Body: "invalid_token"},
	"404":          {Status: 404, Body: `{"code": 10015, "message": "Unknown Webhook"}`},
	"410":          {Status: 410, Body: "channel_is_archived"},
	"429":          {Status: 429, Body: `{"retry_after": 1.5, "global": false}`, Header: http.Header{"Retry-After": {"2"}}},
	"429 no delay": {Status: 429, Body: "error code: 1015"},
	"500":          {Status: 500, Body: "rollup_error"},
	"502":          {Status: 502, Body: "<html></html>"},
	"redirect":     {Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/secret"}}},
	"{}":           {Status: 200, Body: "{}"},
	"not ok":       {Status: 200, Body: "no_active_hooks"},
	"not JSON":     {Status: 200, Body: "<html></html>"},
}

func TestEveryStatusIsClassifiedWithoutLeakingASecret(t *testing.T) {
	for name, o := range outcomes {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				for _, d := range w.to {
					w.platforms.Fail("slack", 1, o)
					w.platforms.Fail("discord", 1, o)
					ctx, cancel := timeout()
					_, err := d.Sender.Post(ctx, card("x"))
					cancel()
					w.platforms.Mend("slack")
					w.platforms.Mend("discord")
					checkFault(t, d.Name, err)
					if d.Name == "hook" {
						continue
					}
					w.platforms.Fail("slack", 1, o)
					w.platforms.Fail("discord", 1, o)
					ctx, cancel = timeout()
					err = d.Sender.Edit(ctx, "C0SALES/1.000100", card("x"))
					cancel()
					w.platforms.Mend("slack")
					w.platforms.Mend("discord")
					checkFault(t, d.Name+" edit", err)
				}
			})
		})
	}
}

func checkFault(t *testing.T, what string, err error) {
	t.Helper()
	fault, ok := err.(*notifier.Fault)
	if !ok {
		t.Errorf("%s: got %T %v, want a *Fault", what, err, err)
		return
	}
	text := fmt.Sprintf("%v %+v %s", err, *fault, fault.Code)
	for _, secret := range []string{"secret", "xoxb-", "http", "/services/", "/webhooks/"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s: %q leaks %q", what, text, secret)
		}
	}
}

func card(headline string) []formatter.Card {
	return []formatter.Card{{Headline: headline, Fields: []formatter.Field{{Name: "Customer", Text: headline}}}}
}

func TestNoSecretInAnyLogLine(t *testing.T) {
	var log bytes.Buffer
	for _, o := range outcomes {
		inWorld(t, func(w *world) {
			w.options.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			w.slack(sales)
			w.slackHook()
			w.discord()
			w.start()
			w.platforms.Fail("slack", 2, o)
			w.platforms.Fail("discord", 2, o)
			w.deliver(sale(1))
			w.pass(5 * time.Minute)
		})
	}
	for _, secret := range []string{"secret", "xoxb-", "https://", "jane@acme.com"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// discordgo puts the edits of all webhooks of a session behind one lock, sleeps
// there, and hears no context.
func TestEditsOfOneDiscordWebhookDoNotStallAnother(t *testing.T) {
	inWorld(t, func(w *world) {
		const other = "900000000000000002"
		w.platforms.Discord(other, "secret", other)
		first, second := w.api.Webhook(disc, "secret", ""), w.api.Webhook(other, "secret", "")
		a, b := post(w.t, first), post(w.t, second)
		w.platforms.Fail(disc+" edit", 1, standin.Outcome{Status: 429, Header: http.Header{
			"Retry-After": {"60"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset-After": {"60"},
		}, Body: `{"retry_after": 60}`})
		start := time.Now()
		ctx, cancel := timeout()
		defer cancel()
		if first.Edit(ctx, a, card("x")) == nil {
			w.t.Fatal("want a 429")
		}
		edit(w.t, second, b)
		if first.Edit(ctx, a, card("x")) == nil {
			t.Error("the limited webhook was edited again")
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("waited %s within the calls", waited)
		}
		if free := time.Until(first.Free(true)); free < 59*time.Second {
			t.Errorf("the first is free in %s, want 60 s", free)
		}
	})
}

// discordgo repeats a 429 without a retry_after at once and for ever.
func TestOnePostIsOneRequestWhateverTheAnswer(t *testing.T) {
	for name, o := range outcomes {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.platforms.Fail("slack", -1, o)
				w.platforms.Fail("discord", -1, o)
				for _, d := range w.to {
					start := time.Now()
					ctx, cancel := timeout()
					_, _ = d.Sender.Post(ctx, card("x"))
					cancel()
					if took := time.Since(start); took > notifier.RequestTimeout {
						t.Errorf("%s took %s", d.Name, took)
					}
				}
				for _, platform := range []string{"slack post", "discord post"} {
					if got, most := len(w.platforms.Calls(platform)), map[string]int{"slack post": 2, "discord post": 1}[platform]; got != most {
						t.Errorf("%s: %d requests, want %d", platform, got, most)
					}
				}
			})
		})
	}
}

func TestNothingOfAPayloadMentionsAnyone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		w.start()
		for n, name := range []string{"@everyone", "<!channel>", "<@U123>", "@here", "](http://evil.example)", "<!subteam^S1>"} {
			w.deliver(sale(n, map[string]any{"customer": map[string]any{"name": name, "email": nil}}))
			w.pass(3 * time.Second)
			w.deliver(refund(n))
			w.pass(3 * time.Second)
		}
		w.idle(time.Minute)
		for _, channel := range []string{sales, hooked, disc} {
			for _, m := range w.shown(channel) {
				if len(m.Mentions) > 0 || m.Collapsed > 0 {
					t.Errorf("%s mentions %q and hides %d embeds: %s", channel, m.Mentions, m.Collapsed, m.Body)
				}
			}
		}
	})
}

func TestDiscordIsCalledByItsVersion(t *testing.T) {
	inWorld(t, func(w *world) {
		w.discord()
		ref := post(t, w.to[0].Sender)
		edit(t, w.to[0].Sender, ref)
		for _, call := range w.platforms.Calls(disc) {
			if !strings.HasPrefix(call.Path, "/api/v10/") {
				t.Errorf("%s %s, want /api/v10/", call.Method, call.Path)
			}
		}
	})
}

func TestCheckAsksAndPostsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		for _, d := range w.to {
			line, err := d.Sender.Check(w.t.Context())
			if err != nil || line == "" {
				t.Errorf("%s: %q, %v", d.Name, line, err)
			}
		}
		w.platforms.Revoke("slack", standin.TokenRevoked)
		w.platforms.Revoke(disc, standin.WebhookDeleted)
		for _, d := range []notifier.Destination{w.to[0], w.to[2]} {
			_, err := d.Sender.Check(w.t.Context())
			checkFault(t, d.Name, err)
		}
		for _, channel := range []string{sales, hooked, disc} {
			if got := w.shown(channel); len(got) > 0 {
				t.Errorf("%s was posted to", channel)
			}
		}
	})
}
