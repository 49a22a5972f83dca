package formatter

import (
	"strings"
	"testing"
)

// valueOf is the one field of a message in Slack, without its name.
func valueOf(t *testing.T, f Field) string {
	t.Helper()
	f.Name = "Customer"
	attachments := Slack(one(Card{Headline: "x", Fields: []Field{f}})).Attachments
	if len(attachments) != 1 {
		t.Fatalf("got %d attachments, want one", len(attachments))
	}
	return strings.TrimPrefix(textsOf(t, attachments[0].Blocks.BlockSet[0])[0].Text, "*Customer*\n")
}

func TestSlackMailto(t *testing.T) {
	const jane = "<mailto:jane@acme.com|jane@acme.com>"
	for _, tt := range []struct{ name, text, email, want string }{
		{"between other texts", "Acme & Co, jane@acme.com, Norway", "jane@acme.com", "Acme &amp; Co, " + jane + ", Norway"},
		{"alone", "jane@acme.com", "jane@acme.com", jane},
		{"all harmless characters", "j_d.x%y+z-1@a-b.co", "j_d.x%y+z-1@a-b.co", "<mailto:j_d.x%25y+z-1@a-b.co|j_d.x%y+z-1@a-b.co>"},
		{"another address beside it stays text", "jane@acme.com, eve@evil.test", "jane@acme.com", jane + ", eve@evil.test"},
		{"only in the text", "jane@acme.com", "", "jane@acme.com"},
		{"not in the text", "Jane Doe", "jane@acme.com", "Jane Doe"},
		{"inside a longer address", "xjane@acme.com.evil.test", "jane@acme.com", "xjane@acme.com.evil.test"},
		{"before another @", "jane@acme.com@evil.test", "jane@acme.com", "jane@acme.com@evil.test"},
		{"with parameters", "jane@acme.com?bcc=eve@evil.test", "jane@acme.com?bcc=eve@evil.test", "jane@acme.com?bcc=eve@evil.test"},
		{"with a label", "a@b.c|Open", "a@b.c|Open", "a@b.c|Open"},
		{"with an end of the link", "a@b.c><!channel>", "a@b.c><!channel>", "a@b.c&gt;&lt;!channel&gt;"},
		{"with quotes", `"a b"@c.d`, `"a b"@c.d`, `"a b"@c.d`},
		{"not ASCII", "jäne@acme.com", "jäne@acme.com", "jäne@acme.com"},
		{"two @", "a@b@c.d", "a@b@c.d", "a@b@c.d"},
		{"not an address", "acme.com", "acme.com", "acme.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := valueOf(t, Field{Text: tt.text, Email: tt.email}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A link is shown whole or not at all, wherever the text is cut.
func TestSlackMailtoIsNotCut(t *testing.T) {
	const link = "<mailto:jane@acme.com|jane@acme.com>"
	linked := 0
	for n := 800; n < 1000; n++ {
		x := strings.Repeat("x", n)
		got := valueOf(t, Field{Text: x + " jane@acme.com " + x, Email: "jane@acme.com"})
		if strings.Contains(got, link) {
			linked++
		} else if strings.ContainsAny(got, "<>") {
			t.Fatalf("behind %d characters: got %q, want the whole link or none", n, got[790:])
		}
	}
	if linked == 0 || linked == 200 {
		t.Errorf("got %d links of 200, want some cut and some not", linked)
	}
}

// An attachment has the headline in its fallback only; among several cards also
// in its first block.
func TestSlackHeadlines(t *testing.T) {
	alone := Slack(one(sale())).Attachments[0]
	if got, want := textsOf(t, alone.Blocks.BlockSet[0])[0].Text, "*Customer*\n<mailto:jane_doe@acme.com|jane_doe@acme.com>, Norway"; got != want {
		t.Errorf("alone: the first block is %q, want %q", got, want)
	}
	among := Slack(Message{Cards: []Card{sale(), sale()}}).Attachments[1]
	if got, want := textsOf(t, among.Blocks.BlockSet[0])[0].Text, "*💰 Sale · $97.20 · Jane Doe · Pro Plan*"; got != want {
		t.Errorf("among several: the first block is %q, want %q", got, want)
	}
	if bare := Slack(one(Card{Headline: "x", Tone: Green})); len(bare.Attachments) > 0 {
		t.Errorf("a card without anything else has %d attachments, want none", len(bare.Attachments))
	}
}
