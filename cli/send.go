package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
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
	URL  string `help:"Where the bridge takes deliveries. Default: this machine, by PORT and WEBHOOK_PATH."`
	What string `arg:"" name:"event" help:"An event type such as order.paid, a file with a delivery's body, or - for standard input."`
}

// Run signs a delivery and posts it as Polar would.
func (c sendCommand) Run(ctx context.Context, s Streams) error {
	settings, err := config.LoadSender()
	if err != nil {
		return usageError{err}
	}
	body, sample, err := readBody(c.What, s.In)
	if err != nil {
		return err
	}
	if sample {
		if body, err = asSample(body); err != nil {
			return err
		}
	}
	to := cmp.Or(c.URL, settings.URL)
	if u, err := url.Parse(to); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usageError{fmt.Errorf("--url: %q is no address of a bridge; write it as http://localhost:8080/webhook", to)}
	}
	answer, err := deliver(ctx, http.DefaultClient, to, settings.Secret, body)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Out, answer)
	return err
}

// asSample gives a built-in body fresh ids and times, and marks it: a made-up
// sale must not look like revenue.
func asSample(body []byte) ([]byte, error) {
	body = polar.Refresh(time.Now(), body)[0]
	var event struct {
		Type      string         `json:"type"`
		Timestamp string         `json:"timestamp"`
		Data      map[string]any `json:"data"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return nil, err
	}
	event.Data["metadata"] = map[string]any{"polarbell": "sample"}
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
	if err != nil {
		return "", fmt.Errorf("%w; is the bridge running, and is --url its address?", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 2048))
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s: %s", response.Status, strings.TrimSpace(string(text)))
	if response.StatusCode/100 != 2 {
		return "", fmt.Errorf("the bridge answered %s", line)
	}
	return line, nil
}
