package standin_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"polarbell/standin"
)

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func quoted(n int) string { return `"` + strings.Repeat("x", n) + `"` }

// form is a call's body with a token and these arguments, name by value.
func form(arguments ...string) string {
	values := url.Values{"token": {"xoxb-1"}}
	for i := 0; i < len(arguments); i += 2 {
		values.Set(arguments[i], arguments[i+1])
	}
	return values.Encode()
}

// attached is a post's body with attachments.
func attached(attachments string) string {
	return form("channel", "C1", "text", "x", "attachments", "["+attachments+"]")
}

func TestSlackAttachments(t *testing.T) {
	section := func(text string) string { return `{"type":"section","text":{"type":"mrkdwn","text":` + text + `}}` }
	text := `{"type":"mrkdwn","text":"x"}`
	blocks := func(list string) string { return `{"color":"#2eb67d","fallback":"x","blocks":[` + list + `]}` }
	tests := []struct {
		name, attachments string
		want              string // in response_metadata.messages; "" means taken
	}{
		{"section at its limit", blocks(section(quoted(3000))), ""},
		{"section too long", blocks(section(quoted(3001))), "must be less than 3001 characters [json-pointer:/attachments/0/blocks/0/text/text]"},
		{"section empty", blocks(section(`""`)), "must be more than 0 characters [json-pointer:/attachments/0/blocks/0/text/text]"},
		{"section without anything", blocks(`{"type":"section"}`), "missing required field: text [json-pointer:/attachments/0/blocks/0]"},
		{"the second block", blocks(section(`"x"`) + "," + section(`""`)), "[json-pointer:/attachments/0/blocks/1/text/text]"},
		{"the second attachment", blocks(section(`"x"`)) + "," + blocks(section(`""`)), "[json-pointer:/attachments/1/blocks/0/text/text]"},
		{"text of a wrong type", blocks(section(`7`)), "standin: not modelled: /attachments/0/blocks/0/text/text"},
		{"text verbatim", blocks(`{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true}}`), ""},
		{"ten fields", blocks(`{"type":"section","fields":[` + times(10, text) + `]}`), ""},
		{"eleven fields", blocks(`{"type":"section","fields":[` + times(11, text) + `]}`), "no more than 10 items allowed [json-pointer:/attachments/0/blocks/0/fields]"},
		{"no field", blocks(`{"type":"section","fields":[]}`), "no fewer than 1 items allowed [json-pointer:/attachments/0/blocks/0/fields]"},
		{"field too long", blocks(`{"type":"section","fields":[{"type":"mrkdwn","text":` + quoted(2001) + `}]}`), "must be less than 2001 characters [json-pointer:/attachments/0/blocks/0/fields/0/text]"},
		{"context", blocks(`{"type":"context","elements":[` + text + `]}`), ""},
		{"eleven elements", blocks(`{"type":"context","elements":[` + times(11, text) + `]}`), "no more than 10 items allowed [json-pointer:/attachments/0/blocks/0/elements]"},
		{"50 blocks", blocks(times(50, section(`"x"`))), ""},
		{"51 blocks", blocks(times(51, section(`"x"`))), "no more than 50 items allowed [json-pointer:/attachments/0/blocks]"},
		{"blocks as an object", `{"blocks":{}}`, "standin: not modelled: /attachments/0/blocks"},
		{"block as text", blocks(`"section"`), "standin: not modelled: /attachments/0/blocks/0"},
		{"attachment as text", `"x"`, "standin: not modelled: /attachments/0"},
		{"attachment without blocks", `{"color":"#2eb67d","fallback":"x"}`, ""},

		{"header", blocks(`{"type":"header","text":{"type":"plain_text","text":"x"}}`), `standin: not modelled: a block of type "header"`},
		{"actions", blocks(`{"type":"actions","elements":[]}`), `standin: not modelled: a block of type "actions"`},
		{"block without a type", blocks(`{}`), `standin: not modelled: a block of type ""`},
		{"plain text", blocks(`{"type":"section","text":{"type":"plain_text","text":"x"}}`), `standin: not modelled: text of type "plain_text"`},
		{"image in a context", blocks(`{"type":"context","elements":[{"type":"image"}]}`), `standin: not modelled: text of type "image"`},
		{"emoji in mrkdwn", blocks(`{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`), "standin: not modelled: /attachments/0/blocks/0/text/emoji"},
		{"accessory", blocks(`{"type":"section","text":` + text + `,"accessory":{}}`), "standin: not modelled: /attachments/0/blocks/0/accessory"},
		{"attachment's text", `{"text":"x"}`, "standin: not modelled: /attachments/0/text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, "POST", post, attached(tt.attachments))
			if tt.want == "" {
				if a.field(t, "ok") != true || len(s.Messages("C1")) != 1 {
					t.Errorf("got %s, want it taken", a.body)
				}
				return
			}
			meta, _ := a.field(t, "response_metadata").(map[string]any)
			said, _ := meta["messages"].([]any)
			if a.field(t, "error") != "invalid_attachments" || len(said) != 1 || !strings.Contains(fmt.Sprint(said), tt.want) {
				t.Errorf("got %s\nwant invalid_attachments, %q", a.body, tt.want)
			}
			if n := len(s.Messages("C1")); n != 0 {
				t.Errorf("%d messages, want none", n)
			}
		})
	}
}

