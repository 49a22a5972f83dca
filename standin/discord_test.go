package standin_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"polarbell/standin"
)

func TestDiscordRefuses(t *testing.T) {
	embed := func(parts string) string { return `{"embeds":[{` + parts + `}]}` }
	half := `{"description":` + quoted(3001) + `}`
	row := func(button string) string {
		return `{"content":"x","components":[{"type":1,"components":[` + button + `]}]}`
	}
	tests := []struct {
		name, body string
		want       string // in the errors: code and path; "" means taken
	}{
		{"content at its limit", `{"content":` + quoted(2000) + `}`, ""},
		{"content too long", `{"content":` + quoted(2001) + `}`, "BASE_TYPE_MAX_LENGTH content"},
		{"content counted in characters", `{"content":"` + strings.Repeat("💰", 2000) + `"}`, ""},
		{"content counted trimmed", `{"content":" ` + strings.Repeat("x", 2000) + ` "}`, ""},
		{"content of a wrong type", `{"content":7}`, "STRING_TYPE_CONVERT content"},
		{"title", embed(`"title":` + quoted(257)), "BASE_TYPE_MAX_LENGTH embeds.0.title"},
		{"description at its limit", embed(`"description":` + quoted(4096)), ""},
		{"description", embed(`"description":` + quoted(4097)), "BASE_TYPE_MAX_LENGTH embeds.0.description"},
		{"empty embed", embed(``), "BASE_TYPE_REQUIRED embeds.0.description"},
		{"25 fields", embed(`"fields":[` + times(25, `{"name":"a","value":"b"}`) + `]`), ""},
		{"26 fields", embed(`"fields":[` + times(26, `{"name":"a","value":"b"}`) + `]`), "BASE_TYPE_MAX_LENGTH embeds.0.fields"},
		{"field's name", embed(`"fields":[{"name":` + quoted(257) + `,"value":"b"}]`), "BASE_TYPE_MAX_LENGTH embeds.0.fields.0.name"},
		{"field's value", embed(`"fields":[{"name":"a","value":` + quoted(1025) + `}]`), "BASE_TYPE_MAX_LENGTH embeds.0.fields.0.value"},
		{"field without a name", embed(`"fields":[{"value":"b"}]`), "BASE_TYPE_REQUIRED embeds.0.fields.0.name"},
		{"field with a blank value", embed(`"fields":[{"name":"a","value":" "}]`), "BASE_TYPE_REQUIRED embeds.0.fields.0.value"},
		{"inline", embed(`"fields":[{"name":"a","value":"b","inline":"yes"}]`), "BOOLEAN_TYPE_CONVERT embeds.0.fields.0.inline"},
		{"footer", embed(`"footer":{"text":` + quoted(2049) + `}`), "BASE_TYPE_MAX_LENGTH embeds.0.footer.text"},
		{"author", embed(`"author":{"name":` + quoted(257) + `}`), "BASE_TYPE_MAX_LENGTH embeds.0.author.name"},
		{"author without a name", embed(`"title":"x","author":{"url":"https://polar.sh"}`), "BASE_TYPE_REQUIRED embeds.0.author.name"},
		{"colour at its limit", embed(`"title":"x","color":16777215`), ""},
		{"colour", embed(`"title":"x","color":16777216`), "NUMBER_TYPE_MAX embeds.0.color"},
		{"colour as text", embed(`"title":"x","color":"#fff"`), "NUMBER_TYPE_COERCE embeds.0.color"},
		{"timestamp", embed(`"title":"x","timestamp":"2026-01-02T03:04:05.678Z"`), ""},
		{"no timestamp", embed(`"title":"x","timestamp":"yesterday"`), "DATE_TIME_TYPE_PARSE embeds.0.timestamp"},
		{"url", embed(`"title":"x","url":"polar.sh"`), "URL_TYPE_INVALID_URL embeds.0.url"},
		{"url's scheme", embed(`"title":"x","url":"ftp://polar.sh"`), "URL_TYPE_INVALID_SCHEME embeds.0.url"},
		{"url's length", embed(`"title":"x","url":"https://polar.sh/` + strings.Repeat("x", 2048) + `"`), "BASE_TYPE_MAX_LENGTH embeds.0.url"},
		{"picture's url", embed(`"thumbnail":{"url":"x"}`), "URL_TYPE_INVALID_URL embeds.0.thumbnail.url"},
		{"ten embeds", `{"embeds":[` + times(10, `{"title":"x"}`) + `]}`, ""},
		{"eleven embeds", `{"embeds":[` + times(11, `{"title":"x"}`) + `]}`, "BASE_TYPE_MAX_LENGTH embeds"},
		{"6,000 in all embeds", `{"embeds":[` + times(2, `{"description":`+quoted(3000)+`}`) + `]}`, ""},
		{"6,002 in all embeds", `{"embeds":[` + times(2, half) + `]}`, "MAX_EMBED_SIZE_EXCEEDED embeds"},
		{"embeds as an object", `{"embeds":{}}`, "LIST_TYPE_CONVERT embeds"},
		{"embed as text", `{"embeds":["x"]}`, "DICT_TYPE_CONVERT embeds.0"},
		{"username", `{"content":"x","username":` + quoted(81) + `}`, "BASE_TYPE_MAX_LENGTH username"},
		{"no username", `{"content":"x","username":""}`, "BASE_TYPE_BAD_LENGTH username"},
		{"reserved username", `{"content":"x","username":"My Discord"}`, "USERNAME_INVALID_CONTAINS username"},
		{"avatar", `{"content":"x","avatar_url":"x"}`, "URL_TYPE_INVALID_URL avatar_url"},
		{"flags", `{"content":"x","flags":4100}`, ""},
		{"another flag", `{"content":"x","flags":64}`, "INVALID_FLAGS flags"},
		{"allowed_mentions", `{"content":"x","allowed_mentions":{"parse":["all"]}}`, "BASE_TYPE_CHOICES allowed_mentions.parse.0"},
		{"both users", `{"content":"x","allowed_mentions":{"parse":["users"],"users":["1"]}}`, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE allowed_mentions"},
		{"too many users", `{"content":"x","allowed_mentions":{"users":[` + times(101, `"1"`) + `]}}`, "BASE_TYPE_MAX_LENGTH allowed_mentions.users"},
		{"link button", row(`{"type":2,"style":5,"label":"Open","url":"https://polar.sh"}`), ""},
		{"interactive button", row(`{"type":2,"style":1,"label":"Open","custom_id":"x"}`), "APPLICATION_COMPONENT_NOT_ALLOWED components.0.components.0"},
		{"button's label", row(`{"type":2,"style":5,"label":` + quoted(81) + `,"url":"https://polar.sh"}`), "BASE_TYPE_MAX_LENGTH components.0.components.0.label"},
		{"button's url", row(`{"type":2,"style":5,"label":"x","url":"https://polar.sh/` + strings.Repeat("x", 512) + `"}`), "BASE_TYPE_MAX_LENGTH components.0.components.0.url"},
		{"button without url", row(`{"type":2,"style":5,"label":"x"}`), "BASE_TYPE_REQUIRED components.0.components.0.url"},
		{"no object", `[]`, "DICT_TYPE_CONVERT _misc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, "POST", hooks+"?wait=true&with_components=true", tt.body)
			if tt.want == "" {
				if a.status != 200 || len(s.Messages("2001")) != 1 {
					t.Errorf("got %d %s, want it taken", a.status, a.body)
				}
				return
			}
			code, path, _ := strings.Cut(tt.want, " ")
			if a.status != 400 || a.field(t, "code") != 50035.0 || errorAt(t, a, path) != code {
				t.Errorf("got %d %s\nwant %s", a.status, a.body, tt.want)
			}
			if n := len(s.Messages("2001")); n != 0 {
				t.Errorf("%d messages, want none", n)
			}
		})
	}
}

