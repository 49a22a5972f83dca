package notifier_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/standin"
)

// ofEachKind makes a destination of each kind that shows what the routes ask
// for, reached by next.
func (w *world) ofEachKind(next http.RoundTripper, name string, routes compose.Route) {
	channel, hooked, discord := channelFor("channel", name), channelFor("hook", name), channelFor("discord", name)
	path := "/services/T1/B1/" + name
	w.platforms.Slack(channel, name)
	w.platforms.SlackWebhook(path, hooked)
	w.platforms.Discord(discord, "secret", discord)
	w.add(channel, "Slack", w.app.Channel(channel))
	w.add(hooked, "Slack", (&notifier.SlackWebhooks{HTTP: next}).Webhook("https://hooks.slack.com"+path))
	w.add(discord, "Discord", w.api.Webhook(discord, "secret", ""))
	for i := len(w.to) - 3; i < len(w.to); i++ {
		w.to[i].Routes = routes
	}
}

// channelFor is the stand-in's channel of a destination, which has its name.
func channelFor(kind, name string) string {
	if kind == "discord" {
		return fmt.Sprintf("9%017d", crc32.ChecksumIEEE([]byte(name)))
	}
	return "C0" + strings.ToUpper(kind+name)
}

// told are a channel's headlines, each with what its card says became of it.
func (w *world) told(channel string) []string {
	w.t.Helper()
	var all []string
	for _, m := range w.shown(channel) {
		text := strings.Join(headlines(w.t, m), " + ")
		for _, mark := range marks(w.t, m) {
			text += " " + mark
		}
		all = append(all, text)
	}
	return all
}

// marks are the outcomes in the context rows of a message.
func marks(t *testing.T, m standin.Message) []string {
	t.Helper()
	var body struct {
		Attachments []struct {
			Blocks []struct {
				Elements []struct{ Text string }
			}
		}
		Embeds []struct{ Footer struct{ Text string } }
	}
	if err := json.Unmarshal(m.Body, &body); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, a := range body.Attachments {
		for _, b := range a.Blocks {
			for _, e := range b.Elements {
				rows = append(rows, e.Text)
			}
		}
	}
	for _, e := range body.Embeds {
		rows = append(rows, e.Footer.Text)
	}
	var marks []string
	for _, row := range rows {
		for part := range strings.SplitSeq(row, " · ") {
			if strings.HasPrefix(part, "→ ") || strings.HasPrefix(part, "refunded ") {
				marks = append(marks, part)
			}
		}
	}
	return marks
}

// accept stores a delivery as the webhook does.
func (w *world) accept(d polartest.Delivery) error {
	parsed, err := polar.Parse(d.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	seq, _, err := w.journal.Append(w.t.Context(), journal.Entry{
		ID: d.ID, Type: parsed.Type, Subject: parsed.Subject, Object: parsed.Object,
		State: parsed.State.Encode(), At: parsed.At, Received: time.Now(), Body: d.Body,
	})
	if err == nil {
		w.journal.Wake(seq)
	}
	return err
}

func (w *world) receive(d polartest.Delivery) {
	w.t.Helper()
	if err := w.accept(d); err != nil {
		w.t.Fatal(err)
	}
}

// until lets time pass. In a long pause nothing runs, since each second of it
// would cost a look at the journal.
func (w *world) until(at time.Time) {
	if time.Until(at) > 10*time.Minute {
		w.idle(10 * time.Minute)
		w.stop()
		time.Sleep(time.Until(at))
		w.start()
		return
	}
	time.Sleep(time.Until(at))
}
