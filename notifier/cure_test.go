package notifier_test

import (
	"strings"
	"testing"
)

func TestCureNamesWhatToChange(t *testing.T) {
	const slackChannel, slackWebhook, discord, thread = 0, 1, 2, 3
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
		{"edit in an archived channel", slackChannel, "is_inactive", "Unarchive"},
		{"archived channel of a webhook", slackWebhook, "channel_is_archived", "Unarchive"},
		{"unknown code", slackChannel, "moon_in_retrograde", "chat.postMessage"},
		{"unknown code of a webhook", slackWebhook, "moon_in_retrograde", "incoming-webhooks"},
		{"deleted webhook", discord, "404/10015", "new webhook"},
		{"unknown code of Discord", discord, "403/0", "new webhook"},
		{"forum without a thread", discord, "400/220001", "add ?thread_id"},
		{"forum that wants a tag", discord, "400/40067", "add ?thread_id"},
		{"not a forum", discord, "400/220003", "take ?thread_id"},
		{"deleted channel", discord, "404/10003", "new webhook"},
		{"deleted thread", thread, "404/10003", "Thread 901 was deleted: put another"},
		{"archived thread", thread, "400/50083", "Thread 901 is archived: open it again, or put another"},
		{"locked thread", thread, "400/160005", "Thread 901 is locked: unlock it, or put another"},
		{"deleted webhook of a thread", thread, "404/10015", "new webhook"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.add("thread", "Discord", w.api.Webhook(disc, "secret", "901"))
				if got := w.to[tt.to].Sender.Cure(tt.code); !strings.Contains(got, tt.want) {
					t.Errorf("the cure of %s is %q, want %q in it", tt.code, got, tt.want)
				}
			})
		})
	}
}
