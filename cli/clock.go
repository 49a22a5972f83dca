package cli

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// clock compares this machine's time with the Date of the platforms' answers as
// they pass.
type clock struct {
	next http.RoundTripper

	mu      sync.Mutex
	against string        // the host that answered first; "": none yet
	ahead   time.Duration // how far this machine's clock is ahead of it
}

// RoundTrip notes the Date of the first answer.
func (c *clock) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	date, err := http.ParseTime(response.Header.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.against == "" {
		c.against, c.ahead = r.URL.Hostname(), time.Since(date)
	}
	return response, nil
}

// judge says in one line whether the clock is right. It tolerates some seconds,
// because a Date has whole seconds and an answer takes a while. Deliveries that
// are more than five minutes off are refused (standardwebhooks.com).
func (c *clock) judge() (line string, right bool) {
	const tolerance = 30 * time.Second
	c.mu.Lock()
	defer c.mu.Unlock()
	off, side := c.ahead, "ahead of"
	if off < 0 {
		off, side = -off, "behind"
	}
	switch {
	case c.against == "":
		return "The clock could not be checked: no platform answered.", true
	case off <= tolerance:
		return "The clock is right.", true
	}
	return fmt.Sprintf("The clock is %s %s %s: when it is off by more than five minutes, Polar's deliveries are refused. "+
		"Synchronise it, on Linux with: timedatectl set-ntp true", off.Round(time.Second), side, c.against), false
}
