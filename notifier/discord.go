package notifier

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"polarbell/formatter"
)

// DiscordAPI is what all Discord destinations of a process share.
type DiscordAPI struct {
	Base  *url.URL // with the API's version, such as https://discord.com/api/v10/
	HTTP  http.RoundTripper
	ban   ban
	posts shared // by webhook's id
	edits shared // likewise
}

// discordPosts stays below what a webhook's headers announce (5 in 2 s), and
// below the limit of 30 a minute and channel that only a 429 mentions
// (discord/discord-api-docs issues 367 and 1454). The threads of a webhook share
// its limit (issue 8082).
func (a *DiscordAPI) discordPosts(id string) pace {
	return pace{windows: a.posts.of(id, bucket(), perMinute())}
}

// discordEdits is for edits and deletions, which Discord counts apart from
// posts. Those of a destination are at most one a second, so that what comes
// faster is merged.
func (a *DiscordAPI) discordEdits(id string) pace {
	own := &window{n: 1, span: time.Second}
	return pace{windows: append([]*window{own}, a.edits.of(id, bucket(), perMinute())...)}
}

func bucket() *window    { return &window{n: 5, span: 2 * time.Second} }
func perMinute() *window { return &window{n: 29, span: time.Minute} }

type discordWebhook struct {
	session   *discordgo.Session
	transport *roundTripper
	ban       *ban
	id        string
	token     string
	thread    string
	posts     pace
	edits     pace
	paces
}

// Webhook returns the Sender of a Discord webhook. It posts into a thread of
// the webhook's channel if thread is not empty. Each has a session of its own,
// since discordgo puts the edits of all webhooks of a session into one locked
// bucket.
func (a *DiscordAPI) Webhook(id, token, thread string) Sender {
	t := &roundTripper{next: a.HTTP, platform: "Discord", form: discordForm, secret: token, api: a.Base, query: url.Values{}}
	if thread != "" {
		t.query.Set("thread_id", thread)
	}
	session, _ := discordgo.New("") // its error is always nil
	session.Client = &http.Client{Transport: t}
	session.ShouldRetryOnRateLimit = false
	session.MaxRestRetries = 0
	d := &discordWebhook{
		session: session, transport: t, ban: &a.ban, id: id, token: token, thread: thread,
		posts: a.discordPosts(id), edits: a.discordEdits(id),
	}
	d.paces = paces{"posts": &d.posts, "edits": &d.edits}
	return d
}

func (d *discordWebhook) NextPost() time.Time { return later(d.posts.next(), d.ban.end()) }
func (d *discordWebhook) NextEdit() time.Time { return later(d.edits.next(), d.ban.end()) }
func (d *discordWebhook) CanEdit() bool       { return true }

// Handover also tells until when Discord blocks this machine's address.
func (d *discordWebhook) Handover() Handover {
	h := d.paces.Handover()
	d.ban.handOver(&h)
	return h
}

func (d *discordWebhook) Resume(h Handover) {
	d.ban.resume(h)
	d.paces.Resume(h)
}

func (d *discordWebhook) Post(ctx context.Context, m formatter.Message) (Ref, error) {
	var ref Ref
	err := d.posts.do(d.transport, func() *Fault {
		// Only an answer that waits for the message reports one that Discord did
		// not keep.
		posted, err := d.session.WebhookThreadExecute(d.id, d.token, true, d.thread,
			formatter.Discord(m), discordgo.WithContext(ctx))
		if posted != nil {
			ref = Ref(posted.ID)
		}
		return d.messageFault(discordVerdict, posted, err)
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

func (d *discordWebhook) Edit(ctx context.Context, ref Ref, m formatter.Message) error {
	p := formatter.Discord(m)
	embeds := p.Embeds
	if embeds == nil {
		embeds = []*discordgo.MessageEmbed{} // an edit must clear what was there
	}
	// Without allowed_mentions Discord parses an edit by its default again.
	edit := &discordgo.WebhookEdit{Content: &p.Content, Embeds: &embeds, AllowedMentions: p.AllowedMentions}
	return d.edits.do(d.transport, func() *Fault {
		edited, err := d.session.WebhookMessageEdit(d.id, d.token, string(ref), edit, discordgo.WithContext(ctx))
		return d.messageFault(discordEditVerdict, edited, err)
	})
}

func (d *discordWebhook) Delete(ctx context.Context, ref Ref) error {
	return d.edits.do(d.transport, func() *Fault {
		err := d.session.WebhookMessageDelete(d.id, d.token, string(ref), discordgo.WithContext(ctx))
		return d.deletionFault(err)
	})
}

// Answers asks for the webhook.
func (d *discordWebhook) Answers(ctx context.Context) error {
	if _, err := d.session.WebhookWithToken(d.id, d.token, discordgo.WithContext(ctx)); err != nil {
		return d.fault(discordVerdict, err)
	}
	return nil
}

func (d *discordWebhook) Check(ctx context.Context) (string, error) {
	w, err := d.session.WebhookWithToken(d.id, d.token, discordgo.WithContext(ctx))
	if err != nil {
		return "", harmless(discordFault(discordVerdict, err))
	}
	if w.ID != d.id {
		return "", formless("Discord", "DISCORD_API_URL", "the webhook")
	}
	line := fmt.Sprintf("the webhook %q posts to channel %s", w.Name, w.ChannelID)
	if d.thread == "" {
		return line, nil
	}
	if f := d.threadFault(ctx); f != nil {
		return "", f
	}
	return line + ", into thread " + d.thread + "; whether that is locked only --send tells", nil
}

// threadFault asks for a message of the thread that need not be there: Discord
// says whether the message is unknown or the thread. It tells a webhook no more
// of a thread.
func (d *discordWebhook) threadFault(ctx context.Context) *Fault {
	_, err := d.session.WebhookMessage(d.id, d.token, d.thread, discordgo.WithContext(ctx))
	if err == nil {
		return nil
	}
	if f := harmless(discordFault(discordVerdict, err)); f.Verdict != Broken || strings.HasSuffix(f.Code, "/"+unknownChannel) {
		return f
	}
	return nil
}
