package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"polarbell/config"
	"polarbell/polar"
	"polarbell/webhook"
)

type sendCommand struct {
	URL  string `xor:"to" help:"The bridge's webhook address. Default: on this machine, by PORT and WEBHOOK_PATH."`
	To   string `xor:"to" placeholder:"NAME" help:"Post the card to this destination alone, past the bridge and its routes."`
	What string `arg:"" name:"event" help:"An event type such as order.paid, a file with a delivery's body or an array of them, or - for standard input."`
}

// Run signs deliveries and posts them as Polar would, one after the other; or
// it posts their card to one destination.
func (c sendCommand) Run(ctx context.Context, s Streams) error {
	if c.To != "" {
		return c.sendTo(ctx, s)
	}
	bridge, err := config.LoadEndpoint()
	if err != nil {
		return usageError{err}
	}
	bodies, err := c.bodies(s.In)
	if err != nil {
		return err
	}
	to := cmp.Or(c.URL, bridge.URL)
	if u, err := url.Parse(to); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usageError{fmt.Errorf("--url: %q is not the address of a bridge; write one like http://localhost:8080/webhook", to)}
	}
	for _, body := range bodies {
		answer, err := deliver(ctx, http.DefaultClient, to, string(bridge.Secret), body)
		if err != nil {
			return err
		}
		fmt.Fprintln(s.Out, answer)
	}
	return nil
}

// bodies reads what to send.
func (c sendCommand) bodies(in io.Reader) ([][]byte, error) {
	bodies, sample, err := readBodies(c.What, in)
	if err == nil && sample {
		bodies[0], err = asSample(bodies[0])
	}
	return bodies, err
}

// asSample gives a built-in body fresh ids and times, and marks it: a made-up
// sale must not look like revenue.
func asSample(body []byte) ([]byte, error) {
	body = polar.Refresh(time.Now(), body)[0]
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil {
		return nil, err
	}
	event["data"].(map[string]any)["metadata"] = map[string]any{"polarbell": "sample"}
	return json.Marshal(event)
}

// deliver posts a signed body and returns the bridge's answer in one line. An
// answer other than 2xx is an error.
func deliver(ctx context.Context, client *http.Client, url, secret string, body []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // as long as Polar waits
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return "", usageError{err}
	}
	r.Header = webhook.Sign(secret, uuid.NewString(), time.Now(), body)
	response, err := client.Do(r)
	if isAlert(err) {
		return "", fmt.Errorf("%w; the bridge has no certificate: polarbell status says why", err)
	} else if err != nil {
		return "", fmt.Errorf("%w; is the bridge running, and is --url its address?", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 2048))
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s: %s", response.Status, strings.TrimSpace(string(text)))
	switch {
	case response.StatusCode == http.StatusUnauthorized && strings.HasPrefix(string(text), "wrong signature"):
		return "", fmt.Errorf("the bridge answered %s: it runs with another POLAR_WEBHOOK_SECRET than the settings here; "+
			"restart it if you have changed that, or send with its settings", response.Status)
	case response.StatusCode/100 != 2:
		return "", fmt.Errorf("the bridge answered %s", line)
	}
	return line, nil
}

// isAlert reports whether the other side ended the TLS handshake, as crypto/tls
// names that.
func isAlert(err error) bool {
	var fault *net.OpError
	return errors.As(err, &fault) && fault.Op == "remote error"
}
