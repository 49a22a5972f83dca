package cli

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
	"polarbell/notifier"
	"polarbell/standin"
)

type demoCommand struct {
	Once bool `help:"End after the last message instead of keeping the page open."`
}

const (
	demoSlack     = "C0DEMOSALES"
	demoDiscord   = "100000000000000001"
	demoCommunity = "100000000000000002"
	demoToken     = "demo-token"
)

// Run plays a few stories through a whole bridge: real HTTP, real signatures, a
// journal on disk, and stand-ins for the platforms that are as strict as they
// are.
func (d demoCommand) Run(ctx context.Context, s Streams) (err error) {
	folder, err := os.MkdirTemp("", "polarbell-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	p, err := newPlayer(s.Out)
	if err != nil {
		return err
	}
	base, stop, err := p.serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	settings := withPolar(demoConfig(filepath.Join(folder, "demo.db"), base), p.platforms, base)
	b := &bridge{
		config: settings, transport: http.DefaultTransport, log: slog.New(slog.DiscardHandler),
		wrap: printing(s.Out),
	}
	fmt.Fprintf(s.Out, "The channels as people see them: %s\n", base+"/")
	missed, err := p.miss()
	if err != nil {
		return err
	}
	if err := b.start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	p.url, p.secret = b.url, string(settings.Secrets[0])
	if err := awaitMissed(ctx, b, missed); err != nil {
		return err
	}
	if err := p.play(ctx, p.script.Stories...); err != nil {
		return err
	}
	if err := settled(ctx, b); err != nil {
		return err
	}
	if err := b.showDigest(ctx, s); err != nil {
		return err
	}
	return d.end(ctx, s.Out, p, base)
}

// end says what was shown and, unless --once is given, keeps the page open.
func (d demoCommand) end(ctx context.Context, w io.Writer, p *player, base string) error {
	fmt.Fprintf(w, "\n%s\n", p.comparison())
	if d.Once {
		return nil
	}
	fmt.Fprintf(w, "\nOpen %s in a browser: each story can be played again. Ctrl-C ends the demo.\n", base+"/")
	<-ctx.Done()
	return nil
}

// newPlatforms are Slack and Discord with the demo's channels, and Polar's API.
func newPlatforms() *standin.Server {
	platforms := standin.New(standin.Options{Limits: true})
	platforms.Slack(demoSlack, "sales")
	platforms.Discord(demoDiscord, demoToken, "sales")
	platforms.Discord(demoCommunity, demoToken, "community, public")
	return platforms
}

// serve serves the platforms and the page on loopback.
func (p *player) serve(ctx context.Context) (base string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", p.platforms)
	mux.HandleFunc("GET /{$}", p.showPage)
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) { p.press(ctx, w, r) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

func demoConfig(journal, base string) config.Config {
	var key [32]byte
	_, _ = rand.Read(key[:])                    // never fails
	discord, _ := url.Parse(base + "/api/v10/") // our own listener's: cannot fail
	news := compose.MustRoute("news")
	return config.Config{
		Secrets: []config.Secret{config.Secret("whsec_" + base64.StdEncoding.EncodeToString(key[:]))},
		Listen:  "127.0.0.1:0", Path: "/webhook", DatabaseURL: config.Secret(journal), Cards: true, Retention: 72 * time.Hour,
		SlackToken: "xoxb-demo", SlackAPI: base + "/api/", DiscordAPI: discord,
		Destinations: []config.Destination{
			{Name: inSlack, Platform: config.SlackChannel, Channel: demoSlack, Routes: news},
			{Name: "discord-sales", Platform: config.Discord, WebhookID: demoDiscord, Token: demoToken, Routes: news},
			{Name: "discord-community", Platform: config.Discord, WebhookID: demoCommunity, Token: demoToken, Routes: news, Public: true},
		},
	}
}

// settled waits until no destination has anything left to post or edit.
func settled(ctx context.Context, b *bridge) error {
	for {
		idle, err := b.notifier.Idle(ctx)
		if err != nil || idle {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// printing shows in the terminal what each destination takes.
func printing(w io.Writer) func(notifier.Destination) notifier.Sender {
	var mu sync.Mutex
	return func(d notifier.Destination) notifier.Sender {
		return &printer{Sender: d.Sender, name: d.Name, w: w, mu: &mu}
	}
}

type printer struct {
	notifier.Sender
	name string
	w    io.Writer
	mu   *sync.Mutex
}

func (p *printer) Post(ctx context.Context, m formatter.Message) (notifier.Ref, error) {
	ref, err := p.Sender.Post(ctx, m)
	p.print("new in", m, err)
	return ref, err
}

func (p *printer) Edit(ctx context.Context, ref notifier.Ref, m formatter.Message) error {
	err := p.Sender.Edit(ctx, ref, m)
	p.print("edited in", m, err)
	return err
}

// inSlack is the destination whose messages the terminal shows whole. Of the
// others, which say the same, it shows the headline.
const inSlack = "slack-sales"

var address = regexp.MustCompile(` · https://\S+`)

func (p *printer) print(what string, m formatter.Message, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		fmt.Fprintf(p.w, "  %s: not taken: %v\n", p.name, err)
		return
	}
	text := strings.TrimSpace(address.ReplaceAllString(formatter.Text(m), ""))
	headline, rest, _ := strings.Cut(text, "\n")
	const indent = 30 // of the headline
	fmt.Fprintln(p.w, wrap(fmt.Sprintf("  %-27s %s", what+" "+p.name, headline), indent))
	if p.name != inSlack {
		return
	}
	for line := range strings.Lines(rest) {
		line = "    " + strings.TrimSuffix(line, "\n")
		fmt.Fprintln(p.w, wrap(line, valueColumn(line)))
	}
}
