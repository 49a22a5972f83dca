package notifier_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

// answers and what they mean. Both libraries lose most of it by themselves: a
// webhook's error code, the wait of a 429, a refused field, a 200 that is not a
// success.
var answers = []struct {
	name    string
	to      string // sales (Slack's Web API), hook (incoming webhook), disc
	request string // of requests
	answer  standin.Outcome
	want    notifier.Fault
	detail  string
}{
	{"slack 429", sales, "post", standin.Outcome{Status: 429, Header: after("30"), Body: `{"ok":false,"error":"ratelimited"}`}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 30 * time.Second, Limited: true}, ""},
	{"slack 429, no header", sales, "post", standin.Outcome{Status: 429}, notifier.Fault{Verdict: notifier.Later, Code: "429", Limited: true}, ""},
	{"slack 429, not a whole number", sales, "post", standin.Outcome{Status: 429, Header: after("2.5")}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 2500 * time.Millisecond, Limited: true}, ""},
	{"slack 200 ratelimited", sales, "post", ok(`{"ok":false,"error":"rate_limited"}`), notifier.Fault{Verdict: notifier.Later, Code: "rate_limited", Wait: time.Second, Limited: true}, ""},
	{"slack {}", sales, "post", ok(`{}`), notifier.Fault{Verdict: notifier.Unknown, Code: "an answer without a message"}, ""},
	{"slack ok without ts", sales, "post", ok(`{"ok":true}`), notifier.Fault{Verdict: notifier.Unknown, Code: "an answer without a message"}, ""},
	{"slack refused field", sales, "post", ok(`{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["too long [json-pointer:/blocks/2]"]}}`), notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}, "/blocks/2"},
	{"slack scope", sales, "post", ok(`{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}`), notifier.Fault{Verdict: notifier.Broken, Code: "missing_scope"}, "chat:write"},
	{"slack new code", sales, "post", ok(`{"ok":false,"error":"moon_in_retrograde"}`), notifier.Fault{Verdict: notifier.Broken, Code: "moon_in_retrograde"}, ""},
	{"slack fatal", sales, "post", ok(`{"ok":false,"error":"fatal_error"}`), notifier.Fault{Verdict: notifier.Unknown, Code: "fatal_error"}, ""},
	{"slack internal error", sales, "edit", failed("internal_error"), notifier.Fault{Verdict: notifier.Unknown, Code: "internal_error"}, ""},
	{"gateway that heard no answer", sales, "post", standin.Outcome{Status: 504, Body: "<html></html>"}, notifier.Fault{Verdict: notifier.Unknown, Code: "504"}, ""},
	{"Cloudflare heard no answer", disc, "post", standin.Outcome{Status: 524, Body: "error code: 524"}, notifier.Fault{Verdict: notifier.Unknown, Code: "524"}, "error code"},
	{"slack full", sales, "post", ok(`{"ok":false,"error":"message_limit_exceeded"}`), notifier.Fault{Verdict: notifier.Later, Code: "message_limit_exceeded", Wait: 10 * time.Minute}, ""},
	{"slack code with a status", sales, "post", standin.Outcome{Status: 403, Body: `{"ok":false,"error":"account_inactive"}`}, notifier.Fault{Verdict: notifier.Broken, Code: "account_inactive"}, ""},
	{"hook gone", hook, "post", standin.Outcome{Status: 404, Body: "no_service"}, notifier.Fault{Verdict: notifier.Broken, Code: "no_service"}, ""},
	{"hook archived", hook, "post", standin.Outcome{Status: 410, Body: "channel_is_archived"}, notifier.Fault{Verdict: notifier.Broken, Code: "channel_is_archived"}, ""},
	{"hook refuses", hook, "post", standin.Outcome{Status: 400, Body: "invalid_blocks"}, notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}, ""},
	{"hook rollup", hook, "post", standin.Outcome{Status: 500, Body: "rollup_error"}, notifier.Fault{Verdict: notifier.Later, Code: "500"}, ""},
	{"hook 200 with an error", hook, "post", ok("no_active_hooks"), notifier.Fault{Verdict: notifier.Broken, Code: "no_active_hooks"}, ""},
	{"hook 429", hook, "post", standin.Outcome{Status: 429, Header: after("3")}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 3 * time.Second, Limited: true}, ""},
	{"discord 429, the longer wait", disc, "post", standin.Outcome{Status: 429, Header: after("1"), Body: `{"retry_after":4.5}`}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 4500 * time.Millisecond, Limited: true}, ""},
	{"discord 429, header alone", disc, "post", standin.Outcome{Status: 429, Header: after("9"), Body: "<html></html>"}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 9 * time.Second, Limited: true}, ""},
	{"discord ban", disc, "post", standin.Outcome{Status: 429, Body: `{"code":0,"message":"You are being blocked"}`}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}, "blocks"},
	{"cloudflare ban", disc, "post", standin.Outcome{Status: 429, Body: "error code: 1015"}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}, "blocks"},
	{"discord 502", disc, "post", standin.Outcome{Status: 502, Body: "<html></html>"}, notifier.Fault{Verdict: notifier.Unknown, Code: "502"}, ""},
	{"discord refused field", disc, "post", standin.Outcome{Status: 400, Body: `{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{}}}}`}, notifier.Fault{Verdict: notifier.Refused, Code: "400/50035"}, "embeds"},
	{"discord webhook gone", disc, "post", standin.Outcome{Status: 404, Body: `{"code":10015,"message":"Unknown Webhook"}`}, notifier.Fault{Verdict: notifier.Broken, Code: "404/10015", UntilReleased: true}, "Unknown Webhook"},
	{"discord edge", disc, "post", standin.Outcome{Status: 403, Body: `{"code":40333,"message":"internal network error"}`}, notifier.Fault{Verdict: notifier.Later, Code: "403/40333"}, "internal network error"},
	{"discord token", disc, "post", standin.Outcome{Status: 401, Body: `{"code":50027,"message":"Invalid Webhook Token"}`}, notifier.Fault{Verdict: notifier.Broken, Code: "401/50027"}, "Invalid"},
	{"discord forbidden", disc, "post", standin.Outcome{Status: 403, Body: `{"code":50013}`}, notifier.Fault{Verdict: notifier.Broken, Code: "403/50013"}, ""},
	{"discord too many edits", disc, "post", standin.Outcome{Status: 400, Body: `{"code":30046}`}, notifier.Fault{Verdict: notifier.Later, Code: "400/30046", Wait: 10 * time.Minute}, ""},
	{"discord {}", disc, "post", ok(`{}`), notifier.Fault{Verdict: notifier.Unknown, Code: "an answer without a message"}, ""},
	{"slack edit of nothing", sales, "edit", failed("message_not_found"), notifier.Fault{Verdict: notifier.Gone, Code: "message_not_found"}, ""},
	{"slack edit too late", sales, "edit", failed("edit_window_closed"), notifier.Fault{Verdict: notifier.Fixed, Code: "edit_window_closed"}, ""},
	{"slack edit in a channel that is gone", sales, "edit", failed("channel_not_found"), notifier.Fault{Verdict: notifier.Broken, Code: "channel_not_found"}, ""},
	{"slack edit in an archived channel", sales, "edit", failed("is_inactive"), notifier.Fault{Verdict: notifier.Broken, Code: "is_inactive"}, ""},
	{"slack edit, dead token", sales, "edit", failed("token_revoked"), notifier.Fault{Verdict: notifier.Broken, Code: "token_revoked"}, ""},
	{"slack post, code of an edit", sales, "post", failed("message_not_found"), notifier.Fault{Verdict: notifier.Broken, Code: "message_not_found"}, ""},
	{"slack deletion of nothing", sales, "delete", failed("message_not_found"), notifier.Fault{Verdict: notifier.Gone, Code: "message_not_found"}, ""},
	{"slack deletion not allowed", sales, "delete", failed("cant_delete_message"), notifier.Fault{Verdict: notifier.Refused, Code: "cant_delete_message"}, ""},
	{"slack deletion prevented", sales, "delete", failed("compliance_exports_prevent_deletion"), notifier.Fault{Verdict: notifier.Refused, Code: "compliance_exports_prevent_deletion"}, ""},
	{"slack deletion where the bot is not", sales, "delete", failed("not_in_channel"), notifier.Fault{Verdict: notifier.Broken, Code: "not_in_channel"}, ""},
	{"slack deletion, new code", sales, "delete", failed("moon_in_retrograde"), notifier.Fault{Verdict: notifier.Refused, Code: "moon_in_retrograde"}, ""},
	{"slack deletion, dead token", sales, "delete", failed("token_revoked"), notifier.Fault{Verdict: notifier.Broken, Code: "token_revoked"}, ""},
	{"slack deletion, 200 ratelimited", sales, "delete", standin.Outcome{Status: 200, Header: after("20"), Body: `{"ok":false,"error":"ratelimited"}`}, notifier.Fault{Verdict: notifier.Later, Code: "ratelimited", Wait: 20 * time.Second, Limited: true}, ""},
	{"hook edit", hook, "edit", standin.Outcome{}, notifier.Fault{Verdict: notifier.Fixed, Code: "an incoming webhook cannot edit"}, ""},
	{"hook deletion", hook, "delete", standin.Outcome{}, notifier.Fault{Verdict: notifier.Refused, Code: "an incoming webhook cannot delete"}, ""},
	{"hook 503, unknown code", hook, "post", standin.Outcome{Status: 503, Body: "maintenance"}, notifier.Fault{Verdict: notifier.Later, Code: "503"}, ""},
	{"discord edit of nothing", disc, "edit", standin.Outcome{Status: 404, Body: `{"code":10008,"message":"Unknown Message"}`}, notifier.Fault{Verdict: notifier.Gone, Code: "404/10008"}, "Unknown Message"},
	{"discord edit in an archived thread", disc, "edit", standin.Outcome{Status: 400, Body: `{"code":50083}`}, notifier.Fault{Verdict: notifier.Fixed, Code: "400/50083"}, ""},
	{"discord post into an archived thread", disc, "post", standin.Outcome{Status: 400, Body: `{"code":50083}`}, notifier.Fault{Verdict: notifier.Broken, Code: "400/50083"}, ""},
	{"discord deletion of nothing", disc, "delete", standin.Outcome{Status: 404, Body: `{"code":10008}`}, notifier.Fault{Verdict: notifier.Gone, Code: "404/10008"}, ""},
	{"discord deletion in an archived thread", disc, "delete", standin.Outcome{Status: 400, Body: `{"code":50083}`}, notifier.Fault{Verdict: notifier.Refused, Code: "400/50083"}, ""},
	{"discord deletion, webhook gone", disc, "delete", standin.Outcome{Status: 404, Body: `{"code":10015}`}, notifier.Fault{Verdict: notifier.Broken, Code: "404/10015", UntilReleased: true}, ""},
	{"discord deletion, not a 204", disc, "delete", ok(`{}`), notifier.Fault{Verdict: notifier.Unknown, Code: "an answer that does not confirm the deletion"}, ""},
}

