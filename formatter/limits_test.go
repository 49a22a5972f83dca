package formatter

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
	"github.com/slack-go/slack"
)

// within fails unless s is valid UTF-8 of at most limit UTF-16 code units.
func within(t *testing.T, what, s string, limit int) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%s is not UTF-8: %q", what, s)
	}
	if n := len(utf16.Encode([]rune(s))); n > limit {
		t.Errorf("%s: got %d characters, want at most %d", what, n, limit)
	}
}

// checkSlack holds a message to Slack's limits and to what may be in it.
// https://docs.slack.dev/reference/block-kit/blocks
func checkSlack(t *testing.T, m slack.WebhookMessage) {
	t.Helper()
	within(t, "text", m.Text, 4000)
	harmlessInSlack(t, "text", m.Text)
	if m.Text == "" {
		t.Error("a message without text")
	}
	if n := len(m.Attachments); n > 10 {
		t.Errorf("got %d attachments, want at most 10", n)
	}
	blocks, total := 0, 0
	for _, a := range m.Attachments {
		within(t, "fallback", a.Fallback, 3000)
		harmlessInSlack(t, "fallback", a.Fallback)
		blocks += len(a.Blocks.BlockSet)
		for _, b := range a.Blocks.BlockSet {
			for _, o := range textsOf(t, b) {
				within(t, "block", o.Text, 2000)
				harmlessInSlack(t, "block", o.Text)
				if o.Text == "" || !o.Verbatim {
					t.Errorf("text object %+v: want text, verbatim", o)
				}
				total += utf8.RuneCountInString(o.Text)
			}
		}
	}
	if blocks > 50 || total > 13_000 {
		t.Errorf("got %d blocks of %d characters, want at most 50 and 13,000", blocks, total)
	}
	if m.UnfurlLinks == nil || *m.UnfurlLinks || m.UnfurlMedia == nil || *m.UnfurlMedia || m.Parse != "none" {
		t.Error("a message that Slack would link or unfurl")
	}
}

func textsOf(t *testing.T, b slack.Block) []*slack.TextBlockObject {
	t.Helper()
	switch b := b.(type) {
	case *slack.SectionBlock:
		if len(b.Fields) > 10 {
			t.Errorf("got %d fields, want at most 10", len(b.Fields))
		}
		if b.Text != nil {
			return append(b.Fields, b.Text)
		}
		return b.Fields
	case *slack.ContextBlock:
		var texts []*slack.TextBlockObject
		for _, e := range b.ContextElements.Elements {
			texts = append(texts, e.(*slack.TextBlockObject))
		}
		return texts
	default:
		t.Errorf("block %T: want a section or a context", b)
		return nil
	}
}

var (
	ourSlackTokens   = regexp.MustCompile(`<!date\^\d+\^\{date_short(_pretty\} \{time)?\}\|[\w, :]+>|(?m)^> `)
	ourSlackLinks    = regexp.MustCompile(`<(?:https?://[^|<> ]+|mailto:[\w.%+-]+@[\w.%+-]+)\|([^<>]+)>`)
	slackEntities    = regexp.MustCompile(`&(amp|lt|gt);`)
	slackEmphasis    = regexp.MustCompile("(^|[^0-9A-Za-z])[*_~]|[*_~]($|[^0-9A-Za-z])|`")
	ourSlackBold     = regexp.MustCompile(`(?m)^\*(.*)\*$`)
	ourDiscordTokens = regexp.MustCompile(`<t:\d+:[df]>|(?m)^> `)
	ourDiscordBold   = regexp.MustCompile(`(?s)^\*\*(.*)\*\*$`)
	discordEscapes   = regexp.MustCompile(`\\[^0-9A-Za-z\s]`)
	crowd            = regexp.MustCompile(`(?i)(^|[^0-9a-z])@(everyone|here|channel)`)
	invitation       = regexp.MustCompile(`\.[A-Za-z][0-9A-Za-z]*/`)
	shortcode        = regexp.MustCompile(`:[0-9A-Za-z_+'-]+:`)
)

