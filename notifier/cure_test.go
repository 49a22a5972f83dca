package notifier_test

import (
	"strings"
	"testing"
)

func TestCureNamesWhatToChange(t *testing.T) {
	const slackChannel, slackWebhook, discord = 0, 1, 2
	tests := []struct {
		name string
		to   int
		code string
		want string
	}{
		{"dead token", slackChannel, "token_revoked", "SLACK_BOT_TOKEN"},
		{"no such channel", slackChannel, "channel_not_found", "SLACK_CHANNELS"},
		{"the same code of a webhook", slackWebhook, "channel_not_found", "SLACK_WEBHOOKS"},
		{"archived channel", slackChannel, "is_archived", "SLACK_CHANNELS"},
		{"archived channel of a webhook", slackWebhook, "channel_is_archived", "Unarchive"},
		{"unknown code", slackChannel, "moon_in_retrograde", "chat.postMessage"},
		{"unknown code of a webhook", slackWebhook, "moon_in_retrograde", "incoming-webhooks"},
		{"bare status", slackChannel, "404", "chat.postMessage"},
		{"bare status of a webhook", slackWebhook, "404", "SLACK_WEBHOOKS"},
		{"deleted webhook", discord, "404/10015", "new webhook"},
		{"unknown code of Discord", discord, "403/0", "new webhook"},
		{"forum without a thread", discord, "400/220001", "add ?thread_id"},
		{"locked thread", discord, "403/160005", "change ?thread_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				if got := w.to[tt.to].Sender.Cure(tt.code); !strings.Contains(got, tt.want) {
					t.Errorf("the cure of %s is %q, want %q in it", tt.code, got, tt.want)
				}
			})
		})
	}
}
