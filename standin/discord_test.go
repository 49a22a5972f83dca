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
	tests := []struct {
		name, body string
		want       string // in the errors: code and path; "" means taken
	}{
		{"content at its limit", `{"content":` + quoted(2000) + `}`, ""},
		{"content too long", `{"content":` + quoted(2001) + `}`, "BASE_TYPE_MAX_LENGTH content"},
		{"content counted in characters", `{"content":"` + strings.Repeat("💰", 2000) + `"}`, ""},
		{"content counted trimmed", `{"content":" ` + strings.Repeat("x", 2000) + ` "}`, ""},
		{"content beside an embed", `{"content":"x","embeds":[{"title":"x","color":1}],"components":null}`, ""},
		{"title", embed(`"title":` + quoted(257)), "BASE_TYPE_MAX_LENGTH embeds.0.title"},
		{"description at its limit", embed(`"description":` + quoted(4096)), ""},
		{"description", embed(`"description":` + quoted(4097)), "BASE_TYPE_MAX_LENGTH embeds.0.description"},
		{"empty embed", embed(``), "BASE_TYPE_REQUIRED embeds.0.description"},
		{"embed without text", embed(`"color":1,"url":"https://polar.sh","timestamp":"2026-01-02T03:04:05Z"`), "BASE_TYPE_REQUIRED embeds.0.description"},
		{"embed of a footer", embed(`"footer":{"text":"x"}`), ""},
		{"25 fields", embed(`"fields":[` + times(25, `{"name":"a","value":"b"}`) + `]`), ""},
		{"26 fields", embed(`"fields":[` + times(26, `{"name":"a","value":"b"}`) + `]`), "BASE_TYPE_MAX_LENGTH embeds.0.fields"},
		{"field's name", embed(`"fields":[{"name":` + quoted(257) + `,"value":"b"}]`), "BASE_TYPE_MAX_LENGTH embeds.0.fields.0.name"},
		{"field's value", embed(`"fields":[{"name":"a","value":` + quoted(1025) + `}]`), "BASE_TYPE_MAX_LENGTH embeds.0.fields.0.value"},
		{"field without a name", embed(`"fields":[{"value":"b"}]`), "BASE_TYPE_REQUIRED embeds.0.fields.0.name"},
		{"field with a blank value", embed(`"fields":[{"name":"a","value":" "}]`), "BASE_TYPE_REQUIRED embeds.0.fields.0.value"},
		{"footer", embed(`"footer":{"text":` + quoted(2049) + `}`), "BASE_TYPE_MAX_LENGTH embeds.0.footer.text"},
		{"colour at its limit", embed(`"title":"x","color":16777215`), ""},
		{"colour", embed(`"title":"x","color":16777216`), "NUMBER_TYPE_MAX embeds.0.color"},
		{"timestamp", embed(`"title":"x","timestamp":"2026-01-02T03:04:05.678Z"`), ""},
		{"url", embed(`"title":"x","url":"polar.sh"`), "URL_TYPE_INVALID_URL embeds.0.url"},
		{"url's scheme", embed(`"title":"x","url":"ftp://polar.sh"`), "URL_TYPE_INVALID_URL embeds.0.url"},
		{"url's length", embed(`"title":"x","url":"https://polar.sh/` + strings.Repeat("x", 2048) + `"`), "BASE_TYPE_MAX_LENGTH embeds.0.url"},
		{"ten embeds", `{"embeds":[` + times(10, `{"title":"x"}`) + `]}`, ""},
		{"eleven embeds", `{"embeds":[` + times(11, `{"title":"x"}`) + `]}`, "BASE_TYPE_MAX_LENGTH embeds"},
		{"6,000 in all embeds", `{"embeds":[` + times(2, `{"description":`+quoted(3000)+`}`) + `]}`, ""},
		{"6,002 in all embeds", `{"embeds":[` + times(2, `{"description":`+quoted(3001)+`}`) + `]}`, "MAX_EMBED_SIZE_EXCEEDED embeds"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			a := send(t, s, "POST", hooks+"?wait=true", tt.body)
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

// codeOf is the code in one of Discord's errors, 0 in what is none.
func codeOf(a answer) float64 {
	var v struct{ Code float64 }
	json.Unmarshal([]byte(a.body), &v) // not all answers are JSON
	return v.Code
}

func TestDiscordModelsOnlyWhatIsSent(t *testing.T) {
	tests := []struct{ name, method, path, body, want string }{
		{"components", "POST", "?wait=true", `{"content":"x","components":[{"type":1}]}`, "/components"},
		{"username", "POST", "?wait=true", `{"content":"x","username":"Polar"}`, "/username"},
		{"thread_name", "POST", "?wait=true", `{"content":"x","thread_name":"x"}`, "/thread_name"},
		{"another flag", "POST", "?wait=true", `{"content":"x","flags":4}`, "flags"},
		{"author", "POST", "?wait=true", `{"embeds":[{"title":"x"},{"title":"y","author":{"name":"x"}}]}`, "/embeds/1/author"},
		{"footer's icon", "POST", "?wait=true", `{"embeds":[{"footer":{"text":"x","icon_url":"https://polar.sh"}}]}`, "/embeds/0/footer/icon_url"},
		{"content of a wrong type", "POST", "?wait=true", `{"content":7}`, "/content"},
		{"colour as text", "POST", "?wait=true", `{"embeds":[{"title":"x","color":"#fff"}]}`, "/embeds/0/color"},
		{"no timestamp", "POST", "?wait=true", `{"embeds":[{"title":"x","timestamp":"yesterday"}]}`, "/embeds/0/timestamp"},
		{"embeds as an object", "POST", "?wait=true", `{"embeds":{}}`, "/embeds"},
		{"embed as text", "POST", "?wait=true", `{"embeds":["x"]}`, "/embeds/0"},
		{"allowed groups", "POST", "?wait=true", `{"content":"x","allowed_mentions":{"parse":["users"]}}`, "allowed_mentions that allow all users or roles"},
		{"replied_user", "POST", "?wait=true", `{"content":"x","allowed_mentions":{"parse":[],"replied_user":true}}`, "allowed_mentions that allow all users or roles"},
		{"parse is null", "POST", "?wait=true", `{"content":"x","allowed_mentions":{"parse":null}}`, "allowed_mentions that allow all users or roles"},
		{"flags in an edit", "PATCH", "/messages/ID", `{"flags":4096}`, "flags in an edit"},
		{"a form", "POST", "?wait=true", `content=x`, "a body that is not JSON"},
		{"a post that does not wait", "POST", "", `{"content":"x"}`, "a post without wait=true"},
		{"with_components", "POST", "?wait=true&with_components=true", `{"content":"x"}`, "with_components"},
		{"an edit's parameter", "PATCH", "/messages/ID?wait=true", `{"content":"x"}`, "wait"},
		{"a deletion's parameter", "DELETE", "/messages/ID?wait=true", "", "wait"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			id := send(t, s, "POST", hooks+"?wait=true", `{"content":"first"}`).field(t, "id").(string)
			a := send(t, s, tt.method, hooks+strings.Replace(tt.path, "ID", id, 1), tt.body)
			want := "standin: not modelled: " + tt.want
			if a.status != 400 || a.field(t, "code") != 50035.0 || a.field(t, "message") != want {
				t.Errorf("got %d %s, want 400, 50035 and %q", a.status, a.body, want)
			}
			if got := s.Calls("discord")[1].Code; got != "50035 "+want {
				t.Errorf("the call's code is %q, want 50035 %s", got, want)
			}
			if m := s.Messages("2001"); len(m) != 1 || m[0].Edits > 0 || m[0].Deleted {
				t.Errorf("something was posted, edited or deleted: %+v", m)
			}
		})
	}
}

func TestDiscordChecks(t *testing.T) {
	hello := `{"content":"x"}`
	tests := []struct {
		name, method, path, body string
		header                   []string
		status                   int
		code                     float64
	}{
		{"version 10", "POST", hooks + "?wait=true", hello, nil, 200, 0},
		{"version 9", "POST", "/api/v9/webhooks/1001/hush?wait=true", hello, nil, 404, 0},
		{"no version", "POST", "/api/webhooks/1001/hush?wait=true", hello, nil, 404, 0},
		{"unknown webhook", "POST", "/api/v10/webhooks/404/hush", hello, nil, 404, 10015},
		{"no snowflake", "POST", "/api/v10/webhooks/abc/hush", hello, nil, 404, 0},
		{"wrong token", "POST", "/api/v10/webhooks/1001/loud", hello, nil, 401, 50027},
		{"no such path", "POST", "/api/v10/webhooks/1001", hello, nil, 404, 0},
		{"PUT", "PUT", hooks, hello, nil, 405, 0},
		{"reading nothing", "GET", hooks + "/messages/1", "", nil, 404, 10008},
		{"reading nothing in a thread", "GET", "/api/v10/webhooks/1002/hush/messages/1?thread_id=31", "", nil, 404, 10008},
		{"reading in an unknown thread", "GET", hooks + "/messages/1?thread_id=9", "", nil, 404, 10003},
		{"User-Agent", "POST", hooks, hello, []string{"User-Agent", "Go-http-client/1.1"}, 403, 0},
		{"no Content-Type", "POST", hooks + "?wait=true", hello, []string{"Content-Type", ""}, 400, 50035},
		{"bad JSON", "POST", hooks + "?wait=true", `{`, nil, 400, 50109},
		{"no object", "POST", hooks + "?wait=true", `[]`, nil, 400, 50109},
		{"bad UTF-8", "POST", hooks + "?wait=true", "{\"content\":\"\xff\"}", nil, 400, 50109},
		{"nothing", "POST", hooks + "?wait=true", `{}`, nil, 400, 50006},
		{"blank", "POST", hooks + "?wait=true", `{"content":" ","embeds":[],"components":null}`, nil, 400, 50006},
		{"unknown thread", "POST", hooks + "?wait=true&thread_id=9", hello, nil, 404, 10003},
		{"forum without a thread", "POST", "/api/v10/webhooks/1002/hush?wait=true", hello, nil, 400, 220001},
		{"forum's thread", "POST", "/api/v10/webhooks/1002/hush?wait=true&thread_id=31", hello, nil, 200, 0},
		{"edit of nothing", "PATCH", hooks + "/messages/1", hello, nil, 404, 10008},
		{"deletion of nothing", "DELETE", hooks + "/messages/1", "", nil, 404, 10008},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Discord("1002", "hush", "2002")
			s.Forum("2002")
			s.Thread("2002", "31")
			a := send(t, s, tt.method, tt.path, tt.body, tt.header...)
			if a.status != tt.status || codeOf(a) != tt.code {
				t.Errorf("got %d %s, want %d with code %v", a.status, a.body, tt.status, tt.code)
			}
			if got, want := len(s.Messages("2001"))+len(s.Messages("2002")), tt.status < 300; (got == 1) != want {
				t.Errorf("%d messages, posted wanted: %v", got, want)
			}
		})
	}
}

