package notifier_test

import (
	"errors"
	"strings"
	"testing"

	"polarbell/notifier"
	"polarbell/standin"
)

func TestSlackCheckTellsWhatTheTokenMay(t *testing.T) {
	const public, asks = "chat:write.public", "channels:read"
	tests := []struct {
		name    string
		channel string
		scopes  []string
		state   standin.State
		want    string // the answer, or the fault's text
		cure    string // where the check knows more than the code says
	}{
		{"a member", sales, []string{"chat:write", asks}, "", "it may post to #sales", ""},
		{"not invited", sales, []string{"chat:write", asks}, standin.BotRemoved, "not_in_channel: #sales", "Invite the app: /invite @polarbell in #sales"},
		{"need not be invited", sales, []string{"chat:write", public, asks}, standin.BotRemoved, "it may post to #sales", ""},
		{"archived", sales, []string{"chat:write", asks}, standin.Archived, "is_archived: #sales", ""},
		{"no such channel", "C0NONE", []string{"chat:write", asks}, "", "channel_not_found", ""},
		{"may not ask", sales, []string{"chat:write", public}, "", "only --send tells, since the app has no scope channels:read", ""},
		{"by name", "#sales", []string{"chat:write", asks}, "", "whether it may post to #sales only --send tells", ""},
		{"may not post", sales, []string{asks}, "", "missing_scope: needs the scope chat:write", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.platforms.Scopes(tt.scopes...)
				if tt.state != "" {
					w.platforms.Revoke(sales, tt.state)
				}
				got, err := w.app.Channel(tt.channel).Check(w.t.Context())
				var fault *notifier.Fault
				if errors.As(err, &fault) {
					got = fault.Error()
					if fault.Verdict != notifier.Broken || fault.Cure != tt.cure {
						t.Errorf("verdict %v, cure %q; want broken and %q", fault.Verdict, fault.Cure, tt.cure)
					}
				}
				if !strings.HasSuffix(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if shown := w.shown(sales); len(shown) != 0 {
					t.Errorf("posted %d messages, want none", len(shown))
				}
			})
		})
	}
}

// A check sends nothing that could arrive, so that no failure of it says so.
func TestNoCheckMayHaveArrived(t *testing.T) {
	const gateway = "an HTML page"
	for _, tt := range []struct {
		name, target string
		answer       standin.Outcome
		want, cure   string // in the error, and in what to do
	}{
		{"Slack without a user", "slack", standin.Outcome{Status: 200, Body: `{"ok":true}`}, "an answer without the app's user", "look at SLACK_API_URL"},
		{"Slack without a channel", sales, standin.Outcome{Status: 200, Body: `{"ok":true,"channel":{}}`}, "an answer without the channel", "look at SLACK_API_URL"},
		{"Slack's gateway", "slack", standin.Outcome{Status: 504, Body: gateway}, "504", "Try again in a minute."},
		{"Slack's fatal error", "slack", standin.Outcome{Status: 200, Body: `{"ok":false,"error":"fatal_error"}`}, "fatal_error", "Try again in a minute."},
		{"Discord without a webhook", disc, standin.Outcome{Status: 200, Body: `{}`}, "an answer without the webhook", "look at DISCORD_API_URL"},
		{"Discord's gateway", disc, standin.Outcome{Status: 502, Body: gateway}, "502", "Try again in a minute."},
		{"not Discord's", disc, standin.Outcome{Status: 200, Body: gateway}, "this is not Discord's answer", "look at what stands between"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				if tt.target == disc {
					w.discord()
				} else {
					w.slack(sales)
				}
				w.platforms.Fail(tt.target, 1, tt.answer)
				_, err := w.to[0].Sender.Check(w.t.Context())
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("Check: %v, want %q", err, tt.want)
					return
				}
				if got := w.to[0].Cure(err); !strings.Contains(got, tt.cure) {
					t.Errorf("cure: %q, want %q", got, tt.cure)
				}
			})
		})
	}
}