// errorAt is the code of the first error that the answer files under path.
func errorAt(t *testing.T, a answer, path string) string {
	t.Helper()
	node, _ := a.field(t, "errors").(map[string]any)
	for key := range strings.SplitSeq(path, ".") {
		node, _ = node[key].(map[string]any)
	}
	list, _ := node["_errors"].([]any)
	if len(list) == 0 {
		return ""
	}
	return list[0].(map[string]any)["code"].(string)
}

func TestDiscordDoors(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		header                   []string
		status, code             int
	}{
		{"version 10", "POST", hooks, `{"content":"x"}`, nil, 204, 0},
		{"version 9", "POST", "/api/v9/webhooks/1001/hush", `{"content":"x"}`, nil, 204, 0},
		{"no version", "POST", "/api/webhooks/1001/hush?wait=true", `{"content":"x"}`, nil, 200, 0},
		{"version 3", "POST", "/api/v3/webhooks/1001/hush", `{"content":"x"}`, nil, 400, 50041},
		{"unknown webhook", "POST", "/api/v10/webhooks/404/hush", `{"content":"x"}`, nil, 404, 10015},
		{"no snowflake", "POST", "/api/v10/webhooks/abc/hush", `{"content":"x"}`, nil, 400, 50035},
		{"wrong token", "POST", "/api/v10/webhooks/1001/loud", `{"content":"x"}`, nil, 401, 50027},
		{"no such path", "POST", "/api/v10/webhooks/1001", `{"content":"x"}`, nil, 404, 0},
		{"PUT", "PUT", hooks, `{"content":"x"}`, nil, 405, 0},
		{"User-Agent", "POST", hooks, `{"content":"x"}`, []string{"User-Agent", "Go-http-client/1.1"}, 403, 0},
		{"no Content-Type", "POST", hooks, `{"content":"x"}`, []string{"Content-Type", ""}, 400, 50035},
		{"a form", "POST", hooks, `content=x`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 400, 50035},
		{"bad JSON", "POST", hooks, `{`, nil, 400, 50109},
		{"bad UTF-8", "POST", hooks, "{\"content\":\"\xff\"}", nil, 400, 50109},
		{"nothing", "POST", hooks, `{}`, nil, 400, 50006},
		{"blank", "POST", hooks, `{"content":" ","embeds":[],"components":null}`, nil, 400, 50006},
		{"components without with_components", "POST", hooks, `{"components":[{"type":1,"components":[{"type":2,"style":5,"label":"x","url":"https://polar.sh"}]}]}`, nil, 400, 50006},
		{"wait", "POST", hooks + "?wait=perhaps", `{"content":"x"}`, nil, 400, 50035},
		{"unknown thread", "POST", hooks + "?thread_id=9", `{"content":"x"}`, nil, 404, 10003},
		{"thread_name outside a forum", "POST", hooks, `{"content":"x","thread_name":"x"}`, nil, 400, 220003},
		{"forum without a thread", "POST", "/api/v10/webhooks/1002/hush", `{"content":"x"}`, nil, 400, 220001},
		{"forum with both", "POST", "/api/v10/webhooks/1002/hush?thread_id=31", `{"content":"x","thread_name":"x"}`, nil, 400, 220002},
		{"forum's new thread", "POST", "/api/v10/webhooks/1002/hush", `{"content":"x","thread_name":"x"}`, nil, 204, 0},
		{"forum's thread", "POST", "/api/v10/webhooks/1002/hush?thread_id=31", `{"content":"x"}`, nil, 204, 0},
		{"edit of nothing", "PATCH", hooks + "/messages/1", `{"content":"x"}`, nil, 404, 10008},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Discord("1002", "hush", "2002")
			s.Forum("2002")
			s.Thread("2002", "31")
			a := send(t, s, tt.method, tt.path, tt.body, tt.header...)
			var v struct{ Code int }
			json.Unmarshal([]byte(a.body), &v) // not all answers are JSON
			if a.status != tt.status || v.Code != tt.code {
				t.Errorf("got %d %s, want %d with code %d", a.status, a.body, tt.status, tt.code)
			}
			if got, want := len(s.Messages("2001"))+len(s.Messages("2002")), tt.status < 300; (got == 1) != want {
				t.Errorf("%d messages, posted wanted: %v", got, want)
			}
		})
	}
}