func TestDiscordThreads(t *testing.T) {
	const inThread = "?thread_id=31"
	tests := []struct {
		name               string
		state              standin.State // "": an open thread
		query              string
		read, edit, remove float64 // Discord's code; 0: taken
		post               float64
	}{
		{"with its thread_id", "", inThread, 0, 0, 0, 0},
		{"without thread_id", "", "", 10008, 10008, 10008, 0},
		{"with another's", "", "?thread_id=32", 10008, 10008, 10008, 0},
		{"archived", standin.Archived, inThread, 0, 50083, 50083, 0},
		{"locked", standin.Locked, inThread, 0, 160005, 160005, 160005},
		{"deleted", standin.ChannelDeleted, inThread, 10003, 10003, 10003, 10003},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			s.Thread("2001", "31")
			s.Thread("2001", "32")
			a := send(t, s, "POST", hooks+"?wait=true&thread_id=31", `{"content":"x"}`)
			if a.field(t, "channel_id") != "31" || s.Messages("2001")[0].Thread != "31" {
				t.Fatalf("got %s, want channel_id 31", a.body)
			}
			message := hooks + "/messages/" + a.field(t, "id").(string) + tt.query
			if tt.state != "" {
				s.Revoke("31", tt.state)
			}
			for _, call := range []struct {
				method, path string
				want         float64
			}{
				{"GET", message, tt.read},
				{"PATCH", message, tt.edit},
				{"DELETE", message, tt.remove},
				{"POST", hooks + "?wait=true" + strings.Replace(tt.query, "?", "&", 1), tt.post},
			} {
				if a := send(t, s, call.method, call.path, `{"content":"y"}`); codeOf(a) != call.want {
					t.Errorf("%s: got %d %s, want code %v", call.method, a.status, a.body, call.want)
				}
			}
		})
	}
	t.Run("reopened by a post", func(t *testing.T) {
		s := world(standin.Options{})
		s.Thread("2001", "31")
		id := send(t, s, "POST", hooks+"?wait=true&thread_id=31", `{"content":"x"}`).field(t, "id").(string)
		s.Revoke("31", standin.Archived)
		send(t, s, "POST", hooks+"?wait=true&thread_id=31", `{"content":"y"}`)
		if a := send(t, s, "PATCH", hooks+"/messages/"+id+inThread, `{"content":"z"}`); a.status != 200 {
			t.Errorf("edit in the reopened thread: %s, want 200", a.body)
		}
	})
}

