package formatter

import (
	"fmt"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Discord has no mailto links.
var inDiscord = dialect{text: discordText, context: discordPlain, time: discordTime, date: discordDate}

// discordColours are the bars beside the embeds.
var discordColours = map[Tone]int{
	Grey: 0x9aa0a6, Green: 0x23a55a, PaleGreen: 0x8fd6ac,
	Amber: 0xf0b232, Red: 0xf23f43, Blue: 0x3ba5f5,
}

// Discord makes the body of one message. Its content is the headline, because
// a phone's notification shows nothing of an embed. Each card is an embed: one
// alone has the link as its title, several have their headlines.
//
// The message mentions exactly those that are named, and makes no sound if every
// card is silent and nobody is. An edit needs allowed mentions too and takes no
// flags.
func Discord(m Message) *discordgo.WebhookParams {
	p := &discordgo.WebhookParams{
		AllowedMentions: m.Mention.allowed(),
	}
	if m.Mention.IsZero() && !slices.ContainsFunc(m.Cards, func(c Card) bool { return !c.Silent }) {
		p.Flags = discordgo.MessageFlagsSuppressNotifications
	}
	if m.headlinesOnly() {
		p.Content = m.Mention.inDiscord(fit(m.headlines(), discordContent-maxMention, discordText))
		return p
	}
	p.Content = m.Mention.inDiscord("**" + fit(m.headline(), maxTitle, discordText) + "**")
	for _, c := range m.Cards {
		e := discordEmbed(visibleOf(c), len(m.Cards) > 1)
		if !isEmpty(e) {
			e.URL = distinct(e.URL, p.Embeds)
			p.Embeds = append(p.Embeds, e)
		}
	}
	return p
}

func discordEmbed(v visible, headed bool) *discordgo.MessageEmbed {
	title, room := fit(v.link.Text, maxName, discordText), discordAlone
	if headed {
		title, room = fit(v.headline, maxTitle, discordText), discordCard
	}
	l := layOut(v, inDiscord, room-size(title))
	e := &discordgo.MessageEmbed{Title: title, Description: joinLines(l.quote, l.note), Color: discordColours[v.tone]}
	if title != "" {
		e.URL = v.link.URL
	}
	for _, f := range l.fields {
		e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: f.name, Value: f.value, Inline: true})
	}
	if l.context != "" {
		e.Footer = &discordgo.MessageEmbedFooter{Text: l.context}
	}
	if !v.time.IsZero() {
		e.Timestamp = v.time.UTC().Format(time.RFC3339)
	}
	return e
}

// isEmpty reports whether the embed has nothing but colour and time, which
// Discord refuses.
func isEmpty(e *discordgo.MessageEmbed) bool {
	return e.Title == "" && e.Description == "" && len(e.Fields) == 0 && e.Footer == nil
}

// distinct makes the address of an embed differ from those before it: of
// embeds with one address Discord shows only the first.
func distinct(url string, before []*discordgo.MessageEmbed) string {
	taken := func(e *discordgo.MessageEmbed) bool { return e.URL == url }
	if url == "" || !slices.ContainsFunc(before, taken) {
		return url
	}
	return fmt.Sprintf("%s#%d", url, len(before)+1)
}

// discordTime shows in each reader's own time zone.
// https://discord.com/developers/docs/reference#message-formatting
func discordTime(t time.Time) string {
	return fmt.Sprintf("<t:%d:f>", t.Unix())
}

func discordDate(t time.Time) string {
	return fmt.Sprintf("<t:%d:d>", t.Unix())
}