func after(seconds string) http.Header { return http.Header{"Retry-After": {seconds}} }

func ok(body string) standin.Outcome { return standin.Outcome{Status: 200, Body: body} }

// failed is how Slack's Web API answers with an error code.
func failed(code string) standin.Outcome { return ok(`{"ok":false,"error":"` + code + `"}`) }

func TestAnswersAreJudged(t *testing.T) {
	for _, tc := range answers {
		t.Run(tc.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				sender := map[string]notifier.Sender{sales: w.to[0].Sender, hook: w.to[1].Sender, disc: w.to[2].Sender}[tc.to]
				w.platforms.Fail("slack", 1, tc.answer)
				w.platforms.Fail("discord", 1, tc.answer)
				ctx, cancel := timeout()
				defer cancel()
				fault := checkFault(t, tc.name, requests[tc.request](ctx, sender))
				if fault == nil {
					return
				}
				if !strings.Contains(fault.Detail, tc.detail) {
					t.Errorf("detail %q, want %q in it", fault.Detail, tc.detail)
				}
				got := *fault
				got.Detail = ""
				if got != tc.want {
					t.Errorf("got %+v, want %+v", got, tc.want)
				}
			})
		})
	}
}

// TestChannelsOfBefore hold nothing up: what cannot be done in them is not for a
// person to mend.
func TestChannelsOfBefore(t *testing.T) {
	const id = "C0SALES"
	for _, tt := range []struct {
		name, channel, posts   string // what is configured; "": nothing was posted since the start
		code                   string
		wantEdit, wantDeletion notifier.Verdict
	}{
		{"its own", id, "", "not_in_channel", notifier.Broken, notifier.Broken},
		{"one of before", "C0OPS", "", "not_in_channel", notifier.Fixed, notifier.Refused},
		{"one of before, archived", "C0OPS", "", "is_inactive", notifier.Fixed, notifier.Refused},
		{"one of before, another code", "C0OPS", "", "token_revoked", notifier.Broken, notifier.Broken},
		{"a name's, not known yet", "#sales", "", "not_in_channel", notifier.Fixed, notifier.Refused},
		{"a name's, once a post told it", "#sales", id, "not_in_channel", notifier.Broken, notifier.Broken},
		{"another name's", "#sales", "C0OPS", "not_in_channel", notifier.Fixed, notifier.Refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s, ctx := w.app.Channel(tt.channel), w.t.Context()
				ref := notifier.Ref(id + "/1")
				if tt.posts != "" {
					w.platforms.Fail("slack", 1, ok(`{"ok":true,"channel":"`+tt.posts+`","ts":"1"}`))
					if _, err := s.Post(ctx, message("x")); err != nil {
						t.Fatal(err)
					}
				}
				w.platforms.Fail("slack", 2, failed(tt.code))
				if got := checkFault(t, "edit", s.Edit(ctx, ref, message("x"))); got.Verdict != tt.wantEdit {
					t.Errorf("edit: %v, want %v", got.Verdict, tt.wantEdit)
				}
				if got := checkFault(t, "deletion", s.Delete(ctx, ref)); got.Verdict != tt.wantDeletion {
					t.Errorf("deletion: %v, want %v", got.Verdict, tt.wantDeletion)
				}
			})
		})
	}
}
