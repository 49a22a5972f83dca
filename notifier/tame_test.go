package notifier_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

// outcomes are what platforms and networks do to a request, and the verdicts on
// it: of a post, an edit and a deletion alike.
var outcomes = []struct {
	name              string
	outcome           standin.Outcome
	slack, hook, disc notifier.Verdict
}{
	{"reset", standin.Outcome{Reset: true}, notifier.Unknown, notifier.Unknown, notifier.Unknown},
	{"slow", standin.Outcome{Delay: time.Hour}, notifier.Unknown, notifier.Unknown, notifier.Unknown},
	{"400", standin.Outcome{Status: 400, Body: `{"code": 50035, "message": "Invalid Form Body", "errors": {}}`}, notifier.Later, notifier.Later, notifier.Refused},
	{"401", standin.Outcome{Status: 401, Body: `{"code": 0, "message": "401: Unauthorized"}`}, notifier.Later, notifier.Later, notifier.Broken},
	{"403", standin.Outcome{Status: 403, Body: "invalid_token"}, notifier.Later, notifier.Broken, notifier.Later},
	{"403 of Slack", standin.Outcome{Status: 403, Body: `{"ok": false, "error": "account_inactive"}`}, notifier.Broken, notifier.Later, notifier.Later},
	{"404", standin.Outcome{Status: 404, Body: `{"code": 10015, "message": "Unknown Webhook"}`}, notifier.Later, notifier.Later, notifier.Broken},
	{"410", standin.Outcome{Status: 410, Body: "channel_is_archived"}, notifier.Later, notifier.Broken, notifier.Later},
	{"413", standin.Outcome{Status: 413, Body: "<html></html>"}, notifier.Later, notifier.Later, notifier.Later},
	{"429", standin.Outcome{Status: 429, Body: `{"retry_after": 1.5, "global": false}`, Header: after("2")}, notifier.Later, notifier.Later, notifier.Later},
	{"429 without a delay", standin.Outcome{Status: 429, Body: "error code: 1015"}, notifier.Later, notifier.Later, notifier.Later},
	{"500", standin.Outcome{Status: 500, Body: "rollup_error"}, notifier.Later, notifier.Later, notifier.Later},
	{"502", standin.Outcome{Status: 502, Body: "<html></html>"}, notifier.Unknown, notifier.Unknown, notifier.Unknown},
	{"redirect", standin.Outcome{Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/secret"}}}, notifier.Later, notifier.Later, notifier.Later},
	{"{}", ok("{}"), notifier.Unknown, notifier.Unknown, notifier.Unknown},
	{"a code with status 200", ok("no_active_hooks"), notifier.Unknown, notifier.Broken, notifier.Unknown},
	{"not JSON", ok("<html></html>"), notifier.Unknown, notifier.Unknown, notifier.Unknown},
}

func TestEveryOutcomeIsJudgedWithoutLeakingASecret(t *testing.T) {
	for _, tt := range outcomes {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				for i, want := range []notifier.Verdict{tt.slack, tt.hook, tt.disc} {
					for what, request := range requests {
						if what != "post" && !w.to[i].Sender.CanEdit() {
							continue
						}
						w.platforms.Fail("slack", 1, tt.outcome)
						w.platforms.Fail("discord", 1, tt.outcome)
						ctx, cancel := timeout()
						err := request(ctx, w.to[i].Sender)
						cancel()
						w.platforms.Mend("slack")
						w.platforms.Mend("discord")
						fault := checkFault(t, w.to[i].Name+" "+what, err)
						if fault != nil && fault.Verdict != want {
							t.Errorf("%s %s: verdict %v on %v, want %v", w.to[i].Name, what, fault.Verdict, fault, want)
						}
						w.pass(time.Hour) // what the platform asked for is over
					}
				}
			})
		})
	}
}

// someRef names a message for requests whose answer is scripted.
const someRef = "C0SALES/1.000100"

// requests are what a sender does to a channel.
var requests = map[string]func(ctx context.Context, s notifier.Sender) error{
	"post": func(ctx context.Context, s notifier.Sender) error {
		_, err := s.Post(ctx, message("x"))
		return err
	},
	"edit":   func(ctx context.Context, s notifier.Sender) error { return s.Edit(ctx, someRef, message("x")) },
	"delete": func(ctx context.Context, s notifier.Sender) error { return s.Delete(ctx, someRef) },
}

// checkFault returns err as the Fault that it must be, without a secret.
func checkFault(t *testing.T, what string, err error) *notifier.Fault {
	t.Helper()
	fault, ok := err.(*notifier.Fault)
	if !ok {
		t.Errorf("%s: got %T %v, want a *Fault", what, err, err)
		return nil
	}
	text := fmt.Sprintf("%v %+v %s", err, *fault, fault.Code)
	for _, secret := range []string{"secret", "xoxb-", "http", "/services/", "/webhooks/"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s: %q leaks %q", what, text, secret)
		}
	}
	return fault
}

func TestNoSecretInAnyLogLine(t *testing.T) {
	for _, tt := range outcomes {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				var log bytes.Buffer
				w.options.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				w.platforms.Fail("slack", 2, tt.outcome)
				w.platforms.Fail("discord", 2, tt.outcome)
				w.deliver(sale(1))
				w.pass(5 * time.Minute)
				w.stop()
				for _, destination := range []string{sales, "hook", disc} {
					if !strings.Contains(log.String(), "destination="+destination+" ") {
						t.Errorf("the log holds no line about %s, so this proves nothing", destination)
					}
				}
				for _, secret := range []string{"secret", "xoxb-", "https://", "jane@acme.com"} {
					if strings.Contains(log.String(), secret) {
						t.Errorf("the log holds %q", secret)
					}
				}
			})
		})
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
		if first.Edit(ctx, a, message("x")) == nil {
			w.t.Fatal("want a 429")
		}
		edit(w.t, second, b)
		if first.Edit(ctx, a, message("x")) == nil {
			t.Error("the limited webhook was edited again")
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("waited %s within the calls", waited)
		}
		if free := time.Until(first.NextEdit()); free < 59*time.Second {
			t.Errorf("the first is free in %s, want 60 s", free)
		}
	})
}

// discordgo repeats a 429 without a retry_after at once and for ever.
func TestOnePostIsOneRequestWhateverTheAnswer(t *testing.T) {
	for _, tt := range outcomes {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.platforms.Fail("slack", -1, tt.outcome)
				w.platforms.Fail("discord", -1, tt.outcome)
				for _, d := range w.to {
					start := time.Now()
					ctx, cancel := timeout()
					_, _ = d.Sender.Post(ctx, message("x"))
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
		names := []string{"@everyone", "<!channel>", "<@U123>", "@here", "](http://evil.example)", "<!subteam^S1>"}
		for n, name := range names {
			w.deliver(sale(n, map[string]any{"customer": map[string]any{"name": name, "email": nil}}))
			w.pass(3 * time.Second)
			w.deliver(refund(n))
			w.pass(3 * time.Second)
		}
		w.idle(time.Minute)
		for _, channel := range []string{sales, hooked, disc} {
			shown := w.shown(channel)
			if len(shown) < len(names) {
				t.Errorf("%s shows %d messages, want one for each of the %d names", channel, len(shown), len(names))
			}
			for _, m := range shown {
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
