package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/lookalike"
)

// TestPictureOfTheDemo writes demo-light.png and demo-dark.png, of which docs/
// has copies, to the folder that POLARBELL_TEST_SCREENSHOTS names: the same
// purchase, renewal and refund as Polar posts them and as we do.
func TestPictureOfTheDemo(t *testing.T) {
	folder := os.Getenv("POLARBELL_TEST_SCREENSHOTS")
	if folder == "" {
		t.Skip("POLARBELL_TEST_SCREENSHOTS is not set")
	}
	page := pictured(t, "A purchase", "A renewal", "A sale, and a refund of a part of it")
	for _, scheme := range []string{"light", "dark"} {
		var html strings.Builder
		if err := page.Write(&html); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "page.html")
		// Two columns without a title, in one colour scheme.
		style := "<style>:root,.slack{color-scheme:" + scheme + "!important}h1{display:none}main{grid-template-columns:1fr 1fr!important}.other{order:0!important}</style><main>"
		text := strings.Replace(html.String(), "<main>", style, 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		shoot(t, path, filepath.Join(folder, "demo-"+scheme+".png"), "840,1010")
	}
}

func pictured(t *testing.T, titles ...string) lookalike.Page {
	t.Helper()
	s, err := loadScript()
	if err != nil {
		t.Fatal(err)
	}
	p := player{script: s}
	ours := lookalike.Column{Name: "sales", Platform: "slack"}
	now := time.Now().Truncate(time.Hour)
	for _, st := range s.Stories {
		if !slices.Contains(titles, st.Title) {
			continue
		}
		bodies, err := s.bodies(st, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range bodies {
			p.note(body)
		}
		cards, err := cardsOf(bodies, compose.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range cards {
			if card.Kind != formatter.Waiting && !card.Over {
				m := formatter.Slack(formatter.Message{Cards: []formatter.Card{card}})
				ours.Messages = append(ours.Messages, lookalike.Message{Body: lookalike.Slack(m)})
			}
		}
	}
	own := p.alone()
	own.Caption = fmt.Sprintf("Polar's own alerts: %d messages", len(own.Messages))
	ours.Caption = fmt.Sprintf("polarbell, for the same deliveries: %d messages", len(ours.Messages))
	for i := range own.Messages {
		own.Messages[i].Posted = time.Time{}
	}
	return lookalike.Page{Title: "polarbell", Columns: []lookalike.Column{own, ours}}
}

// shoot takes a picture of a page, of a size such as "840,1010", at twice that
// size.
func shoot(t *testing.T, page, picture, size string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--force-device-scale-factor=2", "--window-size="+size, "--screenshot="+picture, page).CombinedOutput()
	if err != nil {
		t.Fatalf("chromium: %v: %s", err, out)
	}
}
