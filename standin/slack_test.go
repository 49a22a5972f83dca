package standin_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"polarbell/standin"
)

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func quoted(n int) string { return `"` + strings.Repeat("x", n) + `"` }

// blockMessage is a post's body with the given blocks.
func blockMessage(blocks string) string {
	return `{"channel":"C1","text":"x","blocks":[` + blocks + `]}`
}

func TestSlackBlocks(t *testing.T) {
	section := func(text string) string { return `{"type":"section","text":{"type":"mrkdwn","text":` + text + `}}` }
	field := `{"type":"mrkdwn","text":"x"}`
	button := `{"type":"button","text":{"type":"plain_text","text":"Open"},"url":"https://polar.sh"}`
	picture := `{"type":"image","image_url":"https://polar.sh/x.png","alt_text":"x"}`
	tests := []struct {
		name, blocks string
		want         string // in response_metadata.messages; "" means taken
	}{
		{"section at its limit", section(quoted(3000)), ""},
		{"section too long", section(quoted(3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"section empty", section(`""`), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"section without anything", `{"type":"section"}`, "missing required field: text [json-pointer:/blocks/0]"},
		{"the second block", section(`"x"`) + "," + section(`""`), "[json-pointer:/blocks/1/text/text]"},
		{"ten fields", `{"type":"section","fields":[` + times(10, field) + `]}`, ""},
		{"eleven fields", `{"type":"section","fields":[` + times(11, field) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"no field", `{"type":"section","fields":[]}`, "no fewer than 1 items allowed [json-pointer:/blocks/0/fields]"},
		{"field too long", `{"type":"section","fields":[{"type":"mrkdwn","text":` + quoted(2001) + `}]}`, "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"},
		{"header at its limit", `{"type":"header","text":{"type":"plain_text","text":` + quoted(150) + `}}`, ""},
		{"header too long", `{"type":"header","text":{"type":"plain_text","text":` + quoted(151) + `}}`, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		{"header with mrkdwn", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"context", `{"type":"context","elements":[` + field + "," + picture + `]}`, ""},
		{"eleven elements", `{"type":"context","elements":[` + times(11, field) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
		{"button in context", `{"type":"context","elements":[` + button + `]}`, "unsupported type: button"},
		{"actions", `{"type":"actions","elements":[` + times(25, button) + `]}`, ""},
		{"26 actions", `{"type":"actions","elements":[` + times(26, button) + `]}`, "no more than 25 items"},
		{"button too long", `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":` + quoted(76) + `}}]}`, "must be less than 76 characters"},
		{"button's link", `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"url":"javascript:1"}]}`, "must be a valid URL [json-pointer:/blocks/0/elements/0/url]"},
		{"button's style", `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"style":"red"}]}`, "must be one of: primary, danger"},
		{"image", picture, ""},
		{"image without alt_text", `{"type":"image","image_url":"https://polar.sh/x.png"}`, "missing required field: alt_text"},
		{"accessory", `{"type":"section","text":` + field + `,"accessory":` + picture + `}`, ""},
		{"divider", `{"type":"divider"}`, ""},
		{"50 blocks", times(50, `{"type":"divider"}`), ""},
		{"51 blocks", times(51, `{"type":"divider"}`), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"unknown block", `{"type":"banner"}`, "unsupported type: banner [json-pointer:/blocks/0/type]"},
		{"unknown field", `{"type":"divider","colour":"red"}`, "invalid additional property: colour"},
		{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "invalid additional property: emoji"},
		{"block_id twice", times(2, `{"type":"divider","block_id":"a"}`), "block_id already exists: a"},
		{"no type", `{}`, "missing required field: type"},
		{"no object", `"divider"`, "must provide an object"},
		{"text of a wrong type", section(`7`), "must be a string"},
		{"markdown", `{"type":"markdown","text":` + quoted(12000) + `}`, ""},
		{"markdown in sum", `{"type":"markdown","text":` + quoted(7000) + `},{"type":"markdown","text":` + quoted(5001) + `}`, "must be less than 12001 characters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, "POST", post, blockMessage(tt.blocks))
			if tt.want == "" {
				if a.field(t, "ok") != true || len(s.Messages("C1")) != 1 {
					t.Errorf("got %s, want it taken", a.body)
				}
				return
			}
			meta, _ := a.field(t, "response_metadata").(map[string]any)
			said, _ := meta["messages"].([]any)
			if a.field(t, "error") != "invalid_blocks" || len(said) != 1 || !strings.Contains(fmt.Sprint(said), tt.want) {
				t.Errorf("got %s\nwant invalid_blocks, %q", a.body, tt.want)
			}
			if n := len(s.Messages("C1")); n != 0 {
				t.Errorf("%d messages, want none", n)
			}
		})
	}
}

func TestSlackRefuses(t *testing.T) {
	long := `{"type":"section","text":{"type":"mrkdwn","text":` + quoted(2601) + `}}`
	tests := []struct {
		name, path, body string
		header           []string
		want             string
	}{
		{"no token", post, `{"channel":"C1","text":"x"}`, []string{"Authorization", ""}, "not_authed"},
		{"token in the JSON body", post, `{"token":"xoxb-1","channel":"C1","text":"x"}`, []string{"Authorization", ""}, "not_authed"},
		{"token in the query", post + "?token=xoxb-1", `{"channel":"C1","text":"x"}`, []string{"Authorization", ""}, "not_authed"},
		{"a person's token", post, `{"channel":"C1","text":"x"}`, []string{"Authorization", "Bearer xoxp-1"}, "invalid_auth"},
		{"another token", post, `{"channel":"C1","text":"x"}`, []string{"Authorization", "Bearer xoxb-2"}, "invalid_auth"},
		{"unknown method", "/api/chat.shout", `{}`, nil, "unknown_method"},
		{"no JSON", post, `{`, nil, "invalid_json"},
		{"bad UTF-8", post, "{\"text\":\"\xff\"}", nil, "invalid_json"},
		{"bad UTF-8 in a form", post, "text=%FF", []string{"Content-Type", "application/x-www-form-urlencoded"}, "invalid_form_data"},
		{"bad escape in a form", post, "text=%zz", []string{"Content-Type", "application/x-www-form-urlencoded"}, "invalid_form_data"},
		{"no object", post, `[]`, nil, "json_not_object"},
		{"no Content-Type", post, `{}`, []string{"Content-Type", ""}, "missing_post_type"},
		{"another Content-Type", post, `{}`, []string{"Content-Type", "text/plain"}, "invalid_post_type"},
		{"another charset", post, `{}`, []string{"Content-Type", "application/json; charset=latin9"}, "invalid_charset"},
		{"argument's name", post, `{"blocks[]":1}`, nil, "invalid_arg_name"},
		{"unknown channel", post, `{"channel":"C404","text":"x"}`, nil, "channel_not_found"},
		{"Discord's channel", post, `{"channel":"2001","text":"x"}`, nil, "channel_not_found"},
		{"not invited", post, `{"channel":"C3","text":"x"}`, nil, "not_in_channel"},
		{"no text", post, `{"channel":"C1"}`, nil, "no_text"},
		{"blank text", post, `{"channel":"C1","text":" ","blocks":[],"attachments":[{}]}`, nil, "no_text"},
		{"blocks that are none", post, `{"channel":"C1","text":"x","blocks":"["}`, nil, "invalid_blocks_format"},
		{"blocks as an object", post, `{"channel":"C1","text":"x","blocks":{}}`, nil, "invalid_blocks_format"},
		{"too much in all blocks", post, blockMessage(times(5, long)), nil, "msg_blocks_too_long"},
		{"101 attachments", post, `{"channel":"C1","attachments":[` + times(101, `{"text":"x"}`) + `]}`, nil, "too_many_attachments"},
		{"blocks in an attachment", post, `{"channel":"C1","attachments":[{"blocks":[{"type":"nope"}]}]}`, nil, "invalid_attachments"},
		{"markdown beside text", post, `{"channel":"C1","text":"x","markdown_text":"x"}`, nil, "markdown_text_conflict"},
		{"metadata", post, `{"channel":"C1","text":"x","metadata":{"event_type":"x"}}`, nil, "invalid_metadata_format"},
		{"edit by name", update, `{"channel":"#sales","ts":"TS","text":"x"}`, nil, "channel_not_found"},
		{"edit of nothing", update, `{"channel":"C1","ts":"1.000001","text":"x"}`, nil, "message_not_found"},
		{"edit of another's", update, `{"channel":"C1","ts":"HOOK","text":"x"}`, nil, "cant_update_message"},
		{"edit too long", update, `{"channel":"C1","ts":"TS","text":` + quoted(4001) + `}`, nil, "msg_too_long"},
		{"edit to nothing", update, `{"channel":"C1","ts":"TS"}`, nil, "no_text"},
		{"channel's info by name", "/api/conversations.info", `{"channel":"#sales"}`, nil, "channel_not_found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Tokens("xoxb-1")
			s.Slack("C3", "private", false)
			s.SlackWebhook("/services/T1/B2/x", "C1")
			ts := send(t, s, "POST", post, `{"channel":"C1","text":"first"}`).field(t, "ts").(string)
			send(t, s, "POST", "/services/T1/B2/x", `{"text":"hook"}`)
			body := strings.NewReplacer("HOOK", s.Messages("C1")[1].ID, "TS", ts).Replace(tt.body)
			a := send(t, s, "POST", tt.path, body, tt.header...)
			if a.status != 200 || a.field(t, "error") != tt.want {
				t.Errorf("got %d %s, want %s", a.status, a.body, tt.want)
			}
			if m := s.Messages("C1"); len(m) != 2 || m[0].Edits+m[1].Edits > 0 {
				t.Errorf("something was posted or edited: %+v", m)
			}
		})
	}
}

func TestSlackTakesForms(t *testing.T) {
	s := world(standin.Options{})
	form := url.Values{"token": {"xoxb-1"}, "channel": {"#sales"}, "text": {"Grüße"}, "blocks": {`[{"type":"divider"}]`}}
	a := send(t, s, "POST", post, form.Encode(), "Authorization", "", "Content-Type", "application/x-www-form-urlencoded")
	if a.field(t, "channel") != "C1" {
		t.Fatalf("got %s, want channel C1", a.body)
	}
	if got, want := string(s.Messages("C1")[0].Body), `{"blocks":[{"type":"divider"}],"text":"Grüße"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSlackTimestampsRise(t *testing.T) {
	s := world(standin.Options{})
	var seen []string
	for range 20 {
		seen = append(seen, send(t, s, "POST", post, `{"channel":"C1","text":"x"}`).field(t, "ts").(string))
	}
	if !slices.IsSorted(seen) || len(slices.Compact(seen)) != 20 {
		t.Errorf("got %v, want 20 in rising order", seen)
	}
}

func TestSlackEditKeepsWhatItDoesNotName(t *testing.T) {
	s := world(standin.Options{})
	a := send(t, s, "POST", post, `{"channel":"C1","text":"a","blocks":[{"type":"divider"}],"attachments":[{"text":"b"}]}`)
	edit := func(parts string) string {
		body := fmt.Sprintf(`{"channel":"C1","ts":%q,%s}`, a.field(t, "ts"), parts)
		if a := send(t, s, "POST", update, body); a.field(t, "ok") != true {
			t.Fatal(a.body)
		}
		return string(s.Messages("C1")[0].Body)
	}
	if got, want := edit(`"text":"c"`), `{"attachments":[{"text":"b"}],"blocks":[{"type":"divider"}],"text":"c"}`; got != want {
		t.Errorf("text alone: got %s, want %s", got, want)
	}
	if got, want := edit(`"text":"d","blocks":"[]","attachments":[]`), `{"text":"d"}`; got != want {
		t.Errorf("emptied: got %s, want %s", got, want)
	}
}

func TestSlackCutsLongText(t *testing.T) {
	s := world(standin.Options{})
	send(t, s, "POST", post, `{"channel":"C1","text":`+quoted(40_001)+`}`)
	var got struct{ Text string }
	if err := json.Unmarshal(s.Messages("C1")[0].Body, &got); err != nil || len(got.Text) != 40_000 {
		t.Errorf("%d characters, %v; want 40000", len(got.Text), err)
	}
}

func TestSlackThreads(t *testing.T) {
	s := world(standin.Options{})
	ts := send(t, s, "POST", post, `{"channel":"C1","text":"parent"}`).field(t, "ts").(string)
	reply := fmt.Sprintf(`{"channel":"C1","text":"reply","thread_ts":%q}`, ts)
	send(t, s, "POST", post, reply)
	s.Delete("C1", ts)
	send(t, s, "POST", post, reply)
	if m := s.Messages("C1"); m[1].Thread != ts || m[2].Thread != "" {
		t.Errorf("threads %q and %q, want %q and none since the parent is gone", m[1].Thread, m[2].Thread, ts)
	}
}

func TestSlackMentions(t *testing.T) {
	mrkdwn := func(s string) string {
		return `{"channel":"C1","text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"` + s + `"}}]}`
	}
	tests := []struct {
		name, body string
		want       []string
	}{
		{"channel", mrkdwn("<!channel> hi"), []string{"<!channel>"}},
		{"here with a label", mrkdwn("<!here|here>"), []string{"<!here|here>"}},
		{"person", mrkdwn("<@U123>"), []string{"<@U123>"}},
		{"group", mrkdwn("<!subteam^S1>"), []string{"<!subteam^S1>"}},
		{"escaped", mrkdwn("&lt;!channel&gt;"), nil},
		{"date and link", mrkdwn("<!date^1^{date}|x> <https://polar.sh|@all>"), nil},
		{"text", `{"channel":"C1","text":"<!everyone>"}`, []string{"<!everyone>"}},
		{"bare name", `{"channel":"C1","text":"@channel"}`, nil},
		{"bare name with link_names", `{"channel":"C1","text":"@channel","link_names":true}`, []string{"@channel"}},
		{"attachment", `{"channel":"C1","attachments":[{"text":"<@U1>","fields":[{"value":"<@U2>"}]}]}`, []string{"<@U1>", "<@U2>"}},
		{"plain text", `{"channel":"C1","text":"x","blocks":[{"type":"header","text":{"type":"plain_text","text":"<!channel>"}}]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, "POST", post, tt.body)
			m := s.Messages("C1")
			if len(m) != 1 || !slices.Equal(m[0].Mentions, tt.want) {
				t.Errorf("got %+v (%s), want mentions %q", m, a.body, tt.want)
			}
		})
	}
}

func TestSlackWebhook(t *testing.T) {
	form := "application/x-www-form-urlencoded"
	tests := []struct {
		name, method, path, kind, body string
		status                         int
		want                           string
	}{
		{"JSON", "POST", slackHook, "application/json", `{"text":"x"}`, 200, "ok"},
		{"payload", "POST", slackHook, form, "payload=" + url.QueryEscape(`{"text":"x"}`), 200, "ok"},
		{"form without payload", "POST", slackHook, form, "text=x", 400, "invalid_payload"},
		{"no JSON", "POST", slackHook, "application/json", `text`, 400, "invalid_payload"},
		{"no text", "POST", slackHook, "application/json", `{}`, 400, "no_text"},
		{"blocks", "POST", slackHook, "application/json", `{"blocks":[{"type":"x"}]}`, 400, "invalid_blocks"},
		{"attachments", "POST", slackHook, "application/json", `{"attachments":[` + times(101, `{"text":"x"}`) + `]}`, 400, "too_many_attachments"},
		{"unknown", "POST", "/services/T1/B1/other", "application/json", `{"text":"x"}`, 404, "no_service"},
		{"GET", "GET", slackHook, "", "", 405, "invalid_method"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, tt.method, tt.path, tt.body, "Content-Type", tt.kind)
			if a.status != tt.status || a.body != tt.want || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
				t.Errorf("got %d %q %v, want %d %q as text", a.status, a.body, a.header, tt.status, tt.want)
			}
			if got := len(s.Messages("C2")); (got == 1) != (tt.want == "ok") {
				t.Errorf("%d messages", got)
			}
		})
	}
}

func TestSlackStates(t *testing.T) {
	tests := []struct {
		name, target string
		state        standin.State
		bot, webhook string
	}{
		{"token revoked", "slack", standin.TokenRevoked, "token_revoked", "ok"},
		{"account gone", "slack", "account_inactive", "account_inactive", "ok"},
		{"archived", "#both", standin.Archived, "is_archived", "channel_is_archived"},
		{"bot removed", "C5", standin.BotRemoved, "not_in_channel", "ok"},
		{"channel deleted", "C5", standin.ChannelDeleted, "channel_not_found", "channel_not_found"},
		{"webhook deleted", "/services/T1/B5/x", standin.WebhookDeleted, "", "no_service"},
		{"team disabled", "/services/T1/B5/x", "team_disabled", "", "team_disabled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := standin.New(standin.Options{})
			s.Slack("C5", "both")
			s.SlackWebhook("/services/T1/B5/x", "#both")
			try := func() (any, string) {
				return send(t, s, "POST", post, `{"channel":"C5","text":"x"}`).field(t, "error"),
					send(t, s, "POST", "/services/T1/B5/x", `{"text":"x"}`).body
			}
			s.Revoke(tt.target, tt.state)
			bot, hook := try()
			if bot == nil {
				bot = ""
			}
			if bot != tt.bot || hook != tt.webhook {
				t.Errorf("got %q and %q, want %q and %q", bot, hook, tt.bot, tt.webhook)
			}
			s.Restore(tt.target)
			if bot, hook = try(); bot != nil || hook != "ok" {
				t.Errorf("restored: got %q and %q, want no error", bot, hook)
			}
		})
	}
}

func TestSlackScopes(t *testing.T) {
	tests := []struct {
		name, path, body string
		scopes           []string
		want             string // the error; "": none
	}{
		{"post without", "/api/chat.postMessage", `{"channel":"C9","text":"x"}`, []string{"channels:read"}, "missing_scope"},
		{"ask without", "/api/conversations.info", `{"channel":"C9"}`, []string{"chat:write"}, "missing_scope"},
		{"uninvited", "/api/chat.postMessage", `{"channel":"C9","text":"x"}`, []string{"chat:write"}, "not_in_channel"},
		{"uninvited with leave", "/api/chat.postMessage", `{"channel":"C9","text":"x"}`, []string{"chat:write", "chat:write.public"}, ""},
		{"anyone", "/api/auth.test", `{}`, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Slack("C9", "nine", false)
			s.Scopes(tt.scopes...)
			a := send(t, s, "POST", tt.path, tt.body)
			got := ""
			if !strings.Contains(a.body, `"ok":true`) {
				got, _ = a.field(t, "error").(string)
			}
			if got != tt.want {
				t.Errorf("got %s, want error %q", a.body, tt.want)
			}
		})
	}
}
