package standin_test

import (
	"bytes"
	"fmt"
	"log/slog"
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
		{"bot", post, `{"channel":"C1","text":"x"}`},
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
				if ok, _ := taken(t, s, 1, "POST", post, `{"channel":"C3","text":"x"}`); ok != 1 {
					t.Error("another channel is limited too")
				}
			})
		})
	}
}

func TestSlackEditLimitIsSharedByAllChannels(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		var edits []string
		for _, c := range []string{"C1", "C3"} {
			a := send(t, s, "POST", post, fmt.Sprintf(`{"channel":%q,"text":"x"}`, c))
			edits = append(edits, fmt.Sprintf(`{"channel":%q,"ts":%q,"text":"y"}`, c, a.field(t, "ts")))
		}
		ok, _ := taken(t, s, 30, "POST", update, edits[0])
		time.Sleep(10 * time.Second)
		more, last := taken(t, s, 30, "POST", update, edits[1])
		if ok != 30 || more != 20 || last.header.Get("Retry-After") != "50" {
			t.Errorf("taken %d and %d, Retry-After %q; want 30, 20 and 50", ok, more, last.header.Get("Retry-After"))
		}
		time.Sleep(50 * time.Second)
		if ok, _ := taken(t, s, 31, "POST", update, edits[1]); ok != 30 {
			t.Errorf("a minute after the first: %d taken, want 30", ok)
		}
		if got := s.Limited("C3 edit"); got != 11 {
			t.Errorf("%d times limited, want 11", got)
		}
	})
}

