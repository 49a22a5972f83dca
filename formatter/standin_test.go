package formatter

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"polarbell/standin"
)

// TestPlatformsTakeEverything posts to stand-ins that refuse what Slack and
// Discord refuse.
func TestPlatformsTakeEverything(t *testing.T) {
	platforms := standin.New(standin.Options{})
	platforms.Slack("C1", "sales")
	platforms.SlackWebhook("/services/T1/B1/secret", "C1")
	platforms.Discord("1", "token", "2")
	client := &http.Client{Transport: platforms.Transport()}
	messages := examples()
	for name, s := range map[string]string{
		"nothing": "", "crowds": "@everyone <!channel> <!here> <@U1> <@1> <@&2> @here",
		"escapes": "&<>*_~`|[](\\:#", "accents": "éêë👨‍👩‍👧‍👦𝔘",
	} {
		flood := string(bytes.Repeat([]byte(s+" "), 500))
		messages["flood of "+name] = ten(stuffed(flood))
		messages["one flood of "+name] = one(stuffed(flood))
	}
	for name, m := range messages {
		t.Run(name, func(t *testing.T) {
			post(t, client, "https://hooks.slack.com/services/T1/B1/secret", Slack(m))
			post(t, client, "https://discord.com/api/v10/webhooks/1/token?wait=true", Discord(m))
		})
	}
	for _, channel := range platforms.Channels() {
		for _, m := range platforms.Messages(channel) {
			if len(m.Mentions) > 0 || m.Collapsed > 0 {
				t.Errorf("%s: mentions %q, %d embeds collapsed; want none: %s", m.Platform, m.Mentions, m.Collapsed, m.Body)
			}
		}
	}
}

func post(t *testing.T, client *http.Client, url string, message any) {
	t.Helper()
	body, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "DiscordBot (https://example.com, 1)") // Discord refuses others
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	reason, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s: got %s %s, want it taken:\n%s", url, answer.Status, reason, body)
	}
}
