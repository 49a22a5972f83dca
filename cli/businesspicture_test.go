package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/lookalike"
	"polarbell/polar"
)

// TestPicturesOfTheBusiness writes digest.png and rescue.png, of which docs/ has
// copies, to the folder that POLARBELL_TEST_SCREENSHOTS names, and both at the
// width of a phone.
func TestPicturesOfTheBusiness(t *testing.T) {
	folder := os.Getenv("POLARBELL_TEST_SCREENSHOTS")
	if folder == "" {
		t.Skip("POLARBELL_TEST_SCREENSHOTS is not set")
	}
	failed, _ := polar.Sample("subscription.past_due")
	reminder, _ := polar.Sample(polar.Reminder)
	digest, _ := polar.Sample(polar.Digest)
	for _, p := range []struct {
		name   string
		bodies [][]byte
		height string
		phone  string
	}{
		{"digest", [][]byte{digest}, "530", "1100"},
		{"rescue", [][]byte{failed, reminder}, "800", "1700"},
	} {
		page := filepath.Join(t.TempDir(), "page.html")
		draw(t, page, onBoth(t, p.bodies), "")
		shoot(t, page, filepath.Join(folder, p.name+".png"), "900,"+p.height)
		draw(t, page, onBoth(t, p.bodies), "body{width:390px;padding:12px}") // a window is 500 wide at least
		shoot(t, page, filepath.Join(folder, p.name+"-phone.png"), "500,"+p.phone)
	}
}

// onBoth shows the cards of deliveries on both platforms, each as a message.
func onBoth(t *testing.T, bodies [][]byte) lookalike.Page {
	t.Helper()
	cards, err := cardsOf(bodies, compose.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slack, discord := lookalike.Column{Name: "sales", Platform: "slack"}, lookalike.Column{Name: "sales", Platform: "discord"}
	for _, card := range cards {
		m := formatter.Message{Cards: []formatter.Card{card}}
		slack.Messages = append(slack.Messages, lookalike.Message{Body: lookalike.Slack(formatter.Slack(m)), Posted: card.Time})
		discord.Messages = append(discord.Messages, lookalike.Message{Body: lookalike.Discord(*formatter.Discord(m)), Posted: card.Time})
	}
	return lookalike.Page{Title: "polarbell", Columns: []lookalike.Column{slack, discord}}
}

// draw writes a page in light colours and without its title.
func draw(t *testing.T, path string, page lookalike.Page, style string) {
	t.Helper()
	var html strings.Builder
	if err := page.Write(&html); err != nil {
		t.Fatal(err)
	}
	style = "<style>:root,.slack{color-scheme:light!important}h1{display:none}" + style + "</style><main>"
	if err := os.WriteFile(path, []byte(strings.Replace(html.String(), "<main>", style, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