// harmlessInSlack fails if anything but our own tokens does something.
func harmlessInSlack(t *testing.T, what, s string) {
	t.Helper()
	ours := ourSlackLinks.ReplaceAllString(ourSlackTokens.ReplaceAllString(s, ""), "$1")
	ours = ourSlackBold.ReplaceAllString(ours, "$1")
	if rest := slackEntities.ReplaceAllString(ours, "·"); strings.ContainsAny(rest, "&<>") ||
		slackEmphasis.MatchString(rest) || crowd.MatchString(rest) || shortcode.MatchString(rest) || strings.Contains(rest, "://") {
		t.Errorf("%s does something in Slack: %q", what, s)
	}
	if strings.HasPrefix(ours, "&gt;") || strings.Contains(ours, "\n&gt;") {
		t.Errorf("%s quotes in Slack: %q", what, s)
	}
}

// checkDiscord holds a message to Discord's limits and to what may be in it.
// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
func checkDiscord(t *testing.T, m *discordgo.WebhookParams) {
	t.Helper()
	within(t, "content", m.Content, 2000)
	harmlessInDiscord(t, "content", ourDiscordBold.ReplaceAllString(m.Content, "$1"))
	if n := len(m.Embeds); n > 10 || m.Content == "" {
		t.Errorf("got %d embeds and content %q, want a content and at most 10 embeds", n, m.Content)
	}
	if m.AllowedMentions == nil || m.AllowedMentions.Parse == nil || len(m.AllowedMentions.Parse) > 0 {
		t.Error("mentions are allowed")
	}
	all, addresses := "", map[string]bool{}
	room := 600
	if len(m.Embeds) == 1 {
		room = 1000
	}
	for _, e := range m.Embeds {
		own := e.Title + e.Description
		within(t, "title", e.Title, 256)
		within(t, "description", e.Description, 4096)
		harmlessInDiscord(t, "title", e.Title)
		harmlessInDiscord(t, "description", e.Description)
		if e.Footer != nil {
			within(t, "footer", e.Footer.Text, 2048)
			if crowd.MatchString(e.Footer.Text) {
				t.Errorf("a footer calls a crowd: %q", e.Footer.Text)
			}
			own += e.Footer.Text
		}
		if e.URL != "" && (e.Title == "" || addresses[e.URL]) {
			t.Errorf("title %q, address %q: want a title, and an address of its own", e.Title, e.URL)
		}
		addresses[e.URL] = true
		for _, f := range e.Fields {
			within(t, "name", f.Name, 256)
			within(t, "value", f.Value, 1024)
			harmlessInDiscord(t, "name", f.Name)
			harmlessInDiscord(t, "value", f.Value)
			if strings.TrimSpace(f.Name) == "" || strings.TrimSpace(f.Value) == "" {
				t.Errorf("field %+v: want a name and a value", f)
			}
			own += f.Name + f.Value
		}
		if own == "" {
			t.Error("an embed without text, which Discord refuses")
		}
		within(t, "embed", own, room)
		all += own
	}
	within(t, "all embeds", all, 6000)
}

// harmlessInDiscord fails if anything but our own tokens does something.
func harmlessInDiscord(t *testing.T, what, s string) {
	t.Helper()
	rest := discordEscapes.ReplaceAllString(ourDiscordTokens.ReplaceAllString(s, ""), "·")
	bad := strings.ContainsAny(rest, "\\*_~|`[]<>") || strings.Contains(rest, "://") || crowd.MatchString(rest) || shortcode.MatchString(rest) || invitation.MatchString(rest)
	for line := range strings.Lines(rest) {
		bad = bad || strings.ContainsAny(line[:1], "#-+")
	}
	if bad {
		t.Errorf("%s does something in Discord: %q", what, s)
	}
}

// check renders a message for every platform and holds the results to the
// limits.
func check(t *testing.T, m Message) {
	t.Helper()
	s, d := Slack(m), Discord(m)
	checkSlack(t, s)
	checkDiscord(t, d)
	for _, body := range []any{s, d} {
		if _, err := json.Marshal(body); err != nil {
			t.Error(err)
		}
	}
	for _, r := range Text(m) {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			t.Errorf("a control character %U in the text", r)
		}
	}
	for _, c := range m.Cards {
		within(t, "headline", Headline(c), maxMark+1+maxHeadline)
		if Headline(c) == "" {
			t.Error("a card without a headline")
		}
	}
}

func TestExamplesKeepTheLimits(t *testing.T) {
	for name, m := range examples() {
		t.Run(name, func(t *testing.T) { check(t, m) })
	}
}

