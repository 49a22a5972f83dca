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
)

const (
	heartbeatEvery   = time.Minute
	heartbeatTimeout = 10 * time.Second
)

// Heartbeat calls a dead man's switch while all is well, so that somebody
// hears of it when it is not, also when this machine is down.
type Heartbeat struct {
	URL          string // a secret: who knows it can feign a heartbeat
	Journal      *journal.Journal
	Destinations []string // whose parking ends the heartbeat
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

// beat is silent while something is wrong, which is what the other end acts on.
func (h Heartbeat) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, heartbeatTimeout)
	defer cancel()
	if err := h.Journal.Writable(ctx); err != nil {
		return fmt.Errorf("the journal cannot be written: %w", err)
	}
	for _, name := range h.Destinations {
		place, err := h.Journal.Place(ctx, name)
		if err != nil {
			return err
		}
		if !place.ParkedAt.IsZero() {
			return fmt.Errorf("destination %s is stopped: %s", name, place.ParkedCode)
		}
	}
	return h.call(ctx)
}

// call keeps the URL out of its errors.
func (h Heartbeat) call(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return errors.New("HEARTBEAT_URL is no URL")
	}
	r.Header.Set("User-Agent", "polarbell")
	client := http.Client{Transport: h.HTTP}
	response, err := client.Do(r)
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
