package standin_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/standin"
)

// taken makes n equal calls at once and counts the good ones; the last answer
// comes with it.
func taken(t *testing.T, s *standin.Server, n int, method, path, body string) (ok int, last answer) {
	t.Helper()
	for range n {
		last = send(t, s, method, path, body)
		if last.status < 300 {
			ok++
		}
	}
	return ok, last
}

func limited(t *testing.T, test func(t *testing.T, s *standin.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := world(standin.Options{Limits: true})
		s.Slack("C3", "support")
		test(t, s)
	})
}

func TestSlackPostLimit(t *testing.T) {
	for _, tt := range []struct{ name, path, body string }{
		{"bot", post, hello},
		{"incoming webhook", slackHook, `{"text":"x"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limited(t, func(t *testing.T, s *standin.Server) {
				ok, last := taken(t, s, 10, "POST", tt.path, tt.body)
				if ok != 3 || last.status != 429 || last.header.Get("Retry-After") != "1" || last.field(t, "error") != "ratelimited" {
					t.Errorf("burst: %d taken, then %+v; want 3, then 429 ratelimited for 1 s", ok, last)
				}
				for range 5 {
					time.Sleep(time.Second)
					if ok, _ := taken(t, s, 2, "POST", tt.path, tt.body); ok != 1 {
						t.Errorf("a second later: %d taken, want 1", ok)
					}
				}
				if ok, _ := taken(t, s, 1, "POST", post, form("channel", "C3", "text", "x")); ok != 1 {
					t.Error("another channel is limited too")
				}
			})
		})
	}
}

func TestSlackTier3(t *testing.T) {
	for _, tt := range []struct{ name, path, other string }{
		{"edits", update, remove},
		{"deletions", remove, update},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limited(t, func(t *testing.T, s *standin.Server) {
				ts := send(t, s, "POST", post, hello).field(t, "ts").(string)
				call := func(channel string) string { return form("channel", channel, "ts", ts, "text", "y") }
				if tt.path == remove {
					call = func(channel string) string { return form("channel", channel, "ts", "1.0") } // counts too
				}
				ok, _ := taken(t, s, 30, "POST", tt.path, call("C1"))
				time.Sleep(10 * time.Second)
				more, last := taken(t, s, 30, "POST", tt.path, call("C3"))
				if ok != 30 || more != 20 || last.header.Get("Retry-After") != "50" {
					t.Errorf("taken %d and %d, Retry-After %q; want 30, 20 in another channel, and 50", ok, more, last.header.Get("Retry-After"))
				}
				if ok, _ := taken(t, s, 1, "POST", tt.other, form("channel", "C1", "ts", "1.0", "text", "y")); ok != 1 {
					t.Errorf("%s is limited too", tt.other)
				}
				if ok, _ := taken(t, s, 1, "POST", tt.path, form("token", "xoxb-2", "channel", "C1", "ts", "1.0", "text", "y")); ok != 1 {
					t.Error("another token is limited too")
				}
				time.Sleep(50 * time.Second)
				if ok, _ := taken(t, s, 31, "POST", tt.path, call("C3")); ok != 30 {
					t.Errorf("a minute after the first: %d taken, want 30", ok)
				}
				if got := s.Limited("C3"); got != 11 {
					t.Errorf("%d times limited, want 11", got)
				}
			})
		})
	}
}

func TestDiscordBucket(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		a := send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`)
		edit := hooks + "/messages/" + a.field(t, "id").(string)
		time.Sleep(500 * time.Millisecond)
		ok, last := taken(t, s, 5, "POST", hooks+"?wait=true", `{"content":"x"}`)
		if ok != 4 || last.status != 429 || last.field(t, "retry_after") != 1.5 || last.header.Get("Retry-After") != "2" {
			t.Errorf("%d taken, then %+v; want 4, then 429 for 1.5 s", ok, last)
		}
		for name, want := range map[string]string{
			"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.500",
		} {
			if got := last.header.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
		for _, method := range []string{"PATCH", "DELETE"} {
			ok, last := taken(t, s, 1, method, edit, `{"content":"y"}`)
			if ok != 1 || last.header.Get("X-RateLimit-Remaining") != "4" {
				t.Errorf("%s: %+v, want its own bucket", method, last)
			}
		}
		time.Sleep(1500 * time.Millisecond)
		if ok, _ := taken(t, s, 6, "POST", hooks+"?wait=true", `{"content":"x"}`); ok != 1 {
			t.Errorf("two seconds after the first: %d taken, want 1", ok)
		}
		time.Sleep(2 * time.Second)
		if ok, _ := taken(t, s, 6, "POST", hooks+"?wait=true", `{"content":"x"}`); ok != 5 {
			t.Errorf("two seconds later: %d taken, want 5", ok)
		}
	})
}

func TestDiscordChannelLimitIsHidden(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		s.Discord("1003", "other", "2001") // the same channel
		for range 6 {
			_, last := taken(t, s, 5, "POST", hooks+"?wait=true", `{"content":"x"}`)
			taken(t, s, 5, "DELETE", hooks+"/messages/"+last.field(t, "id").(string), "") // not counted
			time.Sleep(2 * time.Second)
		}
		_, last := taken(t, s, 1, "POST", "/api/v10/webhooks/1003/other?wait=true", `{"content":"x"}`)
		if last.status != 429 || last.field(t, "retry_after") != 48.0 || last.header.Get("Retry-After") != "48" ||
			last.header.Get("X-RateLimit-Remaining") != "4" {
			t.Errorf("the 31st post in a minute: %+v; want 429 for 48 s with a bucket that is not empty", last)
		}
		time.Sleep(48 * time.Second)
		if ok, _ := taken(t, s, 1, "POST", hooks+"?wait=true", `{"content":"x"}`); ok != 1 {
			t.Error("after the wait: still limited")
		}
	})
}

