package formatter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"polarbell/formatter"
)

// TestMention: who is called stands before the headline, in the text that
// notifies. Strangers' names call nobody, also beside a call.
func TestMention(t *testing.T) {
	const hostile = "<!channel> @everyone <@U9> <@&9> <!subteam^S9> @here"
	for _, c := range []struct {
		name           string
		m              formatter.Mention
		slack, discord string // how the text begins, and "…" where it ends
		allowed        string
	}{
		{"nobody", formatter.Mention{}, "*Sale", "**Sale", `{"parse":[],"replied_user":false}`},
		{"a crowd", formatter.Mention{Crowds: []string{"here"}}, "<!here> *Sale", "@here **Sale", `{"parse":["everyone"],"replied_user":false}`},
		{"a person and a group", formatter.Mention{Users: []string{"U1"}, Groups: []string{"S2"}}, "<!subteam^S2> <@U1> *Sale", "<@&S2> <@U1> **Sale", `{"parse":[],"roles":["S2"],"users":["U1"],"replied_user":false}`},
		{"and more", formatter.Mention{Users: []string{"1"}, More: 3}, "<@1> *Sale…* and 3 more", "<@1> **Sale…** and 3 more", `{"parse":[],"users":["1"],"replied_user":false}`},
	} {
		for _, only := range []bool{false, true} {
			card := formatter.Card{Headline: "Sale · " + hostile, Silent: true, HeadlineOnly: only, Fields: []formatter.Field{{Name: "Customer", Text: hostile}}}
			m := formatter.Message{Cards: []formatter.Card{card}, Mention: c.m}
			slack, discord := formatter.Slack(m), formatter.Discord(m)
			allowed, err := json.Marshal(discord.AllowedMentions)
			if err != nil {
				t.Fatal(err)
			}
			for text, want := range map[string]string{slack.Text: c.slack, discord.Content: c.discord} {
				if only {
					want = strings.ReplaceAll(want, "*", "")
				}
				begin, end, _ := strings.Cut(want, "…")
				if !strings.HasPrefix(text, begin) || !strings.HasSuffix(text, end) {
					t.Errorf("%s: text is %q, want it to begin with %q and to end with %q", c.name, text, begin, end)
				}
				for _, call := range []string{"<!channel", "@everyone", "<@U9", "<@&9", "<!subteam^S9"} {
					if strings.Contains(strings.ReplaceAll(text, `\<`, ""), call) {
						t.Errorf("%s: a name calls %s: %s", c.name, call, text)
					}
				}
			}
			if string(allowed) != c.allowed {
				t.Errorf("%s: allowed is %s, want %s", c.name, allowed, c.allowed)
			}
			if isSilent := discord.Flags&discordgo.MessageFlagsSuppressNotifications != 0; isSilent != c.m.IsZero() {
				t.Errorf("%s: silent = %t, want that a call is heard", c.name, isSilent)
			}
		}
	}
}
