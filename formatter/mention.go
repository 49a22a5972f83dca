package formatter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// Mention names who a message calls, by the platform's own IDs.
type Mention struct {
	Crowds []string // "here"; "channel" on Slack, "everyone" on Discord
	Users  []string
	Groups []string // user groups of Slack, roles of Discord
	More   int      // cards that would have called since the last call
}

// IsZero reports whether nobody is called.
func (m Mention) IsZero() bool { return len(m.Crowds)+len(m.Users)+len(m.Groups) == 0 }

// And calls those of both, each once.
func (m Mention) And(other Mention) Mention {
	join := func(a, b []string) []string {
		for _, who := range b {
			if !slices.Contains(a, who) {
				a = append(slices.Clip(a), who)
			}
		}
		return a
	}
	return Mention{
		Crowds: join(m.Crowds, other.Crowds), Users: join(m.Users, other.Users), Groups: join(m.Groups, other.Groups),
		More: m.More + other.More,
	}
}

// String names who is called, for people.
func (m Mention) String() string {
	var all []string
	for _, who := range slices.Concat(m.Crowds, m.Users, m.Groups) {
		all = append(all, "@"+who)
	}
	return strings.Join(all, " ")
}

// around puts who is called before a headline that is escaped already, and how
// many others were not called for behind it.
func (m Mention) around(headline string, crowd, user, group string) string {
	if m.IsZero() {
		return headline
	}
	var calls []string
	for form, all := range map[string][]string{crowd: m.Crowds, user: m.Users, group: m.Groups} {
		for _, who := range all {
			calls = append(calls, fmt.Sprintf(form, who))
		}
	}
	slices.Sort(calls)
	text := strings.Join(calls, " ") + " " + headline
	if m.More > 0 {
		text += fmt.Sprintf(" and %d more", m.More)
	}
	return text
}

// inSlack is as Slack reads it in a message's text.
// https://docs.slack.dev/messaging/formatting-message-text#advanced
func (m Mention) inSlack(headline string) string {
	return m.around(headline, "<!%s>", "<@%s>", "<!subteam^%s>")
}

func (m Mention) inDiscord(headline string) string {
	return m.around(headline, "@%s", "<@%s>", "<@&%s>")
}

// allowed lets Discord call exactly these. It does not tell @here from
// @everyone; strangers' texts are escaped besides.
// https://docs.discord.com/developers/resources/message#allowed-mentions-object
func (m Mention) allowed() *discordgo.MessageAllowedMentions {
	a := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}, Users: m.Users, Roles: m.Groups}
	if len(m.Crowds) > 0 {
		a.Parse = append(a.Parse, discordgo.AllowedMentionTypeEveryone)
	}
	return a
}
