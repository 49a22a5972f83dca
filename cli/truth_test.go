package cli_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
	"polarbell/standin"
)

// truth is what the answered deliveries of one subject amount to.
type truth struct {
	product string
	first   int // number of its first delivery
	final   formatter.Card
	forms   []string          // the final card as the platform may show it
	lines   map[string]bool   // every line that was ever right
	musts   map[string]string // of every card and line that was ever right
	news    int               // how often something came that must not be missed
}

// taken is a delivery and the number it was answered with.
type taken struct {
	delivery
	product string
	seq     int
}

// truths tells for each product the card that a platform must end with,
// composed from the answered deliveries alone.
func truths(t *testing.T, all []taken, slack bool) map[string]*truth {
	t.Helper()
	slices.SortFunc(all, func(a, b taken) int { return cmp.Compare(a.seq, b.seq) })
	subjects := map[string]string{} // by object
	known := map[string][]formatter.Entry{}
	found := map[string]*truth{}
	for _, d := range all {
		parsed, err := polar.Parse(d.body)
		if err != nil {
			t.Fatal(err)
		}
		subject := parsed.Subject
		if follows, ok := subjects[parsed.Follows]; ok && parsed.Follows != "" {
			subject = follows
		}
		subjects[parsed.Object] = subject
		known[subject] = append(known[subject], formatter.Entry{
			Type: parsed.Type, Object: parsed.Object, At: parsed.At.Truncate(time.Microsecond),
			Received: parsed.At, Brief: parsed.Brief, Body: d.body,
		})
		if found[d.product] == nil {
			found[d.product] = &truth{product: d.product, first: d.seq, lines: map[string]bool{}, musts: map[string]string{}}
		}
		found[d.product].learn(subject, known[subject], slack)
	}
	return found
}

// learn adds what the subject's card is after one more delivery.
func (tr *truth) learn(subject string, entries []formatter.Entry, slack bool) {
	newest := map[string]int{}
	for i, e := range entries {
		if old, ok := newest[e.Object]; !ok || !e.At.Before(entries[old].At) {
			newest[e.Object] = i
		}
	}
	k := formatter.Known{Subject: subject, Entries: slices.Clone(entries)}
	for i := range k.Entries {
		if newest[k.Entries[i].Object] != i {
			k.Entries[i].Body = nil
		}
	}
	card, tells := formatter.Compose(k, formatter.Options{})
	if !tells {
		return
	}
	if len(entries) > 1 && card.Must != "" && card.Must != tr.final.Must {
		tr.news++
	}
	tr.final, tr.forms = card, forms(card, slack)
	for _, form := range tr.forms {
		tr.musts[form] = card.Must
	}
	for _, form := range forms(card.Line(), slack) {
		tr.musts[form], tr.lines[form] = card.Must, true
	}
}

// forms are how a platform may show a card: alone, among others, and as the
// plain text that stands for a refused one.
func forms(c formatter.Card, slack bool) []string {
	plain := c
	plain.Plain = true
	var all []string
	for _, cards := range [][]formatter.Card{{c}, {c, {Headline: "another"}}, {plain}} {
		var body any = formatter.Discord(cards)
		if slack {
			body = formatter.Slack(cards)
		}
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		all = append(all, read(text)[0])
	}
	return all
}

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
		return []string{m.Text + m.Content}
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
		card := numbered.ReplaceAllString(string(text), `"`)
		if len(parts) == 1 {
			card = m.Text + card
		}
		all = append(all, card)
	}
	return all
}

// appearance is a card that stands in a channel.
type appearance struct {
	message standin.Message
	card    string
}

func (a appearance) String() string { return a.message.ID + " " + a.card }

// appearances are the cards in a channel by product, in the order of posting.
func appearances(messages []standin.Message) map[string][]appearance {
	found := map[string][]appearance{}
	for _, m := range messages {
		for _, card := range read(m.Body) {
			if product := productIn.FindString(card); product != "" {
				found[product] = append(found[product], appearance{m, card})
			}
		}
	}
	return found
}

var productIn = regexp.MustCompile(`Plan\d{5}x`)

