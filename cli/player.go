package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"polarbell/lookalike"
	"polarbell/standin"
)

// player plays the demo's stories, one at a time, and notes what Polar would
// have posted by itself.
type player struct {
	w           io.Writer
	script      script
	platforms   *standin.Server
	url, secret string // of the bridge
	turn        sync.Mutex

	mu         sync.Mutex
	deliveries int
	alerts     []lookalike.Message
	empty      int // alerts that say "New Order" or name an id
}

func newPlayer(w io.Writer) (*player, error) {
	s, err := loadScript()
	return &player{w: w, script: s, platforms: newPlatforms()}, err
}

// play sends the stories' deliveries as Polar would, slowly enough to watch.
func (p *player) play(ctx context.Context, stories ...story) error {
	p.turn.Lock()
	defer p.turn.Unlock()
	for _, s := range stories {
		fmt.Fprintf(p.w, "\n=== %s\n", s.Title)
		bodies, err := p.script.bodies(s, time.Now())
		if err != nil {
			return err
		}
		for i, body := range bodies {
			if err := p.deliver(ctx, s.Scenes[i].Event, body); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *player) deliver(ctx context.Context, eventType string, body []byte) error {
	const pause = 400 * time.Millisecond
	answer, err := deliver(ctx, http.DefaultClient, p.url, p.secret, body)
	if err != nil {
		return err
	}
	answer, _, _ = strings.Cut(answer, ";")
	answer, _, _ = strings.Cut(answer, " for ")
	fmt.Fprintf(p.w, "Polar posts %s → %s\n", eventType, answer)
	p.note(body)
	return sleep(ctx, pause)
}

// note keeps what Polar posts by itself for a delivery.
func (p *player) note(body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deliveries++
	a, posts := alertOf(body)
	if !posts {
		return
	}
	p.alerts = append(p.alerts, lookalike.Message{Body: lookalike.Slack(a.slack()), Posted: time.Now()})
	if a.isBare || a.title == "New Order" {
		p.empty++
	}
}

// comparison counts what Polar and polarbell made of the deliveries.
func (p *player) comparison() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%d deliveries: %s of Polar's own, %d of them \"New Order\" or an id; polarbell posts %d.",
		p.deliveries, count(len(p.alerts), "message"), p.empty, len(p.platforms.Messages(demoSlack)))
}
