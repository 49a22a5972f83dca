package lookalike

import (
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/slack-go/slack"

	"polarbell/formatter"
)

func TestMarkup(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   string
		show func(string) string
		want string
	}{
		{"Slack: bold and escapes", "*a &amp; b*", inSlack, "<b>a &amp; b</b>"},
		{"Slack: a star inside a word", "*a*b c*", inSlack, "<b>a*b c</b>"},
		{"Slack: a link", "<https://polar.sh/?a=1&amp;b=2|Open in Polar>", inSlack, `<a href="https://polar.sh/?a=1&amp;b=2">Open in Polar</a>`},
		{"Slack: a mailto link", "<mailto:j@a.com|j@a.com>, Norway", inSlack, `<a href="mailto:j@a.com">j@a.com</a>, Norway`},
		{"Slack: another scheme", "<javascript:x|y>", inSlack, "&lt;javascript:x|y&gt;"},
		{"Slack: a time", "<!date^1795350896^{date_short_pretty} {time}|x>", inSlack, `<time datetime="2026-11-22T12:34:56Z" data-as="slack">22 Nov 2026, 12:34 UTC</time>`},
		{"Slack: a date", "<!date^1795350896^{date_short}|x>", inSlack, `<time datetime="2026-11-22T12:34:56Z" data-as="slack-date">22 Nov 2026</time>`},
		{"Slack: lines", "a\nb\n> c\n> d\ne", inSlack, "a<br>b<blockquote>c<br>d</blockquote>e"},
		{"Discord: bold", `**a \*\* b\\** c`, inDiscord, `<b>a ** b\</b> c`},
		{"Discord: bold without an end", `**a\**`, inDiscord, "**a**"},
		{"Discord: escapes", `\<b\> discord.gg\/x`, inDiscord, "&lt;b&gt; discord.gg/x"},
		{"Discord: a backslash before a letter", `\a`, inDiscord, `\a`},
		{"Discord: a time", "<t:1795350896:f>", inDiscord, `<time datetime="2026-11-22T12:34:56Z" data-as="discord">22 Nov 2026, 12:34 UTC</time>`},
		{"Discord: a date", "<t:1795350896:d>", inDiscord, `<time datetime="2026-11-22T12:34:56Z" data-as="discord-date">22 Nov 2026</time>`},
		{"Discord: another token", "<@1>", inDiscord, "&lt;@1&gt;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := `<p class="headline">` + tt.want + "</p>\n"
			if got := tt.show(tt.in); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func inSlack(text string) string { return string(Slack(slack.WebhookMessage{Text: text})) }

func inDiscord(text string) string { return string(Discord(discordgo.WebhookParams{Content: text})) }

// Whatever strangers typed is shown as they typed it.
func TestHostileText(t *testing.T) {
	const typed = `<script>alert("1")</script> *a* **b** [b](https://c.d) <!channel> <mailto:x@y.z|x> & \ `
	want := `&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;`
	m := formatter.Message{Cards: []formatter.Card{{
		Headline: typed, Quote: typed, Context: []string{typed},
		Fields: []formatter.Field{{Name: typed, Text: typed, Email: typed}},
	}}}
	for name, html := range map[string]string{
		"Slack":   string(Slack(formatter.Slack(m))),
		"Discord": string(Discord(*formatter.Discord(m))),
	} {
		if strings.Contains(html, "<script") || strings.Contains(html, "<a ") || !strings.Contains(html, want) {
			t.Errorf("%s: got %s, want %s in it, no script and no link", name, html, want)
		}
	}
}
