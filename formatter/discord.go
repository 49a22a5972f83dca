package formatter

import (
	"fmt"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"
)

var inDiscord = dialect{text: discordText, quote: discordQuote, context: discordPlain, time: discordTime, between: "\n"}

// discordColours are the bars beside the embeds, by tone.
var discordColours = map[Tone]int{
	Grey: 0x9aa0a6, Green: 0x23a55a, PaleGreen: 0x8fd6ac,
	Amber: 0xf0b232, Red: 0xf23f43, Blue: 0x3ba5f5,
}

// Discord makes one message of 1 to 10 cards, an embed each, without content:
// Discord shows content above the embeds and would say everything twice. It
// mentions nobody, and makes no sound when every card is silent. An edit needs
// the same allowed mentions and takes no flags.
func Discord(cards []Card) *discordgo.WebhookParams {
	m := &discordgo.WebhookParams{
		AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
	}
	if !slices.ContainsFunc(cards, func(c Card) bool { return !c.Silent }) {
		m.Flags = discordgo.MessageFlagsSuppressNotifications
	}
	if allPlain(cards) {
		m.Content = fit(plainText(cards), discordContent, discordText)
		return m
	}
	for _, c := range cards {
		e := discordEmbed(c)
		e.URL = distinct(e.URL, m.Embeds)
		m.Embeds = append(m.Embeds, e)
	}
	return m
}

func discordEmbed(c Card) *discordgo.MessageEmbed {
	if c.Plain {
		c = Card{Headline: c.Headline, Tone: c.Tone}
	}
	w := write(c, inDiscord, discordCard)
	e := &discordgo.MessageEmbed{
		Title:       w.headline,
		URL:         link(c),
		Description: joinLines(w.quote, w.note),
		Color:       discordColours[c.Tone],
	}
	for _, f := range w.fields {
		e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: f.name, Value: f.value, Inline: true})
	}
	if w.context != "" {
		e.Footer = &discordgo.MessageEmbedFooter{Text: w.context}
	}
	if isShowable(c.Time) {
		e.Timestamp = c.Time.UTC().Format(time.RFC3339)
	}
	return e
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