func TestDiscordThreads(t *testing.T) {
	s := world(standin.Options{})
	s.Thread("2001", "31")
	a := send(t, s, "POST", hooks+"?wait=true&thread_id=31", `{"content":"x"}`)
	if a.field(t, "channel_id") != "31" || s.Messages("2001")[0].Thread != "31" {
		t.Fatalf("got %s, want channel_id 31", a.body)
	}
	message := hooks + "/messages/" + a.field(t, "id").(string)
	if a := send(t, s, "PATCH", message, `{"content":"y"}`); a.field(t, "code") != 10008.0 {
		t.Errorf("edit without thread_id: %s, want 10008", a.body)
	}
	if a := send(t, s, "PATCH", message+"?thread_id=31", `{"content":"y"}`); a.status != 200 {
		t.Errorf("edit with thread_id: %s, want 200", a.body)
	}
	s.Revoke("31", standin.Archived)
	if a := send(t, s, "PATCH", message+"?thread_id=31", `{"content":"z"}`); a.field(t, "code") != 50083.0 {
		t.Errorf("edit in an archived thread: %s, want 50083", a.body)
	}
	send(t, s, "POST", hooks+"?thread_id=31", `{"content":"a post opens it again"}`)
	if a := send(t, s, "PATCH", message+"?thread_id=31", `{"content":"z"}`); a.status != 200 {
		t.Errorf("edit in the reopened thread: %s, want 200", a.body)
	}
}

