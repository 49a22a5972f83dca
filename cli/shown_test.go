package cli_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"polarbell/standin"
)

// numbered is what makes the address of one of several embeds distinct.
var numbered = regexp.MustCompile(`#\d+"`)

// read takes a message apart into its cards, each as text that is the same for
// the same card.
func read(body []byte) []string {
	var m struct {
		Text, Content       string
		Attachments, Embeds []map[string]any
	}
	if err := json.Unmarshal(body, &m); err != nil {
		panic(err)
	}
	parts := append(m.Attachments, m.Embeds...)
	if len(parts) == 0 {
		return strings.Split(m.Text+m.Content, "\n")
	}
	var all []string
	for _, part := range parts {
		for _, implied := range []string{"type", "id"} {
			delete(part, implied)
		}
		text, err := json.Marshal(part)
		if err != nil {
			panic(err)
		}
		card := numbered.ReplaceAllString(withoutLedger(string(text)), `"`)
		if len(parts) == 1 {
			card = m.Text + m.Content + card
		}
		all = append(all, card)
	}
	return all
}

// standing is what a card says of its customer and its day, which is not known
// from its own deliveries.
const standing = `(New customer|customer since \w+ \d{4}|\$[\d.,]+ since \d+ \w+|\d+\w\w refund in 30 days|\d+\w\w sale (today|on \d+ \w+)( · \$[\d.,]+)?)`

var (
	standingFirst = regexp.MustCompile(standing + ` · `)
	standingLast  = regexp.MustCompile(`( · )?` + standing)
)

func withoutLedger(card string) string {
	card = standingLast.ReplaceAllString(standingFirst.ReplaceAllString(card, ""), "")
	return strings.ReplaceAll(card, `"footer":{"text":""},`, "")
}

// appearance is a card in a message that stands in a channel.
type appearance struct {
	message standin.Message
	card    string
	certain bool // the process knows the message's outcome, so no other one shows the same
}

func (a appearance) String() string { return a.message.ID + " " + a.card }

var productIn = regexp.MustCompile(`Plan\d{5}x`)

// isOwn finds what the bridge says of its destinations.
var isOwn = regexp.MustCompile(`No messages in|unreachable since|works again`)

// look returns the cards in a channel by product, in the order of posting, and
// how many messages are there and certain.
func (c *chaos) look(channel string) (found map[string][]appearance, standing, certain int) {
	c.t.Helper()
	found = map[string][]appearance{}
	unanswered := c.unanswered(channel)
	for _, m := range c.platforms.Messages(channel) {
		if m.Deleted {
			continue
		}
		isCertain := !c.repeated[m.ID] && !unanswered[m.Posted]
		standing++
		if isCertain {
			certain++
		}
		for _, card := range read(m.Body) {
			product := productIn.FindString(card)
			if product == "" && !isOwn.MatchString(card) {
				c.t.Fatalf("%s shows what belongs to no sale: %s", channel, m.Body)
			}
			found[product] = append(found[product], appearance{m, card, isCertain})
		}
	}
	return found, standing, certain
}

// unanswered are the times of posts whose answer was lost.
func (c *chaos) unanswered(channel string) map[time.Time]bool {
	at := map[time.Time]bool{}
	for _, call := range c.platforms.Calls(channel + " post") {
		if call.Status != http.StatusOK || call.Code != "" {
			at[call.At] = true
		}
	}
	return at
}
