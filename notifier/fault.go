package notifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Verdict is what a failed request means for the loop, whatever the platform
// called it.
type Verdict int

const (
	Later   Verdict = iota // the platform is slow or down: the same again after Wait
	Refused                // this message, never: the destination itself is well
	Broken                 // the destination's settings: a person must act
	Gone                   // the message to edit was deleted, or can no longer be edited
)

// Fault is a failed request. Its text never holds a token or a webhook's URL.
type Fault struct {
	Verdict Verdict
	Code    string        // the platform's own word: "channel_not_found", "404/10015"
	Detail  string        // what it says besides, such as the field it refuses
	Wait    time.Duration // before the next try; 0: the loop's own backoff
	Limited bool          // the platform said that we are too fast
	Paced   bool          // our own pace said so before the request: no failure
	Final   bool          // Broken, and asking again does harm: only a restart or a person releases it
}

func (f *Fault) Error() string {
	if f.Detail == "" {
		return f.Code
	}
	return f.Code + ": " + f.Detail
}

// asFault makes sure that the loop gets a *Fault: what no platform answered is
// the network's, and heals by itself.
func asFault(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Verdict: Later, Code: networkWord(err)}
}

// networkWord names a failed connection without the URL that net/http and both
// libraries put into their errors.
func networkWord(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %s", RequestTimeout)
	case errors.As(err, &dns):
		return "the host's name cannot be resolved"
	case errors.As(err, &op) && op.Op == "dial":
		return "cannot connect"
	case errors.As(err, &syntax):
		return "an answer that cannot be read"
	}
	return "the connection broke"
}

// answerFault is what every platform means by a bare HTTP status.
func answerFault(a *answer) *Fault {
	code := fmt.Sprint(a.status)
	switch {
	case a.status == http.StatusTooManyRequests:
		return &Fault{Verdict: Later, Code: code, Wait: a.retryAfter(), Limited: true}
	case a.status >= 500:
		return &Fault{Verdict: Later, Code: code}
	case a.status == http.StatusRequestEntityTooLarge:
		return &Fault{Verdict: Refused, Code: code}
	}
	return &Fault{Verdict: Broken, Code: code}
}

// slackVerdicts sorts the errors of chat.postMessage and chat.update
// (docs.slack.dev/reference/methods). A code that is not here parks the
// destination: its events wait, and a person reads the code.
var slackVerdicts = verdicts(map[Verdict]string{
	Later: `ratelimited rate_limited message_limit_exceeded service_unavailable fatal_error
		internal_error request_timeout update_failed team_added_to_org org_login_required
		external_channel_migrating streaming_state_conflict rollup_error`,
	Refused: `invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text
		too_many_attachments attachment_payload_limit_exceeded invalid_attachments
		invalid_metadata_format invalid_metadata_schema metadata_too_large
		metadata_must_be_sent_from_app markdown_text_conflict block_mismatch invalid_arg_name
		invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type
		invalid_payload user_not_found`,
	Gone: `message_not_found cant_update_message edit_window_closed is_inactive`,
})

// discordVerdicts sorts the JSON codes of Discord's answers
// (docs.discord.com/developers/topics/opcodes-and-status-codes). A code that is
// not here is judged by its HTTP status.
var discordVerdicts = verdicts(map[Verdict]string{
	Later:   `20016 20028 20029 40062 130000 30046`,
	Refused: `50035 50006 50109 40005 240000`,
	Broken:  `10015 10003 50027 50001 50013 160005 220001 220002 220003 40067`,
	Gone:    `10008 50083`,
})

func verdicts(sorted map[Verdict]string) map[string]Verdict {
	byCode := map[string]Verdict{}
	for verdict, codes := range sorted {
		for code := range strings.FieldsSeq(codes) {
			byCode[code] = verdict
		}
	}
	return byCode
}

func slackFault(code, detail string) *Fault {
	verdict, known := slackVerdicts[code]
	if !known {
		verdict = Broken
	}
	f := &Fault{Verdict: verdict, Code: code, Detail: detail}
	switch code {
	case "ratelimited", "rate_limited":
		f.Limited, f.Wait = true, time.Second
	case "message_limit_exceeded": // a free workspace's cap, not lifted within minutes
		f.Wait = 10 * time.Minute
	}
	return f
}

func discordFault(a *answer) *Fault {
	code, detail := a.discordError()
	if a.status == http.StatusTooManyRequests || a.status >= 500 {
		return answerFault(a)
	}
	verdict, known := discordVerdicts[code]
	switch {
	case known:
	case a.status == http.StatusBadRequest:
		verdict = Refused
	default:
		return &Fault{
			Verdict: answerFault(a).Verdict, Code: fmt.Sprintf("%d/%s", a.status, code), Detail: detail,
			// A webhook that answers 404 must not be called again (Discord's rule).
			Final: a.status == http.StatusNotFound,
		}
	}
	f := &Fault{Verdict: verdict, Code: fmt.Sprintf("%d/%s", a.status, code), Detail: detail}
	f.Final = verdict == Broken && a.status == http.StatusNotFound
	if code == "30046" { // too many edits of a message older than an hour
		f.Wait = 10 * time.Minute
	}
	return f
}
