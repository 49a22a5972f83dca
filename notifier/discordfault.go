package notifier

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// discordVerdicts are the verdicts of Discord's JSON codes
// (docs.discord.com/developers/topics/opcodes-and-status-codes). A code that is
// not listed is judged by its HTTP status.
var discordVerdicts = byCode(map[Verdict]string{
	Later:   `20016 20028 20029 40062 40333 130000 30046`,
	Refused: `50035 50006 50109 40005 240000`,
	Broken:  `10015 10003 50027 50001 50013 50083 160005 220001 220002 220003 40067`,
})

// discordVerdict judges the code of a post.
func discordVerdict(status int, code string) Verdict {
	verdict, known := discordVerdicts[code]
	switch {
	case known:
		return verdict
	case status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge:
		return Refused
	}
	return Broken
}

// discordEditVerdict judges the code of an edit. An archived thread (50083)
// takes no edits, but a post opens it again.
func discordEditVerdict(status int, code string) Verdict {
	switch code {
	case "10008":
		return Gone
	case "50083":
		return Fixed
	}
	return discordVerdict(status, code)
}

// discordDeletionVerdict judges the code of a deletion. What an archived thread
// shows stays.
func discordDeletionVerdict(status int, code string) Verdict {
	switch code {
	case "10008":
		return Gone
	case "50083":
		return Refused
	}
	return discordVerdict(status, code)
}

// messageFault judges a post or an edit. Only the message proves a success.
func (d *discordWebhook) messageFault(verdict func(status int, code string) Verdict, m *discordgo.Message, err error) *Fault {
	if err == nil && (m == nil || m.ID == "") {
		return &Fault{Verdict: Unknown, Code: "an answer without a message"}
	}
	return d.fault(verdict, err)
}

// deletionFault judges a deletion. Only a 204 proves a success.
func (d *discordWebhook) deletionFault(err error) *Fault {
	if err == nil && d.transport.last.status != http.StatusNoContent {
		return &Fault{Verdict: Unknown, Code: "an answer that does not confirm the deletion"}
	}
	return d.fault(discordDeletionVerdict, err)
}

// fault is discordFault, and lets all Discord destinations know whether this
// machine's address is blocked.
func (d *discordWebhook) fault(verdict func(status int, code string) Verdict, err error) *Fault {
	if err == nil {
		d.ban.lift()
		return nil
	}
	f := discordFault(verdict, err)
	if f.Limited && (f.Wait == 0 || d.transport.last.isOfAll()) {
		f.Wait = d.ban.extend(f.Wait)
		f.Detail = "Discord blocks this machine's address for a while"
	}
	return f
}

func discordFault(verdict func(status int, code string) Verdict, err error) *Fault {
	var bad *response
	if !errors.As(err, &bad) {
		return asFault(err)
	}
	if f := bad.fault(); f != nil {
		return f
	}
	code, detail := bad.discordError()
	f := &Fault{Verdict: verdict(bad.status, code), Code: fmt.Sprintf("%d/%s", bad.status, code), Detail: detail}
	// Discord restricts whoever goes on calling a webhook that answers 404.
	f.UntilReleased = f.Verdict == Broken && bad.status == http.StatusNotFound
	if code == "30046" { // too many edits of a message older than an hour
		f.Wait = 10 * time.Minute
	}
	return f
}

// isOfAll reports whether a 429 concerns all that this machine calls, not one
// webhook.
func (r *response) isOfAll() bool {
	var body struct {
		Global bool `json:"global"`
	}
	_ = json.Unmarshal(r.body, &body)
	return r.isStrange || body.Global
}

// discordError is the code and the text of a Discord error, with the fields
// that it refuses.
func (r *response) discordError() (code, detail string) {
	var body struct {
		Code    json.Number     `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	_ = json.Unmarshal(r.body, &body)
	detail = body.Message
	if len(body.Errors) > 0 {
		detail += " " + string(body.Errors)
	}
	return cmp.Or(body.Code.String(), "0"), shorten(detail)
}

const (
	newDiscordWebhook = "Make a new webhook in the channel's settings, put its URL into DISCORD_WEBHOOKS under the same name, restart."
	setThread         = "The webhook's channel is a forum: add ?thread_id=… to its URL in DISCORD_WEBHOOKS, restart."
	otherThread       = "put another thread's ID behind ?thread_id= of the webhook's URL in DISCORD_WEBHOOKS, restart."
)

var discordCures = map[string]string{
	"220001": setThread,
	"40067":  setThread,
	"220003": "The webhook's channel is not a forum: take ?thread_id=… off its URL in DISCORD_WEBHOOKS, restart.",
}

// unknownChannel is Discord's code for a thread or a channel that is not there.
const unknownChannel = "10003"

// threadCures are for destinations that post into a thread, whose ID they name.
var threadCures = map[string]string{
	unknownChannel: "Thread %s was deleted: " + otherThread,
	"50083":        "Thread %s is archived: open it again, or " + otherThread,
	"160005":       "Thread %s is locked: unlock it, or " + otherThread,
}

// Cure takes a code as Fault has it, such as 404/10003.
func (d *discordWebhook) Cure(code string) string {
	_, code, _ = strings.Cut(code, "/")
	if cure, isKnown := threadCures[code]; isKnown && d.thread != "" {
		return fmt.Sprintf(cure, d.thread)
	}
	if cure, isKnown := discordCures[code]; isKnown {
		return cure
	}
	return newDiscordWebhook
}
