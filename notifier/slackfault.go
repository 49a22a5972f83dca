package notifier

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// slackVerdicts are the verdicts of the error codes of chat.postMessage,
// chat.update and incoming webhooks (docs.slack.dev/reference/methods). A code
// that is not listed is Broken.
var slackVerdicts = byCode(map[Verdict]string{
	Later: `ratelimited rate_limited message_limit_exceeded service_unavailable request_timeout update_failed team_added_to_org org_login_required
		external_channel_migrating streaming_state_conflict rollup_error`,
	Unknown: `fatal_error internal_error`,
	Refused: `invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text
		too_many_attachments attachment_payload_limit_exceeded invalid_attachments
		invalid_metadata_format invalid_metadata_schema metadata_too_large
		metadata_must_be_sent_from_app markdown_text_conflict block_mismatch invalid_arg_name
		invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type
		invalid_payload user_not_found`,
})

// slackTokenCodes say that something is wrong with the token, whatever it is
// used for.
var slackTokenCodes = strings.Fields(`invalid_auth not_authed account_inactive token_revoked
	token_expired missing_scope not_allowed_token_type team_access_not_granted
	two_factor_setup_required enterprise_is_restricted accesslimited`)

// slackVerdict judges the code of a post. A code that nobody knows parks the
// destination: nothing is lost, and a person reads the code.
func slackVerdict(code string) Verdict {
	verdict, known := slackVerdicts[code]
	if !known {
		return Broken
	}
	return verdict
}

// slackChannelCodes say that the bot cannot write in a channel; is_inactive is
// what an edit gets in an archived one.
var slackChannelCodes = []string{"channel_not_found", "not_in_channel", "is_archived", "is_inactive"}

// slackEditVerdict judges the code of an edit.
func slackEditVerdict(code string) Verdict {
	switch code {
	case "message_not_found":
		return Gone
	case "cant_update_message", "edit_window_closed":
		return Fixed
	}
	return slackVerdict(code)
}

// slackDeletionVerdict judges the code of a deletion. A workspace may forbid
// deletions (cant_delete_message, compliance_exports_prevent_deletion): unless
// time, another token or a mended channel helps, the message stays.
func slackDeletionVerdict(code string) Verdict {
	verdict := slackVerdict(code)
	switch {
	case code == "message_not_found":
		return Gone
	case verdict == Later || verdict == Unknown:
		return verdict
	case slices.Contains(slackTokenCodes, code) || slices.Contains(slackChannelCodes, code):
		return verdict
	}
	return Refused
}

// slackFault judges what slack-go returned; nil means success. The library
// takes an empty response for a success, so only a timestamp proves one.
func slackFault(verdict func(code string) Verdict, ts string, err error) *Fault {
	var refused slack.SlackErrorResponse
	var bad *response
	switch {
	case err == nil && ts != "":
		return nil
	case err == nil:
		return &Fault{Verdict: Unknown, Code: "an answer without a message"}
	case errors.As(err, &refused):
		f := slackCodeFault(verdict, refused.Err)
		f.Detail = shorten(strings.Join(refused.ResponseMetadata.Messages, "; "))
		if refused.Needed != "" {
			f.Detail = "needs the scope " + refused.Needed
		}
		return f
	case errors.As(err, &bad):
		if f := bad.fault(); f != nil {
			return f
		}
		return slackCodeFault(verdict, bad.slackError())
	}
	return asFault(err)
}

// slackError is the code of an error of the Web API that came with another
// status than 200, which slack-go does not read.
func (r *response) slackError() string {
	var body struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(r.body, &body)
	return body.Error
}

func slackCodeFault(verdict func(code string) Verdict, code string) *Fault {
	f := &Fault{Verdict: verdict(code), Code: code}
	switch code {
	case "ratelimited", "rate_limited":
		f.Limited, f.Wait = true, time.Second
	case "message_limit_exceeded": // a free workspace's cap, not lifted within minutes
		f.Wait = 10 * time.Minute
	}
	return f
}

const newSlackToken = "Reinstall the app at api.slack.com/apps, put the new token in SLACK_BOT_TOKEN, restart."

const unarchive = "Unarchive the channel, or name another one in SLACK_CHANNELS under the same name, restart."

var slackChannelCures = map[string]string{
	"invalid_auth":      newSlackToken,
	"not_authed":        newSlackToken,
	"account_inactive":  newSlackToken,
	"token_revoked":     newSlackToken,
	"token_expired":     newSlackToken,
	"missing_scope":     "Add the scopes chat:write and chat:write.public under OAuth & Permissions at api.slack.com/apps, reinstall the app, restart.",
	"not_in_channel":    "Invite the app: /invite @polarbell in the channel.",
	"channel_not_found": "Check the channel's ID in SLACK_CHANNELS; a private channel needs /invite @polarbell.",
	"is_archived":       unarchive,
	"is_inactive":       unarchive,
}

func slackChannelCure(code string) string {
	if cure, known := slackChannelCures[code]; known {
		return cure
	}
	return "Look up this code at docs.slack.dev/reference/methods/chat.postMessage, remove its cause, restart."
}