func TestDiscordBucket(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		a := send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`)
		edit := hooks + "/messages/" + a.field(t, "id").(string)
		time.Sleep(500 * time.Millisecond)
		ok, last := taken(t, s, 5, "POST", hooks, `{"content":"x"}`)
		if ok != 4 || last.status != 429 || last.field(t, "retry_after") != 1.5 || last.header.Get("Retry-After") != "2" {
			t.Errorf("%d taken, then %+v; want 4, then 429 for 1.5 s", ok, last)
		}
		for name, want := range map[string]string{
			"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.500", "X-RateLimit-Scope": "user",
		} {
			if got := last.header.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
		if last.header.Get("X-RateLimit-Bucket") == "" || last.header.Get("X-RateLimit-Reset") == "" {
			t.Errorf("headers without bucket or reset: %v", last.header)
		}
		if ok, last := taken(t, s, 1, "PATCH", edit, `{"content":"y"}`); ok != 1 || last.header.Get("X-RateLimit-Remaining") != "4" {
			t.Errorf("the edit: %+v, want its own bucket", last)
		}
		time.Sleep(1500 * time.Millisecond)
		if ok, _ := taken(t, s, 6, "POST", hooks, `{"content":"x"}`); ok != 5 {
			t.Errorf("after the reset: %d taken, want 5", ok)
		}
	})
}

func TestDiscordChannelLimitIsHidden(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		s.Discord("1003", "other", "2001") // the same channel
		for range 6 {
			taken(t, s, 5, "POST", hooks, `{"content":"x"}`)
			time.Sleep(2 * time.Second)
		}
		_, last := taken(t, s, 1, "POST", "/api/v10/webhooks/1003/other", `{"content":"x"}`)
		if last.status != 429 || last.field(t, "retry_after") != 48.0 || last.header.Get("Retry-After") != "48" ||
			last.header.Get("X-RateLimit-Scope") != "shared" || last.header.Get("X-RateLimit-Remaining") != "4" {
			t.Errorf("the 31st post in a minute: %+v; want 429 for 48 s with a bucket that is not empty", last)
		}
		time.Sleep(48 * time.Second)
		if ok, _ := taken(t, s, 1, "POST", hooks, `{"content":"x"}`); ok != 1 {
			t.Error("after the wait: still limited")
		}
	})
}

func TestDiscordGlobalLimit(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		for i := range 11 {
			id := fmt.Sprint(5000 + i)
			s.Discord(id, "x", "c"+id)
			_, last := taken(t, s, 5, "POST", "/api/v10/webhooks/"+id+"/x", `{"content":"x"}`)
			if i < 10 && last.status != 204 {
				t.Fatalf("call %d: %+v, want 204", i*5+5, last)
			}
			if i == 10 && (last.status != 429 || last.field(t, "global") != true || last.header.Get("X-RateLimit-Global") != "true") {
				t.Errorf("the 51st call in a second: %+v, want a global 429", last)
			}
		}
	})
}

func TestDiscordBan(t *testing.T) {
	limited(t, func(t *testing.T, s *standin.Server) {
		bad := "/api/v10/webhooks/1001/wrong"
		taken(t, s, 9_999, "POST", bad, `{}`)
		time.Sleep(10 * time.Minute)
		if _, last := taken(t, s, 9_999, "POST", bad, `{}`); last.status != 401 {
			t.Fatalf("9,999 in ten minutes: %+v, want no ban", last)
		}
		taken(t, s, 1, "POST", bad, `{}`)
		a := send(t, s, "POST", hooks, `{"content":"x"}`)
		if a.status != 429 || !strings.Contains(a.body, `"code":0`) || !strings.Contains(a.body, "You are being blocked") ||
			a.header.Get("Retry-After") != "" || a.field(t, "retry_after") != nil {
			t.Errorf("after 10,000: %+v; want a ban without a time", a)
		}
		time.Sleep(time.Hour)
		if ok, last := taken(t, s, 1, "POST", hooks, `{"content":"x"}`); ok != 1 {
			t.Errorf("an hour later: %+v, want 204", last)
		}
	})
}

func TestWithoutLimits(t *testing.T) {
	s := world(standin.Options{})
	if ok, _ := taken(t, s, 100, "POST", post, `{"channel":"C1","text":"x"}`); ok != 100 {
		t.Errorf("Slack took %d of 100", ok)
	}
	ok, last := taken(t, s, 100, "POST", hooks, `{"content":"x"}`)
	if ok != 100 || last.header.Get("X-RateLimit-Remaining") != "4" {
		t.Errorf("Discord took %d of 100, headers %v", ok, last.header)
	}
}

func TestFailTargets(t *testing.T) {
	s := world(standin.Options{})
	a := send(t, s, "POST", post, `{"channel":"C1","text":"x"}`)
	edit := fmt.Sprintf(`{"channel":"C1","ts":%q,"text":"y"}`, a.field(t, "ts"))
	status := func() [4]int {
		return [4]int{
			send(t, s, "POST", post, `{"channel":"C1","text":"x"}`).status, send(t, s, "POST", update, edit).status,
			send(t, s, "POST", slackHook, `{"text":"x"}`).status, send(t, s, "POST", hooks+"?wait=1", `{"content":"x"}`).status,
		}
	}
	well := [4]int{200, 200, 200, 200}
	tests := []struct {
		target string
		want   [4]int
	}{
		{"C1", [4]int{500, 500, 200, 200}},
		{"#sales", [4]int{500, 500, 200, 200}},
		{"C1 edit", [4]int{200, 500, 200, 200}},
		{"C1 post", [4]int{500, 200, 200, 200}},
		{"slack", [4]int{500, 500, 500, 200}},
		{slackHook, [4]int{200, 200, 500, 200}},
		{discordHook, [4]int{200, 200, 200, 500}},
		{"discord", [4]int{200, 200, 200, 500}},
		{"2001 post", [4]int{200, 200, 200, 500}},
	}
	for _, tt := range tests {
		t.Run(tt.target, func(t *testing.T) {
			s.Fail(tt.target, -1, standin.Outcome{Status: 500})
			for range 2 {
				if got := status(); got != tt.want {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			}
			s.Mend(tt.target)
			if got := status(); got != well {
				t.Errorf("mended: got %v, want %v", got, well)
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
		got = append(got, send(t, s, "POST", post, `{"channel":"C1","text":"x"}`).status)
	}
	if want := "[500 500 502 503 200]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestCallsAndLogHoldNoSecret(t *testing.T) {
	var b bytes.Buffer
	s := world(standin.Options{Log: slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	send(t, s, "POST", post+"?token=xoxb-1", `{"channel":"C1","text":"x"}`)
	send(t, s, "POST", slackHook, `{"text":"x"}`)
	send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`)
	var all string
	for _, c := range append(s.Calls("slack"), s.Calls("discord")...) {
		all += fmt.Sprintln(c.Method, c.Path, c.Query, c.Status, c.Post)
	}
	want := "POST /api/chat.postMessage map[] 200 true\nPOST /services/T1/B1/… map[] 200 true\n" +
		"POST /api/v10/webhooks/1001/… map[wait:[true]] 200 true\n"
	if all != want {
		t.Errorf("calls\n%swant\n%s", all, want)
	}
	for _, secret := range []string{"xoxb-1", "secret", "hush"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q in the log:\n%s", secret, b.String())
		}
	}
	if n := strings.Count(b.String(), "\n"); n != 3 {
		t.Errorf("%d lines in the log, want 3", n)
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
		wg.Go(func() { send(t, s, "POST", hooks, `{"content":"x"}`) })
	}
	wg.Wait()
	if got := seen["discord"]; got != 20 {
		t.Errorf("seen %d, want 20", got)
	}
	s.Fail("C1", 1, standin.Outcome{Applied: true, Status: 500})
	send(t, s, "POST", post, `{"channel":"C1","text":"x"}`)
	send(t, s, "POST", post, `{"channel":"C404","text":"x"}`)
	if got := seen["slack"]; got != 1 {
		t.Errorf("Slack's posts seen: %d, want the applied one", got)
	}
	if got := s.Channels(); fmt.Sprint(got) != "[C1 C2 2001]" {
		t.Errorf("channels %v", got)
	}
}
