package formatter

import "testing"

func TestHostileText(t *testing.T) {
	tests := []struct {
		name, in, slack, discord, text string
	}{
		{"ordinary", "Jane Doe, 李小龍 · $97.20", "Jane Doe, 李小龍 · $97.20", "Jane Doe, 李小龍 · $97.20", "Jane Doe, 李小龍 · $97.20"},
		{"an address stays as it is to copy", "j_d+x@here.com", "j_d+x@here.com", `j\_d+x@here.com`, "j_d+x@here.com"},
		{"Slack's crowd", "<!channel> <!here|x>", "&lt;!channel&gt; &lt;!here|x&gt;", `\<!channel\> \<!here\|x\>`, "<!channel> <!here|x>"},
		{"a crowd", "@everyone @Here", "@\u200beveryone @\u200bHere", "@\u200beveryone @\u200bHere", "@everyone @Here"},
		{"a person", "<@U123> <@&456>", "&lt;@U123&gt; &lt;@&amp;456&gt;", `\<@U123\> \<@&456\>`, "<@U123> <@&456>"},
		{"entities", "a &lt; b", "a &amp;lt; b", "a &lt; b", "a &lt; b"},
		{"a masked link", "[Open](https://evil.test)", "[Open](https:\u200b//evil.test)", `\[Open\](https\://evil.test)`, "[Open](https://evil.test)"},
		{"Slack's masked link", "<https://evil.test|Open>", "&lt;https:\u200b//evil.test|Open&gt;", `\<https\://evil.test\|Open\>`, "<https://evil.test|Open>"},
		{"emphasis", "*a* _b_ ~c~ `d` ||e||", "∗a∗ ˍbˍ ∼c∼ ˋdˋ ||e||", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|\\|e\\|\\|", "*a* _b_ ~c~ `d` ||e||"},
		{"emoji", "a :smile: at 12:30:15, 1: x", "a :\u200bsmile: at 12:\u200b30:15, 1: x", `a \:smile: at 12\:30:15, 1: x`, "a :smile: at 12:30:15, 1: x"},
		{"a heading", "# big", "# big", `\# big`, "# big"},
		{"a small print", "-# small", "-# small", `\-# small`, "-# small"},
		{"a list", "1. one", "1. one", `1\. one`, "1. one"},
		{"a quotation", "> said", "\u200b&gt; said", `\> said`, "> said"},
		{"a backslash", `\*a`, `\∗a`, `\\\*a`, `\*a`},
		{"an invitation without a scheme", "see discord.gg/abc, 1/2 off 9.99/month", "see discord.gg/abc, 1/2 off 9.99/month", `see discord.gg\/abc, 1/2 off 9.99/month`, "see discord.gg/abc, 1/2 off 9.99/month"},
		{"lines", "a\r\n\n b\tc\u2028d", "a b c d", "a b c d", "a b c d"},
		{"controls", "a\x00b\x1b[31mc\u009bd", "ab[31mcd", `ab\[31mcd`, "ab[31mcd"},
		{"direction", "\u202egpj.exe\u2066x", "gpj.exex", "gpj.exex", "gpj.exex"},
		{"invisible", "\ufeffJa\u200bne\u00ad \u3164\u2800 Doe\U000e0041", "Jane Doe", "Jane Doe", "Jane Doe"},
		{"joiners stay in an emoji", "👨‍👩‍👧‍👦 ❤️", "👨‍👩‍👧‍👦 ❤️", "👨‍👩‍👧‍👦 ❤️", "👨‍👩‍👧‍👦 ❤️"},
		{"many marks", "e\u0301\u0301\u0301\u0301\u0301\u0301!", "e\u0301\u0301\u0301\u0301!", "e\u0301\u0301\u0301\u0301!", "e\u0301\u0301\u0301\u0301!"},
		{"broken UTF-8", "a\xffb", "a\ufffdb", "a\ufffdb", "a\ufffdb"},
		{"nothing to read", "\u200b\u3164\x07", "…", "…", "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := one(Card{Headline: tt.in, HeadlineOnly: true})
			if got := Slack(m).Text; got != tt.slack {
				t.Errorf("Slack: got %q, want %q", got, tt.slack)
			}
			if got := Discord(m).Content; got != tt.discord {
				t.Errorf("Discord: got %q, want %q", got, tt.discord)
			}
			if got := Text(m); got != tt.text+"\n" {
				t.Errorf("text: got %q, want %q", got, tt.text+"\n")
			}
		})
	}
}

func TestQuoteKeepsItsLines(t *testing.T) {
	m := one(Card{Headline: "x", Quote: "  a\r\n\r\n> b \n# c", Note: "d\ne"})
	if got, want := Discord(m).Embeds[0].Description, "> a\n> \\> b\n> \\# c\nd\ne"; got != want {
		t.Errorf("Discord: got %q, want %q", got, want)
	}
	block := Slack(m).Attachments[0].Blocks.BlockSet[0]
	if got, want := textsOf(t, block)[0].Text, "> a\n> \u200b&gt; b\n> # c\nd\ne"; got != want {
		t.Errorf("Slack: got %q, want %q", got, want)
	}
}