func TestDiscordGlobalLimit(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		for i := range 11 {
			id := fmt.Sprint(5000 + i)
			s.Discord(id, "x", "c"+id)
			_, last := taken(t, s, 5, "POST", "/api/v10/webhooks/"+id+"/x?wait=true", `{"content":"x"}`)
			if i < 10 && last.status != 200 {
				t.Fatalf("call %d: %+v, want 200", i*5+5, last)
			}
			if i == 10 && (last.status != 429 || last.field(t, "global") != true) {
				t.Errorf("the 51st call in a second: %+v, want a global 429", last)
			}
		}
	})
}

func TestWithoutLimits(t *testing.T) {
	s := world(standin.Options{})
	if ok, _ := taken(t, s, 100, "POST", post, hello); ok != 100 {
		t.Errorf("Slack took %d of 100", ok)
	}
	if ok, _ := taken(t, s, 100, "POST", hooks+"?wait=true", `{"content":"x"}`); ok != 100 {
		t.Errorf("Discord took %d of 100", ok)
	}
}

func TestFailTargets(t *testing.T) {
	s := world(standin.Options{})
	ts := send(t, s, "POST", post, hello).field(t, "ts").(string)
	id := send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`).field(t, "id").(string)
	message := hooks + "/messages/" + id
	calls := []struct{ name, method, path, body string }{
		{"post", "POST", post, hello},
		{"edit", "POST", update, form("channel", "C1", "ts", ts, "text", "y")},
		{"delete", "POST", remove, form("channel", "C1", "ts", "1.0")},
		{"hook", "POST", slackHook, `{"text":"x"}`},
		{"POST", "POST", hooks + "?wait=true", `{"content":"x"}`},
		{"PATCH", "PATCH", message, `{"content":"y"}`},
		{"DELETE", "DELETE", hooks + "/messages/1", ""},
		{"GET", "GET", hooks, ""},
	}
	failing := func() string {
		var names []string
		for _, c := range calls {
			if send(t, s, c.method, c.path, c.body).status == 500 {
				names = append(names, c.name)
			}
		}
		return strings.Join(names, " ")
	}
	tests := []struct{ target, want string }{
		{"C1", "post edit delete"},
		{"#sales", "post edit delete"},
		{"C1 post", "post"},
		{"C1 edit", "edit"},
		{"#sales delete", "delete"},
		{"slack", "post edit delete hook"},
		{"slack delete", "delete"},
		{slackHook, "hook"},
		{discordHook, "POST PATCH DELETE GET"},
		{"discord", "POST PATCH DELETE GET"},
		{"2001 post", "POST"},
		{discordHook + " edit", "PATCH"},
		{discordHook + " delete", "DELETE"},
		{"discord read", "GET"},
	}
	for _, tt := range tests {
		t.Run(tt.target, func(t *testing.T) {
			s.Fail(tt.target, -1, standin.Outcome{Status: 500})
			for range 2 {
				if got := failing(); got != tt.want {
					t.Errorf("got %q failing, want %q", got, tt.want)
				}
			}
			s.Mend(tt.target)
			if got := failing(); got != "" {
				t.Errorf("mended: got %q failing, want none", got)
			}
		})
	}
}

func TestFailInTurn(t *testing.T) {
	s := world(standin.Options{})
	s.Fail("C1", 2, standin.Outcome{Status: 500})
	s.Fail("C1", 1, standin.Outcome{Status: 502})
	s.Fail("slack", 1, standin.Outcome{Status: 503})
	var got []int
	for range 5 {
		got = append(got, send(t, s, "POST", post, hello).status)
	}
	if want := "[500 500 502 503 200]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestCallsHoldNoSecret(t *testing.T) {
	s := world(standin.Options{})
	send(t, s, "POST", post, hello)
	send(t, s, "POST", slackHook, `{"text":"x"}`)
	send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`)
	var got string
	for _, c := range append(s.Calls("slack"), s.Calls("discord")...) {
		got += fmt.Sprintln(c.Method, c.Path, c.Status, c.Action)
	}
	want := "POST /api/chat.postMessage 200 post\nPOST /services/T1/B1/… 200 post\n" +
		"POST /api/v10/webhooks/1001/… 200 post\n"
	if got != want {
		t.Errorf("got calls\n%swant\n%s", got, want)
	}
}

func TestWatchMayAsk(t *testing.T) {
	s := world(standin.Options{})
	var mu sync.Mutex
	seen := map[string]int{}
	s.Watch(func(m standin.Message) {
		mu.Lock()
		defer mu.Unlock()
		seen[m.Platform] += len(s.Messages(m.Channel)[:1])
	})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`) })
	}
	wg.Wait()
	if got := seen["discord"]; got != 20 {
		t.Errorf("seen %d, want 20", got)
	}
	s.Fail("C1", 1, standin.Outcome{Applied: true, Status: 500})
	send(t, s, "POST", post, hello)
	send(t, s, "POST", post, form("channel", "C404", "text", "x"))
	if got := seen["slack"]; got != 1 {
		t.Errorf("Slack's posts seen: %d, want the applied one", got)
	}
	if got := s.Channels(); fmt.Sprint(got) != "[C1 C2 2001]" {
		t.Errorf("channels %v", got)
	}
}