func TestSlackRefuses(t *testing.T) {
	long := `{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":` + quoted(2601) + `}}]}`
	tests := []struct {
		name, path, body string
		want             string // Slack's code, then what it says besides
	}{
		{"no token", post, "channel=C1&text=x", "not_authed"},
		{"a person's token", post, form("token", "xoxp-1", "channel", "C1", "text", "x"), "invalid_auth"},
		{"bad UTF-8", post, "text=%FF", "invalid_form_data"},
		{"bad escape", post, "text=%zz", "invalid_form_data"},
		{"unknown channel", post, form("channel", "C404", "text", "x"), "channel_not_found"},
		{"Discord's channel", post, form("channel", "2001", "text", "x"), "channel_not_found"},
		{"not invited", post, form("channel", "C3", "text", "x"), "not_in_channel"},
		{"no text", post, form("channel", "C1"), "no_text"},
		{"blank text", post, form("channel", "C1", "text", " ", "attachments", "[]"), "no_text"},
		{"no text and an attachment that shows nothing", post, form("channel", "C1", "attachments", `[{"fallback":"x"}]`), "no_text"},
		{"attachments that are no JSON", post, form("channel", "C1", "text", "x", "attachments", "["), "invalid_attachments"},
		{"attachments as an object", post, form("channel", "C1", "text", "x", "attachments", "{}"), "invalid_attachments"},
		{"too much in all blocks", post, attached(times(5, long)), "msg_blocks_too_long"},
		{"101 attachments", post, attached(times(101, `{"fallback":"x"}`)), "too_many_attachments"},
		{"edit by name", update, form("channel", "#sales", "ts", "TS", "text", "x"), "channel_not_found"},
		{"edit of nothing", update, form("channel", "C1", "ts", "1.000001", "text", "x"), "message_not_found"},
		{"edit of another's", update, form("channel", "C1", "ts", "HOOK", "text", "x"), "cant_update_message"},
		{"edit too long", update, form("channel", "C1", "ts", "TS", "text", strings.Repeat("x", 4001)), "msg_too_long"},
		{"edit to nothing", update, form("channel", "C1", "ts", "TS"), "no_text"},
		{"deletion by name", remove, form("channel", "#sales", "ts", "TS"), "channel_not_found"},
		{"deletion of nothing", remove, form("channel", "C1", "ts", "1.000001"), "message_not_found"},
		{"deletion of another's", remove, form("channel", "C1", "ts", "HOOK"), "cant_delete_message"},
		{"channel's info by name", "/api/conversations.info", form("channel", "#sales"), "channel_not_found"},

		{"JSON", post, `{"channel":"C1","text":"x"}`, "invalid_post_type standin: not modelled: a call that is not a posted form"},
		{"a query", post + "?channel=C1", form("text", "x"), "invalid_post_type standin: not modelled: a call that is not a posted form"},
		{"another method", "/api/chat.shout", form(), "unknown_method standin: not modelled: chat.shout"},
		{"text that Slack cuts", post, form("channel", "C1", "text", strings.Repeat("x", 40_001)), "msg_too_long standin: not modelled: text of more than 40000 characters"},
		{"parse", post, form("channel", "C1", "text", "x", "parse", "full"), "invalid_arguments standin: not modelled: any parse but none"},
		{"blocks outside attachments", post, form("channel", "C1", "text", "x", "blocks", "[]"), "invalid_arguments standin: not modelled: argument blocks"},
		{"markdown_text", post, form("channel", "C1", "markdown_text", "x"), "invalid_arguments standin: not modelled: argument markdown_text"},
		{"link_names", post, form("channel", "C1", "text", "x", "link_names", "true"), "invalid_arguments standin: not modelled: argument link_names"},
		{"a thread", post, form("channel", "C1", "text", "x", "thread_ts", "TS"), "invalid_arguments standin: not modelled: argument thread_ts"},
		{"an argument of a deletion", remove, form("channel", "C1", "ts", "TS", "as_user", "true"), "invalid_arguments standin: not modelled: argument as_user"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Slack("C3", "private")
			s.Revoke("C3", standin.BotRemoved)
			s.SlackWebhook("/services/T1/B2/x", "C1")
			ts := send(t, s, "POST", post, form("channel", "C1", "text", "first")).field(t, "ts").(string)
			send(t, s, "POST", "/services/T1/B2/x", `{"text":"hook"}`)
			body := strings.NewReplacer("HOOK", s.Messages("C1")[1].ID, "TS", ts).Replace(tt.body)
			a := send(t, s, "POST", tt.path, body)
			code, detail, _ := strings.Cut(tt.want, " ")
			if a.status != 200 || a.field(t, "error") != code || !strings.Contains(a.body, detail) {
				t.Errorf("got %d %s, want %s", a.status, a.body, tt.want)
			}
			calls := s.Calls("slack")
			if got := calls[len(calls)-1].Code; !strings.HasPrefix(got, code) || !strings.Contains(got, detail) {
				t.Errorf("the call's code is %q, want %q", got, tt.want)
			}
			if m := s.Messages("C1"); len(m) != 2 || m[0].Edits+m[1].Edits > 0 || m[0].Deleted || m[1].Deleted {
				t.Errorf("something was posted, edited or deleted: %+v", m)
			}
		})
	}
}