// lacks says what a channel does not tell yet, "" when it tells everything.
func lacks(messages []standin.Message, all map[string]*truth, edits bool, excused func(product string) bool) string {
	shown := appearances(messages)
	for product, tr := range all {
		if excused(product) {
			continue
		}
		cards := shown[product]
		if len(cards) == 0 {
			return product + " is not there"
		}
		last := cards[len(cards)-1].card
		if !edits && tr.final.Must != "" && tr.musts[last] != tr.final.Must {
			return fmt.Sprintf("%s ends with %s\nwant news of %q", product, last, tr.final.Must)
		}
		is := func(a appearance) bool { return slices.Contains(tr.forms, a.card) }
		if edits && !slices.ContainsFunc(cards, is) {
			return fmt.Sprintf("%s reads %s\nwant %s", product, cards, strings.Join(tr.forms, "\nor "))
		}
	}
	return ""
}

// expectFinalStates waits until every channel tells how every sale ended, a
// last one included: what comes before it in the line has then been sent.
func (c *chaos) expectFinalStates() {
	c.t.Helper()
	last := newSale(99999, c.random)
	c.play(last, c.random)
	for _, channel := range channels {
		all := truths(c.t, c.taken, isSlack(channel))
		excused := func(product string) bool { return doomed(numberOf(product)) }
		lack := "unknown"
		for end := time.Now().Add(2*time.Minute + 3**chaosTime); lack != "" && time.Now().Before(end); {
			time.Sleep(100 * time.Millisecond)
			lack = lacks(c.platforms.Messages(channel), all, channel != "C0HOOK", excused)
		}
		if lack != "" {
			c.t.Fatalf("%s: %s\nlog:\n%s", channel, lack, c.log.String())
		}
	}
}

func isSlack(channel string) bool { return strings.HasPrefix(channel, "C0") }

// expectNoRepeats counts what stands in each channel but for the messages
// whose outcome the process could not know.
func (c *chaos) expectNoRepeats() {
	c.t.Helper()
	for _, channel := range channels {
		all := truths(c.t, c.taken, isSlack(channel))
		var certain []standin.Message
		for _, m := range c.platforms.Messages(channel) {
			if !c.repeated[m.ID] && !c.unanswered(channel, m) {
				certain = append(certain, m)
			}
		}
		for product, cards := range appearances(certain) {
			tr := all[product]
			if odd(numberOf(product)) {
				continue
			}
			if len(cards) > 1+tr.news {
				c.t.Errorf("%s shows %s %d times, want one card and at most %d lines:\n%s",
					channel, product, len(cards), tr.news, cards)
			}
			lines := map[string]bool{}
			for _, a := range cards {
				_, right := tr.musts[a.card]
				stale := channel != "C0HOOK" && !tr.lines[a.card] && !slices.Contains(tr.forms, a.card)
				if !right || stale {
					c.t.Errorf("%s keeps showing of %s: %s\nwant %s", channel, product, a, tr.forms)
				}
				if tr.lines[a.card] && lines[a.card] {
					c.t.Errorf("%s shows twice: %s", channel, a)
				}
				lines[a.card] = true
			}
		}
		c.t.Logf("%s: %d sales in %d messages, %d of them certain", channel, len(all), len(c.platforms.Messages(channel)), len(certain))
	}
}

// unanswered tells whether the answer to the post of a message was lost.
func (c *chaos) unanswered(channel string, m standin.Message) bool {
	return slices.ContainsFunc(c.platforms.Calls(channel+" post"), func(call standin.Call) bool {
		return call.At.Equal(m.Posted) && (call.Status != http.StatusOK || call.Code != "")
	})
}

// expectOrder: the sales stand in each channel in the order in which Polar was
// answered.
func (c *chaos) expectOrder() {
	c.t.Helper()
	for _, channel := range channels {
		all := truths(c.t, c.taken, isSlack(channel))
		seen, newest := map[string]bool{}, 0
		for _, m := range c.platforms.Messages(channel) {
			for _, card := range read(m.Body) {
				product := productIn.FindString(card)
				if product == "" || seen[product] || odd(numberOf(product)) {
					continue
				}
				seen[product] = true
				if first := all[product].first; first < newest {
					c.t.Errorf("%s shows %s, stored as %d, after one stored as %d", channel, product, first, newest)
				} else {
					newest = first
				}
			}
		}
		if len(seen) == 0 {
			c.t.Errorf("%s shows no sale: the test tests nothing", channel)
		}
	}
	c.t.Logf("%d deliveries taken", len(c.taken))
}
