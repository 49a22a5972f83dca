package formatter

import (
	"bytes"
	"strings"
	"testing"
)

// pageOf shows the examples in the order of the names.
func pageOf(t *testing.T, names ...string) []byte {
	t.Helper()
	inSlack := Column{Name: "sales", Platform: "slack"}
	inDiscord := Column{Name: "sales", Platform: "discord"}
	for i, name := range names {
		cards := examples()[name]
		inSlack.Messages = append(inSlack.Messages, Message{Body: SlackHTML(Slack(cards)), Posted: noon, Edited: i == 0})
		d := Discord(cards)
		inDiscord.Messages = append(inDiscord.Messages, Message{Body: DiscordHTML(*d), Posted: noon, Edited: i == 0, Silent: d.Flags != 0})
	}
	var b bytes.Buffer
	columns := []Column{inSlack, inDiscord, {Name: "quiet", Platform: "discord"}}
	if err := Page(&b, "A <page>", columns); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPage(t *testing.T) {
	golden(t, "page.html", pageOf(t, "sale", "canceled", "failed", "bare", "silent", "plain", "group"))
}

func TestPageNeedsNothingElse(t *testing.T) {
	page := string(pageOf(t, "sale"))
	for _, word := range []string{" src=", "<link", "@import", "url("} {
		if strings.Contains(page, word) {
			t.Errorf("the page has %q; want nothing from elsewhere", word)
		}
	}
}

func TestHTMLShowsHostileTextAsTyped(t *testing.T) {
	const typed = `<script>alert("1")</script> *a* [b](https://c.d) <!channel> & \ `
	want := `&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;`
	cards := []Card{{Headline: typed, Quote: typed, Fields: []Field{{Name: typed, Text: typed}}, Context: []string{typed}}}
	for name, html := range map[string]string{
		"Slack":   string(SlackHTML(Slack(cards))),
		"Discord": string(DiscordHTML(*Discord(cards))),
	} {
		if strings.Contains(html, "<script") || strings.Contains(html, "<a ") || !strings.Contains(html, want) {
			t.Errorf("%s: got %s, want %s in it, no script and no link", name, html, want)
		}
	}
}