func TestSlackTimestampsRise(t *testing.T) {
	s := world(standin.Options{})
	var seen []string
	for range 20 {
		seen = append(seen, send(t, s, "POST", post, hello).field(t, "ts").(string))
	}
	if !slices.IsSorted(seen) || len(slices.Compact(seen)) != 20 {
		t.Errorf("got %v, want 20 in rising order", seen)
	}
}

func TestSlackEditKeepsWhatItDoesNotName(t *testing.T) {
	s := world(standin.Options{})
	card := `{"blocks":[{"elements":[{"text":"b","type":"mrkdwn"}],"type":"context"}]}`
	ts := send(t, s, "POST", post, attached(card)).field(t, "ts").(string)
	tests := []struct {
		name      string
		arguments []string
		want      string
	}{
		{"text alone", []string{"text", "c"}, `{"attachments":[` + card + `],"text":"c"}`},
		{"attachments alone", []string{"attachments", "[" + card + "," + card + "]"}, `{"attachments":[` + card + "," + card + `],"text":"c"}`},
		{"attachments emptied", []string{"text", "d", "attachments", "[]"}, `{"text":"d"}`},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := string(s.Messages("C1")[0].Body)
			a := send(t, s, "POST", update, form(append(tt.arguments, "channel", "C1", "ts", ts)...))
			m := s.Messages("C1")[0]
			if string(m.Body) != tt.want || m.Edits != i+1 {
				t.Errorf("got %s after %d edits (%s), want %s after %d", m.Body, m.Edits, a.body, tt.want, i+1)
			}
			if len(m.History) != i+1 || string(m.History[i]) != before {
				t.Errorf("history %s, want it to end with %s", m.History, before)
			}
		})
	}
}

