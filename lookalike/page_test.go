package lookalike

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"polarbell/formatter"
)

var (
	update = flag.Bool("update", false, "rewrite the golden file")

	noon = time.Date(2026, time.November, 22, 12, 34, 56, 0, time.UTC)
)

// read decodes the body of one of formatter's examples.
func read(t *testing.T, name string, body any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "formatter", "testdata", "render", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, body); err != nil {
		t.Fatal(err)
	}
}

// pageOf shows examples on both platforms, the first as edited.
func pageOf(t *testing.T, names ...string) string {
	t.Helper()
	inSlack := Column{Name: "sales", Platform: "slack"}
	inDiscord := Column{Name: "sales", Platform: "discord"}
	for i, name := range names {
		var s slack.WebhookMessage
		read(t, name+".slack.json", &s)
		inSlack.Messages = append(inSlack.Messages, Message{Body: Slack(s), Posted: noon, Edited: i == 0})
		var d discordgo.WebhookParams
		read(t, name+".discord.json", &d)
		inDiscord.Messages = append(inDiscord.Messages, Message{Body: Discord(d), Posted: noon, Edited: i == 0, Silent: d.Flags != 0})
	}
	var b bytes.Buffer
	columns := []Column{inSlack, inDiscord, {Name: "quiet", Platform: "discord", Author: "Another", Caption: "Nothing yet."}}
	page := Page{Title: "A <page>", Intro: "What it shows.", Buttons: []string{"Again"}, Columns: columns}
	if err := page.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPage compares with testdata/page.html; with -update it writes the file.
func TestPage(t *testing.T) {
	got := pageOf(t, "sale", "canceled", "failed", "bare", "silent", "headline_only", "group")
	path := filepath.Join("testdata", "page.html")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestPageLoadsNothing(t *testing.T) {
	page := pageOf(t, "sale")
	for _, word := range []string{" src=", "<link", "@import", "url("} {
		if strings.Contains(page, word) {
			t.Errorf("the page has %q; want nothing from elsewhere", word)
		}
	}
}

// A page whose policy forbids inline styles shows messages too.
func TestMessagesHaveNoInlineStyle(t *testing.T) {
	var s slack.WebhookMessage
	read(t, "group.slack.json", &s)
	var d discordgo.WebhookParams
	read(t, "group.discord.json", &d)
	for platform, html := range map[string]string{"Slack": string(Slack(s)), "Discord": string(Discord(d))} {
		if strings.Contains(html, "style=") || !strings.Contains(html, "tone-green") {
			t.Errorf("%s: got %s, want classes and no style", platform, html)
		}
	}
}

func TestEveryToneHasItsColour(t *testing.T) {
	for tone, want := range map[formatter.Tone]string{
		formatter.Grey: "tone-grey", formatter.Green: "tone-green", formatter.PaleGreen: "tone-pale-green",
		formatter.Amber: "tone-amber", formatter.Red: "tone-red", formatter.Blue: "tone-blue",
	} {
		m := formatter.Message{Cards: []formatter.Card{{Tone: tone, Note: "x"}}}
		inSlack, inDiscord := formatter.Slack(m), formatter.Discord(m)
		for _, tt := range []struct{ platform, html, colour string }{
			{"slack", string(Slack(inSlack)), inSlack.Attachments[0].Color},
			{"discord", string(Discord(*inDiscord)), fmt.Sprintf("#%06x", inDiscord.Embeds[0].Color)},
		} {
			if !strings.Contains(tt.html, " "+want+`"`) {
				t.Errorf("%s: got %s, want the class %s", tt.platform, tt.html, want)
			}
			if rule := fmt.Sprintf(".%s .%s { border-color: %s; }", tt.platform, want, tt.colour); !strings.Contains(CSS, rule) {
				t.Errorf("CSS lacks the rule %s", rule)
			}
		}
	}
}
