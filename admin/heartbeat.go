package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"polarbell/journal"
	"polarbell/reporter"
)

const (
	heartbeatEvery   = time.Minute
	heartbeatTimeout = 10 * time.Second
	// silentAfter is how long nothing may reach a destination while something
	// waits for it.
	silentAfter = 30 * time.Minute
)

// Heartbeat calls a dead man's switch while everything works. When the calls
// stop, also because this machine is down, the switch alerts somebody.
type Heartbeat struct {
	URL          string // a secret: whoever knows it can fake a heartbeat
	Journal      *journal.Journal
	Destinations []string // the heartbeat stops while one of them is parked, or gets nothing, and while Polar is silent
	HTTP         http.RoundTripper
	Log          *slog.Logger
}

// Run makes a GET at once and each minute until ctx ends.
func (h Heartbeat) Run(ctx context.Context) {
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	failing := false
	for {
		err := h.beat(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			h.Log.Warn("no heartbeat, trying again each minute", "err", err)
		case err == nil && failing:
			h.Log.Info("heartbeat works again")
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// beat makes no call while something is wrong: the missing call is the alert.
func (h Heartbeat) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, heartbeatTimeout)
	defer cancel()
	if err := h.Journal.Writable(ctx); err != nil {
		return fmt.Errorf("the journal cannot be written: %w", err)
	}
	for _, name := range h.Destinations {
		state, err := h.Journal.Destination(ctx, name)
		if err != nil {
			return err
		}
		if !state.ParkedAt.IsZero() {
			return fmt.Errorf("destination %s is stopped: %s", name, state.ParkedCode)
		}
		if since := state.FailingSince; !since.IsZero() && time.Since(since) >= silentAfter {
			return fmt.Errorf("nothing has reached destination %s since %s: %s", name, since.Format(time.TimeOnly), state.Error)
		}
	}
	if s, err := reporter.CurrentSilence(ctx, h.Journal); err != nil {
		return err
	} else if !s.IsZero() {
		return fmt.Errorf("nothing has come from Polar since %s: is the endpoint switched off?", s.Since.UTC().Format(time.RFC3339))
	}
	return h.call(ctx)
}

// call keeps the URL out of its errors.
func (h Heartbeat) call(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return errors.New("HEARTBEAT_URL is not a URL")
	}
	r.Header.Set("User-Agent", "polarbell")
	response, err := (&http.Client{Transport: h.HTTP}).Do(r)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return errors.New("the name in HEARTBEAT_URL cannot be resolved")
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("HEARTBEAT_URL does not answer within %s", heartbeatTimeout)
	case err != nil:
		return errors.New("HEARTBEAT_URL cannot be reached")
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("HEARTBEAT_URL answers %d", response.StatusCode)
	}
	return nil
}
