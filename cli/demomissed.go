package cli

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"

	"polarbell/config"
	"polarbell/polar"
	"polarbell/standin"
)

const (
	demoAccess   = "polar_oat_demo"
	demoEndpoint = "e0000000-0000-4000-8000-000000000001"
)

// withPolar has the demo's bridge ask the stand-in of Polar's API, where its
// endpoint is switched off.
func withPolar(c config.Config, platforms *standin.Server, base string) config.Config {
	c.AccessToken = demoAccess
	c.PolarAPI, _ = url.Parse(base + "/v1/") // our own listener's: cannot fail
	platforms.PolarToken(demoAccess, polar.ScopeWriteWebhooks)
	platforms.PolarEndpoint(standin.PolarEndpoint{
		ID: demoEndpoint, URL: "https://alerts.example.com/webhook", Secret: string(c.Secrets[0]), Format: "raw",
		APIVersion: "2026-10", Changed: time.Now().Add(-time.Hour),
	})
	return c
}

// miss has Polar give up what happens while the bridge is off, and returns how
// many deliveries that is.
func (p *player) miss() (n int, err error) {
	const ago = 3 * time.Hour
	for _, story := range p.script.Missed {
		fmt.Fprintf(p.w, "\n=== %s\n", story.Title)
		bodies, err := p.script.bodies(story, time.Now().Add(-ago))
		if err != nil {
			return 0, err
		}
		for i, body := range bodies {
			fmt.Fprintf(p.w, "Polar tries %s ten times and gives it up\n", story.Scenes[i].Event)
			event := standin.PolarEvent{ID: uuid.NewString(), Type: story.Scenes[i].Event, Payload: string(body)}
			for try := range 10 {
				p.platforms.PolarAttempt(demoEndpoint, event, false, time.Now().Add(time.Duration(try-50)*time.Minute))
			}
		}
		for _, body := range bodies {
			p.note(body)
		}
		n += len(bodies)
	}
	return n, nil
}

// awaitMissed waits until what was missed is there, and what the bridge says of
// the endpoint.
func awaitMissed(ctx context.Context, b *bridge, n int) error {
	for {
		head, err := b.journal.Head(ctx)
		if err != nil {
			return err
		}
		if int(head) > n {
			return settled(ctx, b)
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}
