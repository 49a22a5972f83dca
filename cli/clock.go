package cli

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// clock compares this machine's time with that of the platforms' answers on
// their way.
type clock struct {
	next http.RoundTripper

	mu      sync.Mutex
	against string        // the host compared with; "": none yet
	ahead   time.Duration // this machine's clock
}

// RoundTrip notes the time that the first answer bears.
func (c *clock) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	told, err := http.ParseTime(response.Header.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.against == "" {
		c.against, c.ahead = r.URL.Hostname(), time.Since(told)
	}
	return response, nil
}

// judge says in a line whether the clock is right. A Date bears whole seconds,
// and answers take a while. Deliveries of Polar whose time is more than five
// minutes off are refused (standardwebhooks.com).
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
		return "The clock could not be compared: nobody answered.", true
	case off <= tolerance:
		return "The clock is right.", true
	}
	return fmt.Sprintf("The clock is %s %s %s: from five minutes on Polar's deliveries are refused. "+
		"Synchronise it, on Linux with: timedatectl set-ntp true", off.Round(time.Second), side, c.against), false
}
