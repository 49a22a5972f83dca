package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/notifier"
	"polarbell/polar"
)

// kill counts what is shown of deliveries that were accepted right before a
// kill -9: by the bridge, and by a route as people write one.
func (b bench) kill(ctx context.Context) error {
	const accepted = 200
	shown, err := b.killed(ctx, accepted)
	if err != nil {
		return err
	}
	row("shown of 200 accepted before a kill -9", "200", "%d in Slack, %d in Discord", shown[slackChannel], shown[discordChannel])
	lost, err := b.killedRoute(ctx, accepted)
	if err != nil {
		return err
	}
	row("the same by a route that queues in memory", "", "%d in Slack", lost[slackChannel])
	return nil
}

// killed starts the bridge again after the kill, and waits until all is shown or
// nothing more comes.
func (b bench) killed(ctx context.Context, n int) (map[string]int, error) {
	file := filepath.Join(b.dir, "kill.db")
	first, err := b.startBridge(ctx, file)
	if err != nil {
		return nil, err
	}
	if err := first.killAfter(n); err != nil {
		return nil, err
	}
	again, err := b.startBridge(ctx, file)
	if err != nil {
		return nil, err
	}
	defer again.stop()
	return await(n, first.platforms, again.platforms), nil
}

func (b bench) killedRoute(ctx context.Context, n int) (map[string]int, error) {
	p := &process{Cmd: exec.CommandContext(ctx, os.Args[0], "route"), address: yardstickAddress}
	var err error
	if p.platforms, err = startPlatforms(); err != nil {
		return nil, err
	}
	p.Env = p.platforms.environment
	if err := p.start("http://" + yardstickAddress + "/"); err != nil {
		return nil, err
	}
	if err := p.killAfter(n); err != nil {
		return nil, err
	}
	return await(n, p.platforms), nil
}

// killAfter kills the process once it has accepted n deliveries.
func (p *process) killAfter(n int) error {
	_, err := post(p.address, 8, deliveries(n))
	_, _ = p.Process.Kill(), p.Wait()
	return err
}

// await counts the orders that each channel shows, once there are n in all of
// them or none has come for some time.
func await(n int, all ...*platforms) map[string]int {
	const patience = 10 * time.Second
	shown, since := map[string]int{}, time.Now()
	for time.Since(since) < patience && min(shown[slackChannel], shown[discordChannel]) < n {
		time.Sleep(100 * time.Millisecond)
		now := map[string]int{}
		for _, channel := range []string{slackChannel, discordChannel} {
			orders := map[string]bool{}
			for _, p := range all {
				maps.Copy(orders, p.orders(channel))
			}
			now[channel] = len(orders)
		}
		if !maps.Equal(now, shown) {
			shown, since = now, time.Now()
		}
	}
	return shown
}

var orderLink = regexp.MustCompile(`/sales/([0-9a-f-]{36})`)

// orders are those that a channel's messages link to.
func (p *platforms) orders(channel string) map[string]bool {
	found := map[string]bool{}
	for _, m := range p.standin.Messages(channel) {
		for _, link := range orderLink.FindAllSubmatch(m.Body, -1) {
			found[string(link[1])] = true
		}
	}
	return found
}

// route is what people write: it answers once the signature is right, and posts
// what it queues, one message a second as Slack wants it.
func route() error {
	queue := make(chan []byte, 1000)
	slack := notifier.NewSlackApp("xoxb-bench", os.Getenv("SLACK_API_URL"), http.DefaultTransport).Channel(slackChannel)
	go func() {
		for body := range queue {
			d, _ := polar.Parse(body) // the signature was right
			entries := []compose.Entry{{Seq: 1, Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body}}
			cards := compose.Cards(compose.NewHistory(entries), compose.Options{})
			if _, err := slack.Post(context.Background(), formatter.Message{Cards: cards}); err != nil {
				fmt.Fprintln(os.Stderr, "route:", err)
			}
			time.Sleep(time.Second)
		}
	}()
	return http.ListenAndServe(yardstickAddress, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body := verified(w, r); body != nil {
			queue <- body
		}
	}))
}
