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
// webhook's error word, the wait of a 429, a refused field, a 200 that is none.
var answers = []struct {
	name   string
	to     string // sales (Slack's Web API), hook (incoming webhook), disc
	answer standin.Outcome
	want   notifier.Fault
	detail string
}{
	{"slack 429", sales, standin.Outcome{Status: 429, Header: after("30"), Body: `{"ok":false,"error":"ratelimited"}`}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 30 * time.Second, Limited: true}, ""},
	{"slack 429, no header", sales, standin.Outcome{Status: 429}, notifier.Fault{Verdict: notifier.Later, Code: "429", Limited: true}, ""},
	{"slack 429, not a whole number", sales, standin.Outcome{Status: 429, Header: after("2.5")}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 2500 * time.Millisecond, Limited: true}, ""},
	{"slack 200 ratelimited", sales, ok(`{"ok":false,"error":"rate_limited"}`), notifier.Fault{Verdict: notifier.Later, Code: "rate_limited", Wait: time.Second, Limited: true}, ""},
	{"slack {}", sales, ok(`{}`), notifier.Fault{Verdict: notifier.Later, Code: "an answer without a message"}, ""},
	{"slack ok without ts", sales, ok(`{"ok":true}`), notifier.Fault{Verdict: notifier.Later, Code: "an answer without a message"}, ""},
	{"slack refused field", sales, ok(`{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["too long [json-pointer:/blocks/2]"]}}`), notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}, "/blocks/2"},
	{"slack scope", sales, ok(`{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}`), notifier.Fault{Verdict: notifier.Broken, Code: "missing_scope"}, "chat:write"},
	{"slack new code", sales, ok(`{"ok":false,"error":"moon_in_retrograde"}`), notifier.Fault{Verdict: notifier.Broken, Code: "moon_in_retrograde"}, ""},
	{"slack fatal", sales, ok(`{"ok":false,"error":"fatal_error"}`), notifier.Fault{Verdict: notifier.Later, Code: "fatal_error"}, ""},
	{"slack full", sales, ok(`{"ok":false,"error":"message_limit_exceeded"}`), notifier.Fault{Verdict: notifier.Later, Code: "message_limit_exceeded", Wait: 10 * time.Minute}, ""},
	{"hook gone", hook, standin.Outcome{Status: 404, Body: "no_service"}, notifier.Fault{Verdict: notifier.Broken, Code: "no_service"}, ""},
	{"hook archived", hook, standin.Outcome{Status: 410, Body: "channel_is_archived"}, notifier.Fault{Verdict: notifier.Broken, Code: "channel_is_archived"}, ""},
	{"hook refuses", hook, standin.Outcome{Status: 400, Body: "invalid_blocks"}, notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}, ""},
	{"hook rollup", hook, standin.Outcome{Status: 500, Body: "rollup_error"}, notifier.Fault{Verdict: notifier.Later, Code: "500"}, ""},
	{"hook 200 with an error", hook, ok("no_active_hooks"), notifier.Fault{Verdict: notifier.Broken, Code: "no_active_hooks"}, ""},
	{"hook 200 in HTML", hook, ok("<html></html>"), notifier.Fault{Verdict: notifier.Later, Code: "an answer that is not ok"}, ""},
	{"hook 429", hook, standin.Outcome{Status: 429, Header: after("3")}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 3 * time.Second, Limited: true}, ""},
	{"discord 429, the longer wait", disc, standin.Outcome{Status: 429, Header: after("1"), Body: `{"retry_after":4.5}`}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 4500 * time.Millisecond, Limited: true}, ""},
	{"discord 429, header alone", disc, standin.Outcome{Status: 429, Header: after("9"), Body: "<html></html>"}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: 9 * time.Second, Limited: true}, ""},
	{"discord ban", disc, standin.Outcome{Status: 429, Body: `{"code":0,"message":"You are being blocked"}`}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}, "blocks"},
	{"cloudflare ban", disc, standin.Outcome{Status: 429, Body: "error code: 1015"}, notifier.Fault{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}, "blocks"},
	{"discord 502", disc, standin.Outcome{Status: 502, Body: "<html></html>"}, notifier.Fault{Verdict: notifier.Later, Code: "502"}, ""},
	{"discord refused field", disc, standin.Outcome{Status: 400, Body: `{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{}}}}`}, notifier.Fault{Verdict: notifier.Refused, Code: "400/50035"}, "embeds"},
	{"discord webhook gone", disc, standin.Outcome{Status: 404, Body: `{"code":10015,"message":"Unknown Webhook"}`}, notifier.Fault{Verdict: notifier.Broken, Code: "404/10015", Final: true}, "Unknown Webhook"},
	{"discord message gone", disc, standin.Outcome{Status: 404, Body: `{"code":10008,"message":"Unknown Message"}`}, notifier.Fault{Verdict: notifier.Gone, Code: "404/10008"}, "Unknown Message"},
	{"discord token", disc, standin.Outcome{Status: 401, Body: `{"code":50027,"message":"Invalid Webhook Token"}`}, notifier.Fault{Verdict: notifier.Broken, Code: "401/50027"}, "Invalid"},
	{"discord forbidden", disc, standin.Outcome{Status: 403, Body: `{"code":50013}`}, notifier.Fault{Verdict: notifier.Broken, Code: "403/50013"}, ""},
	{"discord too many edits", disc, standin.Outcome{Status: 400, Body: `{"code":30046}`}, notifier.Fault{Verdict: notifier.Later, Code: "400/30046", Wait: 10 * time.Minute}, ""},
	{"discord {}", disc, ok(`{}`), notifier.Fault{Verdict: notifier.Later, Code: "an answer without a message"}, ""},
}

func after(seconds string) http.Header { return http.Header{"Retry-After": {seconds}} }

func ok(body string) standin.Outcome { return standin.Outcome{Status: 200, Body: body} }

func TestAnswersAreSorted(t *testing.T) {
	for _, tc := range answers {
		t.Run(tc.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				sender := map[string]notifier.Sender{sales: w.to[0].Sender, hook: w.to[1].Sender, disc: w.to[2].Sender}[tc.to]
				w.platforms.Fail(tc.to, 1, tc.answer)
				ctx, cancel := timeout()
				defer cancel()
				_, err := sender.Post(ctx, card("x"))
				got, isFault := err.(*notifier.Fault)
				if !isFault {
					w.t.Fatalf("got %T %v", err, err)
				}
				if !strings.Contains(got.Detail, tc.detail) {
					t.Errorf("detail %q, want %q in it", got.Detail, tc.detail)
				}
				plain := *got
				plain.Detail = ""
				if plain != tc.want {
					t.Errorf("got %+v, want %+v", plain, tc.want)
				}
			})
		})
	}
}

func TestReroutedAndRenamed(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("old", "Slack", s)
		w.to[0].Wants = func(eventType string) bool { return eventType == "refund.created" }
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.to[0].Wants = everything
		w.restart()
		w.deliver(sale(2))
		w.idle(time.Minute)
		w.to[0].Name = "new"
		w.restart()
		w.deliver(sale(3))
		w.idle(time.Minute)
		if got := customers(s); len(got) != 2 || got[0] != "2" || got[1] != "3" {
			t.Errorf("shown %q, want the sale after the new route, and the one after the new name", got)
		}
	})
}
