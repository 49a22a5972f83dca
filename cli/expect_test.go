package cli_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"polarbell/standin"
)

// wrong lists what is wrong in a channel.
func (c *chaos) wrong(channel string) (faults []string) {
	shown, _, _ := c.look(channel)
	for product, tr := range c.truths[channel] {
		if doomed(numberOf(product)) {
			continue
		}
		for _, fault := range tr.wrong(shown[product]) {
			faults = append(faults, fmt.Sprintf("%s: of %s it %s", channel, product, fault))
		}
	}
	return faults
}

// expectFinalStates waits until every channel shows how every sale ended, and
// nothing else. The last sale is one of its own: what comes before it in the
// line has then been sent.
func (c *chaos) expectFinalStates() {
	c.t.Helper()
	c.play(newPurchase(99999), c.random)
	all := histories(c.t, c.taken)
	for _, channel := range channels {
		c.truths[channel] = map[string]*truth{}
		for product, h := range all {
			c.truths[channel][product] = h.truthOf(channel)
		}
	}
	for _, channel := range channels {
		for end := time.Now().Add(2*time.Minute + 3**chaosTime); len(c.wrong(channel)) > 0; time.Sleep(min(100*time.Millisecond+*chaosTime/1000, 5*time.Second)) {
			if time.Now().After(end) {
				c.t.Fatalf("%s\nstatus:\n%s\nlog:\n%s", strings.Join(c.wrong(channel), "\n"), c.status(), c.log.String())
			}
		}
	}
}

// expectNoRepeats looks again once the bridge has ended, so that nothing more
// comes.
func (c *chaos) expectNoRepeats() {
	c.t.Helper()
	if code := c.stop(); code != 0 {
		c.t.Errorf("exit code %d after SIGTERM, want 0; log:\n%s", code, c.log.String())
	}
	for _, channel := range channels {
		for _, fault := range c.wrong(channel) {
			c.t.Error(fault)
		}
		shown, standing, certain := c.look(channel)
		cards := 0
		for product := range c.truths[channel] {
			cards += len(shown[product])
		}
		c.t.Logf("%s: %d sales, %d cards in %d messages, %d of them certain; %d more were deleted",
			channel, len(c.truths[channel]), cards, standing, certain, len(c.platforms.Messages(channel))-standing)
	}
}

// expectOrder: the sales were first posted to each channel in the order in which
// Polar was answered.
func (c *chaos) expectOrder() {
	c.t.Helper()
	for _, channel := range channels {
		q := queue{truths: c.truths[channel], seen: map[string]bool{}}
		unanswered := c.unanswered(channel)
		for _, m := range c.platforms.Messages(channel) {
			for _, fault := range q.add(m, unanswered[m.Posted], c.repeated[m.ID]) {
				c.t.Errorf("%s: %s", channel, fault)
			}
		}
		if len(q.seen) == 0 {
			c.t.Errorf("%s shows no sale: the test tests nothing", channel)
		}
	}
	c.t.Logf("%d deliveries taken", len(c.taken))
}

// queue follows a channel through the deliveries. A sale's place among them is
// that of one of its own: at the latest the one since which there is something
// to post.
type queue struct {
	truths map[string]*truth
	seen   map[string]bool // by product
	newest int             // everything up to here was considered before
}

// add takes the next message as it was posted. One without an answer moves
// nothing: what follows begins at the same place. Whether one in doubt did is
// not known.
func (q *queue) add(m standin.Message, unanswered, inDoubt bool) (faults []string) {
	newest := q.newest
	for _, card := range read(append(slices.Clone(m.History), m.Body)[0]) {
		product := productIn.FindString(card)
		tr := q.truths[product]
		if tr == nil || q.seen[product] {
			continue
		}
		i := slices.IndexFunc(tr.seqs, func(seq int) bool { return seq >= newest })
		if last := tr.alwaysSince(); i < 0 || last > 0 && tr.seqs[i] > last {
			faults = append(faults, fmt.Sprintf("message %s shows %s, stored as %d to %d, after one stored as %d",
				m.ID, product, tr.seqs[0], last, newest))
			continue
		}
		newest = tr.seqs[i]
		q.seen[product] = !unanswered
	}
	if !unanswered && !inDoubt {
		q.newest = newest
	}
	return faults
}
