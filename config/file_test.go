package config_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"polarbell/config"
)

// Editors and shells leave things round a secret in its file.
func TestFileOfASecret(t *testing.T) {
	const cure = "POLAR_WEBHOOK_SECRET_FILE: names a file that "
	for _, c := range []struct{ name, text, want string }{
		{"line ends", secret + "\r\n\n", ""},
		{"a byte order mark", "\ufeff" + secret, ""},
		{"quotes", "'" + secret + "'\n", ""},
		{"UTF-16, little end first", "\xff\xfew\x00h\x00s\x00", cure + "is UTF-16; save it as UTF-8"},
		{"UTF-16, big end first", "\xfe\xff\x00w\x00h\x00s", cure + "is UTF-16; save it as UTF-8"},
		{"UTF-16 without a mark", "w\x00h\x00s\x00", cure + "is UTF-16; save it as UTF-8"},
		{"Latin-1", secret + "\xe9", cure + "is not UTF-8; save it as UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(vars{"POLAR_WEBHOOK_SECRET": ""}))
			write(t, "secret", c.text)
			t.Setenv("POLAR_WEBHOOK_SECRET_FILE", "secret")
			got, err := config.Load()
			if c.want == "" && (err != nil || !slices.Equal(got.Secrets, []config.Secret{secret})) {
				t.Errorf("Load: %v; want the secret alone", err)
			}
			if c.want != "" && (err == nil || err.Error() != c.want) {
				t.Errorf("Load = %v, want %s", err, c.want)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	v := vars{"ADMIN_ADDR": ":1"}
	within(t, v)
	for name, text := range map[string]string{
		"POLAR_WEBHOOK_SECRET": secret, "SLACK_BOT_TOKEN": token, "ADMIN_PASSWORD": password, "DATABASE_URL": database,
		"POLAR_ACCESS_TOKEN": access,
		"SLACK_WEBHOOKS":     slackHook + "\n" + "two:" + slackHook, "DISCORD_WEBHOOKS": "d:" + discordHook,
	} {
		path := filepath.Join(t.TempDir(), "secret")
		write(t, path, text+"\r\n")
		t.Setenv(name+"_FILE", path)
	}
	c, err := config.Load()
	if err != nil {
		t.Fatalf("Load:\n%v", err)
	}
	if c.Secrets[0] != secret || c.SlackToken != token || c.AdminPassword != password || c.DatabaseURL != database || c.AccessToken != access {
		t.Error("a value is not the file's text without its line end")
	}
	var destinations []string
	for _, d := range c.Destinations {
		destinations = append(destinations, fmt.Sprintf("%s: %v", d.Name, d.Platform))
	}
	want := []string{"slack-B0123: Slack webhook", "two: Slack webhook", "d: Discord webhook"}
	if !slices.Equal(destinations, want) {
		t.Errorf("destinations = %q, want %q", destinations, want)
	}
}
