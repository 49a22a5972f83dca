package cli_test

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"polarbell/standin"
)

// rhythm is how often things happen in the chaos test.
type rhythm struct {
	soaks  bool
	sales  span // between two sales
	faults span // between two faults
	storms span // between two crashes
}

// span is a time by chance, in milliseconds.
type span struct{ least, most int }

func (s span) pick(random *rand.Rand) time.Duration { return between(random, s.least, s.most) }

// rhythmOf is fast, so that much goes wrong in a short time. A soak has sales no
// faster than the platforms take them, and leaves a destination as many
// requests without an answer as chance has it, which then rests.
func rhythmOf(length time.Duration) rhythm {
	if length < 10*time.Minute {
		return rhythm{false, span{50, 400}, span{50, 250}, span{200, 1800}}
	}
	return rhythm{true, span{3000, 9000}, span{2000, 20_000}, span{20_000, 180_000}}
}

// expectPatience holds the bridge to its promise for what nobody knows to have
// arrived, two copies in five minutes and four in an hour (and one for each
// sudden death), and to the platforms' limits: every 429 was one that the test
// gave.
func (c *chaos) expectPatience() {
	c.t.Helper()
	for _, channel := range channels {
		copies, most := map[string][]time.Time{}, 0
		for _, m := range c.platforms.Messages(channel) {
			body := firstBody(m)
			if productIn.MatchString(body) && !c.repeated[m.ID] {
				copies[body] = append(copies[body], m.Posted)
				most = max(most, len(copies[body]))
			}
		}
		for body, at := range copies {
			if n := mostWithin(at, 5*time.Minute); n > 2 {
				c.t.Errorf("%s: %d copies in five minutes, want at most 2, at %v: %s", channel, n, at, body)
			}
			if n := mostWithin(at, time.Hour); n > 4 {
				c.t.Errorf("%s: %d copies in an hour, want at most 4, at %v: %s", channel, n, at, body)
			}
		}
		c.t.Logf("%s: at most %d copies of a message; calls by answer: %v", channel, most, c.answers(channel))
	}
}

func firstBody(m standin.Message) string {
	if len(m.History) > 0 {
		return string(m.History[0])
	}
	return string(m.Body)
}

// mostWithin is the most of the given moments, in their order, that any span of
// time holds.
func mostWithin(at []time.Time, span time.Duration) (most int) {
	first := 0
	for i := range at {
		for at[i].Sub(at[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// answers counts the calls to a channel by their answer, and fails where a limit
// was reached.
func (c *chaos) answers(channel string) map[string]int {
	c.t.Helper()
	found := map[string]int{}
	for _, call := range c.platforms.Calls(channel) {
		answer := strconv.Itoa(call.Status)
		if call.Code == "scripted" {
			answer += " scripted"
		} else if call.Status == http.StatusTooManyRequests {
			c.t.Errorf("%s: a %s at %s was answered 429 by the platform's own limit", channel, call.Action, call.At)
		}
		found[answer]++
	}
	return found
}