// stuffed has s wherever a card takes text.
func stuffed(s string) Card {
	times := []time.Time{noon, noon.AddDate(0, 1, 0), {}, time.Unix(1<<40, 0), noon, noon}
	field := Field{Name: s, Text: s, Email: s, Times: times}
	return Card{
		Mark: s, Prefix: s, Headline: s,
		Fields: []Field{field, field, {Name: s, Text: s, Times: times[:1]}, {Name: s, Times: times}, field, {Name: "Customer", Text: s}},
		Quote:  s, Note: s, Context: []string{s, "INV-1", s}, Time: noon, Link: Link{Text: s, URL: "https://polar.sh/" + strings.Repeat("&", 96)},
	}
}

func one(c Card) Message { return Message{Cards: []Card{c}} }

// ten has one card ten times; of the last only the headline is shown.
func ten(c Card) Message {
	m := Message{Summary: c.Headline, Cards: slices.Repeat([]Card{c}, 10)}
	m.Cards[9].HeadlineOnly = true
	return m
}

func TestFloodsKeepTheLimits(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":         "",
		"only invisible":  strings.Repeat("\u200b\u202e\x00\ufeff", 100),
		"long":            strings.Repeat("word ", 2000),
		"one word":        strings.Repeat("x", 6000),
		"all escapes":     strings.Repeat("&<*`:", 1500),
		"families":        strings.Repeat("👨‍👩‍👧‍👦", 700),
		"marks":           "e" + strings.Repeat("\u0301", 6000) + "x",
		"lines":           strings.Repeat("\n> -#\r\n1. a", 600),
		"crowds":          strings.Repeat("@everyone :smile: https://a.b ", 200),
		"broken UTF-8":    strings.Repeat("\xff\xc0", 1000),
		"outside the BMP": strings.Repeat("𝔘", 5000),
		"links":           strings.Repeat("[a](https://b.c) <https://b.c|d>", 500),
		"an address":      strings.Repeat("x", 60) + "@" + strings.Repeat("y.", 90) + "com",
	} {
		t.Run(name, func(t *testing.T) {
			check(t, one(stuffed(s)))
			check(t, ten(stuffed(s)))
			check(t, one(Card{Headline: s, HeadlineOnly: true}))
		})
	}
}

func TestCuts(t *testing.T) {
	long := Card{Headline: strings.Repeat("é", 100) + strings.Repeat("👨‍👩‍👧‍👦", 10), Note: strings.Repeat("a & b ", 1000)}
	m := Slack(one(long))
	if want := "*" + strings.Repeat("é", 100) + "👨‍👩‍👧‍👦" + "…*"; m.Text != want {
		t.Errorf("headline: got %q, want %q", m.Text, want)
	}
	note := textsOf(t, m.Attachments[0].Blocks.BlockSet[0])[0].Text
	if !regexp.MustCompile(`^(a &amp; b )+(a &amp; b|a &amp;|a)…$`).MatchString(note) {
		t.Errorf("note: got %q, want whole escapes and …", note)
	}
	short := sale()
	short.Note = strings.Repeat("n", 5000)
	e := Discord(one(short)).Embeds[0]
	if got, want := e.Fields[0].Value, `jane\_doe@acme.com, Norway`; got != want {
		t.Errorf("a short field beside a long note: got %q, want %q", got, want)
	}
	if n := size(e.Description); n < 400 || !strings.HasSuffix(e.Description, "…") {
		t.Errorf("a long note: got %d characters, want all that is left: %q", n, e.Description)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"", "Jane *Doe*", "<!channel> @everyone", "[a](https://b)\n# x", "\u200d\u202e\xff", "1. a\n2. b\n-# c", "a_b*c~d`e", "a@b.c/d"} {
		f.Add(s, s, 3, int64(1_795_350_896))
	}
	f.Fuzz(func(t *testing.T, a, b string, repeat int, unix int64) {
		a = strings.Repeat(a, 1+min(max(repeat, 0), 300))
		c := Card{
			Mark: b, Prefix: a, Headline: a, Quote: b + a, Note: a + "\n" + b, Context: []string{b, a}, Link: Link{Text: a, URL: b},
			Fields: []Field{{Name: b, Text: a + b + a, Email: b}, {Name: a, Text: b, Email: b, Times: []time.Time{time.Unix(unix, 0), noon}}},
			Time:   time.Unix(unix, 0), Tone: Tone(repeat),
		}
		check(t, one(c))
		check(t, ten(c))
		check(t, Message{Cards: []Card{{Headline: a, HeadlineOnly: true}, {Headline: b, HeadlineOnly: true}}})
	})
}