func TestSlackMentions(t *testing.T) {
	in := func(text string) string {
		return attached(`{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"` + text + `"}}]}`)
	}
	tests := []struct {
		name, body string
		want       []string
	}{
		{"channel", in("<!channel> hi"), []string{"<!channel>"}},
		{"here with a label", in("<!here|here>"), []string{"<!here|here>"}},
		{"person", in("<@U123>"), []string{"<@U123>"}},
		{"group", in("<!subteam^S1>"), []string{"<!subteam^S1>"}},
		{"escaped", in("&lt;!channel&gt;"), nil},
		{"date and links", in("<!date^1^{date}|x> <https://polar.sh|@all> <mailto:a@b.example|a@b.example>"), nil},
		{"text", form("channel", "C1", "text", "<!everyone>"), []string{"<!everyone>"}},
		{"bare name", form("channel", "C1", "text", "@channel"), nil},
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
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"JSON", "POST", slackHook, `{"text":"x","unfurl_links":false,"replace_original":false}`, 200, "ok"},
		{"no JSON", "POST", slackHook, `text`, 400, "invalid_payload"},
		{"bad UTF-8", "POST", slackHook, "{\"text\":\"\xff\"}", 400, "invalid_payload"},
		{"null", "POST", slackHook, `null`, 400, "invalid_payload"},
		{"no text", "POST", slackHook, `{}`, 400, "no_text"},
		{"attachments", "POST", slackHook, `{"attachments":[{"blocks":[{"type":"section"}]}]}`, 400, "invalid_attachments"},
		{"too many attachments", "POST", slackHook, `{"text":"x","attachments":[` + times(101, `{}`) + `]}`, 400, "too_many_attachments"},
		{"unknown", "POST", "/services/T1/B1/other", `{"text":"x"}`, 404, "no_service"},
		{"GET", "GET", slackHook, "", 405, "invalid_method"},
		{"a block", "POST", slackHook, `{"text":"x","attachments":[{"blocks":[{"type":"x"}]}]}`, 400, "invalid_attachments: standin: not modelled: a block of type \"x\" with these fields [json-pointer:/attachments/0/blocks/0]"},
		{"an argument", "POST", slackHook, `{"text":"x","channel":"#ops"}`, 400, "invalid_arguments: standin: not modelled: argument channel"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, tt.method, tt.path, tt.body)
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
				return send(t, s, "POST", post, form("channel", "C5", "text", "x")).field(t, "error"),
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
	body := form("channel", "C9", "text", "x")
	tests := []struct {
		name, path, body string
		scopes           []string
		want             string // the error, and the scope that is missing; "": none
	}{
		{"post without", post, body, []string{"channels:read"}, "missing_scope chat:write"},
		{"ask without", "/api/conversations.info", form("channel", "C9"), []string{"chat:write"}, "missing_scope channels:read"},
		{"uninvited", post, body, []string{"chat:write"}, "not_in_channel <nil>"},
		{"uninvited, but allowed to", post, body, []string{"chat:write", "chat:write.public"}, ""},
		{"anyone", "/api/auth.test", form(), nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Slack("C9", "nine")
			s.Revoke("C9", standin.BotRemoved)
			s.Scopes(tt.scopes...)
			a := send(t, s, "POST", tt.path, tt.body)
			got := ""
			if a.field(t, "ok") != true {
				got = fmt.Sprint(a.field(t, "error"), " ", a.field(t, "needed"))
			}
			if got != tt.want {
				t.Errorf("got %s, want error %q", a.body, tt.want)
			}
		})
	}
}