func TestDiscordEdit(t *testing.T) {
	s := world(standin.Options{})
	a := send(t, s, "POST", hooks+"?wait=true", `{"content":"a","embeds":[{"title":"b"}]}`)
	message := hooks + "/messages/" + a.field(t, "id").(string)
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"what is absent stays", `{"content":"c"}`, 200, `{"content":"c","embeds":[{"title":"b"}]}`},
		{"what is null goes", `{"content":null}`, 200, `{"embeds":[{"title":"b"}]}`},
		{"nothing left", `{"embeds":[]}`, 400, `{"embeds":[{"title":"b"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, s, "PATCH", message, tt.body)
			if got := string(s.Messages("2001")[0].Body); a.status != tt.status || got != tt.want {
				t.Errorf("got %d and %s, want %d and %s", a.status, got, tt.status, tt.want)
			}
		})
	}
	if m := s.Messages("2001")[0]; m.Edits != 2 || len(m.History) != 2 || string(m.History[0]) != `{"content":"a","embeds":[{"title":"b"}]}` {
		t.Errorf("%d edits, history %s; want 2, beginning with the post", m.Edits, m.History)
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
		{"none allowed", `{` + text + `,"allowed_mentions":{"parse":[],"replied_user":false}}`, nil},
		{"a person alone allowed", `{` + text + `,"allowed_mentions":{"parse":[],"users":["1"]}}`, []string{"<@1>"}},
		{"a role alone allowed", `{` + text + `,"allowed_mentions":{"parse":[],"roles":["2"]}}`, []string{"<@&2>"}},
		{"everyone allowed", `{` + text + `,"allowed_mentions":{"parse":["everyone"]}}`, []string{"@everyone"}},
		{"in an embed", `{"embeds":[{"description":"@everyone"}]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(standin.Options{})
			send(t, s, "POST", hooks+"?wait=true", tt.body)
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
	a := send(t, s, "POST", hooks+"?wait=true", `{"embeds":[`+link+`,{"title":"y"},{"title":"z"},`+link+`]}`)
	if got := s.Messages("2001")[0].Collapsed; got != 1 {
		t.Errorf("got %d, want 1", got)
	}
	send(t, s, "PATCH", hooks+"/messages/"+a.field(t, "id").(string), `{"embeds":[`+link+`]}`)
	if got := s.Messages("2001")[0].Collapsed; got != 0 {
		t.Errorf("edited: got %d, want 0", got)
	}
}

func TestDiscordStates(t *testing.T) {
	tests := []struct {
		target string
		state  standin.State
		status int
		code   float64
	}{
		{discordHook, standin.WebhookDeleted, 404, 10015},
		{"2001", standin.ChannelDeleted, 404, 10015},
		{discordHook, standin.Forbidden, 403, 50013},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.state), func(t *testing.T) {
			s := world(standin.Options{})
			s.Revoke(tt.target, tt.state)
			a := send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`)
			if a.status != tt.status || a.field(t, "code") != tt.code {
				t.Errorf("got %d %s, want %d with code %v", a.status, a.body, tt.status, tt.code)
			}
			s.Restore(tt.target)
			if a := send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`); a.status != 200 {
				t.Errorf("restored: %d %s, want 200", a.status, a.body)
			}
		})
	}
}
