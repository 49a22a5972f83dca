package cli_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"polarbell/cli"
)

// TestSlackAppLink: the link of init is that of the docs, and carries the
// manifest.
func TestSlackAppLink(t *testing.T) {
	var out strings.Builder
	if code := cli.Run(t.Context(), cli.Build{}, []string{"init", t.TempDir() + "/.env"}, cli.Streams{Out: &out, Err: &out}); code != 0 {
		t.Fatal(out.String())
	}
	link := regexp.MustCompile(`https://api\.slack\.com/apps\?\S+`)
	printed := link.FindString(out.String())
	docs, err := os.ReadFile("../docs/slack.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.TrimSuffix(link.FindString(string(docs)), "):"); printed != want {
		t.Errorf("init prints\n%s\nthe docs have\n%s", printed, want)
	}
	u, err := url.Parse(printed)
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		OAuth struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
	}
	if err := json.Unmarshal([]byte(u.Query().Get("manifest_json")), &manifest); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(manifest.OAuth.Scopes.Bot, " "); got != "chat:write chat:write.public" {
		t.Errorf("the app's scopes are %q", got)
	}
	for _, scope := range manifest.OAuth.Scopes.Bot {
		if !strings.Contains(string(docs), "- "+scope+"\n") {
			t.Errorf("the docs' YAML lacks %s", scope)
		}
	}
}
