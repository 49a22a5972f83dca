package notifier

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"

	"polarbell/formatter"
)

// DiscordAPI is what all Discord destinations of a process share.
type DiscordAPI struct {
	Base *url.URL // with the API's version, such as https://discord.com/api/v10/
	HTTP http.RoundTripper
	ban  Ban
}

// discordPosts keeps below what a webhook's headers announce (5 in 2 s) and the
// limit of 30 a minute and channel that only a 429 tells of
// (discord/discord-api-docs issues 367 and 1454).
func discordPosts() pace {
	return pace{windows: []*window{{n: 5, span: 2 * time.Second}, {n: 29, span: time.Minute}}}
}

// discordEdits are counted apart from posts. A card changes at most once a
// second: news that comes faster is merged.
func discordEdits() pace {
	return pace{windows: []*window{{n: 1, span: time.Second}, {n: 29, span: time.Minute}}}
}

type discordWebhook struct {
	api     *DiscordAPI
	session *discordgo.Session
	wire    *wire
	id      string
	token   string
	thread  string
	posts   pace
	edits   pace
}

// Webhook is a Sender that posts through a Discord webhook, into one of its
// channel's threads if thread is not empty. It has a session of its own, since
// discordgo puts the edits of all webhooks of a session into one locked bucket.
func (a *DiscordAPI) Webhook(id, token, thread string) Sender {
	w := &wire{next: a.HTTP, base: a.Base, edit: url.Values{}}
	if thread != "" {
		w.edit.Set("thread_id", thread)
	}
	session, _ := discordgo.New("") // its error is always nil
	session.Client = &http.Client{Transport: w}
	session.ShouldRetryOnRateLimit = false
	session.MaxRestRetries = 0
	return &discordWebhook{
		api: a, session: session, wire: w, id: id, token: token, thread: thread,
		posts: discordPosts(), edits: discordEdits(),
	}
}

func (d *discordWebhook) Free(edit bool) time.Time {
	if edit {
		return later(d.edits.free(), d.api.ban.free())
	}
	return later(d.posts.free(), d.api.ban.free())
}

func (d *discordWebhook) Post(ctx context.Context, cards []formatter.Card) (Ref, error) {
	var ref Ref
	fault := d.posts.do(func() *Fault {
		// Waiting for the message is what makes Discord report one that it did not keep.
		m, err := d.session.WebhookThreadExecute(d.id, d.token, true, d.thread,
			formatter.Discord(cards), discordgo.WithContext(ctx))
		if m != nil {
			ref = Ref(m.ID)
		}
		return d.sort(m, err)
	}, d.exhausted)
	if fault != nil {
		return "", fault
	}
	return ref, nil
}

func (d *discordWebhook) Edit(ctx context.Context, ref Ref, cards []formatter.Card) error {
	p := formatter.Discord(cards)
	embeds := p.Embeds
	if embeds == nil {
		embeds = []*discordgo.MessageEmbed{}
	}
	// Without allowed_mentions an edit is parsed by the default again.
	edit := &discordgo.WebhookEdit{Content: &p.Content, Embeds: &embeds, AllowedMentions: p.AllowedMentions}
	fault := d.edits.do(func() *Fault {
		m, err := d.session.WebhookMessageEdit(d.id, d.token, string(ref), edit, discordgo.WithContext(ctx))
		return d.sort(m, err)
	}, d.exhausted)
	if fault != nil {
		return fault
	}
	return nil
}

func (d *discordWebhook) Delete(ctx context.Context, ref Ref) error {
	fault := d.edits.do(func() *Fault {
		return d.judge(d.session.WebhookMessageDelete(d.id, d.token, string(ref), discordgo.WithContext(ctx)))
	}, d.exhausted)
	if fault != nil {
		return fault
	}
	return nil
}

func (d *discordWebhook) Check(ctx context.Context) (string, error) {
	w, err := d.session.WebhookWithToken(d.id, d.token, discordgo.WithContext(ctx))
	if err != nil {
		return "", discordError(err)
	}
	return fmt.Sprintf("the webhook %q posts to channel %s", w.Name, w.ChannelID), nil
}

func (d *discordWebhook) exhausted() time.Duration { return d.wire.last.exhausted() }

// sort judges an outcome that only a message proves.
func (d *discordWebhook) sort(m *discordgo.Message, err error) *Fault {
	if err == nil && (m == nil || m.ID == "") {
		return &Fault{Verdict: Later, Code: "an answer without a message"}
	}
	return d.judge(err)
}

// judge shares with the other destinations what says that Discord blocks this
// machine, and that it does so no longer.
func (d *discordWebhook) judge(err error) *Fault {
	if err == nil {
		d.api.ban.lift()
		return nil
	}
	f := discordError(err)
	if f.Limited && f.Wait == 0 {
		f.Wait = d.api.ban.extend()
		f.Detail = "Discord blocks this machine's address for a while"
	}
	return f
}

func discordError(err error) *Fault {
	var bad *answer
	if errors.As(err, &bad) {
		return discordFault(bad)
	}
	return asFault(err)
}