func TestDiscordEdit(t *testing.T) {
	s := world(standin.Options{})
	a := send(t, s, "POST", hooks+"?wait=true", `{"content":"a","embeds":[{"title":"b"}],"username":"Polar"}`)
	message := hooks + "/messages/" + a.field(t, "id").(string)
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"what is absent stays", `{"content":"c"}`, 200, `{"content":"c","embeds":[{"title":"b"}],"username":"Polar"}`},
		{"what is null goes", `{"content":null}`, 200, `{"embeds":[{"title":"b"}],"username":"Polar"}`},
		{"no silence afterwards", `{"flags":4096}`, 400, `{"embeds":[{"title":"b"}],"username":"Polar"}`},
		{"embeds hidden", `{"flags":4}`, 200, `{"embeds":[{"title":"b"}],"flags":4,"username":"Polar"}`},
		{"nothing left", `{"embeds":[]}`, 400, `{"embeds":[{"title":"b"}],"flags":4,"username":"Polar"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, s, "PATCH", message, tt.body)
			if got := string(s.Messages("2001")[0].Body); a.status != tt.status || got != tt.want {
				t.Errorf("got %d and %s, want %d and %s", a.status, got, tt.status, tt.want)
			}
		})
	}
	if a := send(t, s, "GET", message, ""); a.field(t, "edited_timestamp") == nil {
		t.Errorf("GET of the message: %s, want a time of editing", a.body)
	}
}

func TestDiscordMentions(t *testing.T) {
	all := []string{"@everyone", "<@1>", "<@&2>"}
	const text = `"content":"@everyone <@1> <@&2>"`
	tests := []struct {
		name, body string
		want       []string
	}{
		{"by default", `{` + text + `}`, all},
		{"none allowed", `{` + text + `,"allowed_mentions":{"parse":[]}}`, nil},
		{"parse is null", `{` + text + `,"allowed_mentions":{"parse":null}}`, all},
		{"users only", `{` + text + `,"allowed_mentions":{"parse":["users"]}}`, []string{"<@1>"}},
		{"one role", `{` + text + `,"allowed_mentions":{"roles":["2"]}}`, []string{"<@&2>"}},
		{"in an embed", `{"embeds":[{"description":"@everyone"}]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			send(t, s, "POST", hooks, tt.body)
			if m := s.Messages("2001"); len(m) != 1 || !slices.Equal(m[0].Mentions, tt.want) {
				t.Errorf("got %+v, want mentions %q", m, tt.want)
			}
		})
	}
	t.Run("edit without allowed_mentions", func(t *testing.T) {
		s := world(standin.Options{})
		a := send(t, s, "POST", hooks+"?wait=true", `{`+text+`,"allowed_mentions":{"parse":[]}}`)
		send(t, s, "PATCH", hooks+"/messages/"+a.field(t, "id").(string), `{"embeds":[{"title":"x"}]}`)
		if got := s.Messages("2001")[0].Mentions; !slices.Equal(got, all) {
			t.Errorf("got %q, want %q", got, all)
		}
	})
}

func TestDiscordCollapsesEqualURLs(t *testing.T) {
	s := world(standin.Options{})
	link := `{"title":"x","url":"https://polar.sh/a"}`
	send(t, s, "POST", hooks, `{"embeds":[`+link+`,{"title":"y"},{"title":"z"},`+link+`]}`)
	if got := s.Messages("2001")[0].Collapsed; got != 1 {
		t.Errorf("got %d, want 1", got)
	}
}

func TestDiscordStatesAndMisuse(t *testing.T) {
	tests := []struct {
		target string
		state  standin.State
		status int
		code   float64
		misuse int
	}{
		{discordHook, standin.WebhookDeleted, 404, 10015, 1},
		{"2001", standin.ChannelDeleted, 404, 10015, 1},
		{discordHook, standin.Forbidden, 403, 50013, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.state), func(t *testing.T) {
			s := world(standin.Options{})
			s.Revoke(tt.target, tt.state)
			for range 2 {
				a := send(t, s, "POST", hooks, `{"content":"x"}`)
				if a.status != tt.status || a.field(t, "code") != tt.code {
					t.Errorf("got %d %s, want %d with code %v", a.status, a.body, tt.status, tt.code)
				}
			}
			if got := s.Misuse(); len(got) != tt.misuse {
				t.Errorf("misuse %q, want %d of it", got, tt.misuse)
			}
			s.Restore(tt.target)
			if a := send(t, s, "POST", hooks, `{"content":"x"}`); a.status != 204 {
				t.Errorf("restored: %d %s, want 204", a.status, a.body)
			}
		})
	}
}
