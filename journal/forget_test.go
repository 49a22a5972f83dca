package journal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// forget is what a command does: all whose body has the address as a text of its
// own.
func (j *Journal) forget(t *testing.T, address string) ([]Message, error) {
	t.Helper()
	subjects, err := j.Subjects(t.Context(), address, func(body []byte) bool {
		return bytes.Contains(bytes.ToLower(body), fmt.Appendf(nil, "%q", address))
	})
	must(t, err)
	return j.Forget(t.Context(), subjects)
}

func TestSubjects(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, body := range []string{`Ann@Example.com`, `ann`, `100%_\`, `m\u00fcller@example.com`, `100 percent`} {
			e := entry(fmt.Sprint(i), fmt.Sprint("s", i), "o")
			e.Body = []byte(body)
			add(t, j, e)
		}
		for text, want := range map[string][]string{
			"ann@example.com": {"s0"}, "ann": {"s0", "s1"}, `100%_\`: {"s2"}, "müller@example.com": {"s3"}, "nobody": nil,
		} {
			asked := 0
			got, err := j.Subjects(t.Context(), text, func([]byte) bool { asked++; return true })
			slices.Sort(got)
			if !slices.Equal(got, want) || err != nil || asked != len(want) {
				t.Errorf("%s: got %q, %v, want %q, each asked for once", text, got, err, want)
			}
			if got, _ := j.Subjects(t.Context(), text, func([]byte) bool { return false }); len(got) > 0 {
				t.Errorf("%s: got %q, which are not about it", text, got)
			}
		}
	})
}

func TestForget(t *testing.T) {
	cases := []struct {
		subject, body string
		gone          bool
	}{
		{"ann", `{"email":"ann@example.com"}`, true},
		{"ann", `{"status":"succeeded"}`, true}, // the same subject
		{"refused", `{"email":"Ann@Example.com"}`, true},
		{"joann", `{"email":"joann@example.com"}`, false},
	}
	each(t, func(t *testing.T, j *Journal) {
		for i, c := range cases {
			e := entry(fmt.Sprint(i), c.subject, "o")
			e.Body = []byte(c.body)
			add(t, j, e)
		}
		settle(t, j, Settlement{
			Destination: "sales",
			Posted:      []Message{message("m1", 0, "ann", 1), message("m1", 1, "joann", 4), message("", 0, "refused", 3)},
			DeadLetters: []DeadLetter{{Subject: "refused", Seq: 3, Headline: "Ann bought", Reason: "ann@example.com"}},
		})
		must(t, j.RequestReplays(t.Context(), []Replay{
			{Destination: "ops", Subject: "ann", Seq: 1}, {Destination: "ops", Subject: "joann", Seq: 4},
		}, false))

		entries, count, err := j.ToForget(t.Context(), []string{"ann", "refused"})
		if entries != 3 || count != 2 || err != nil {
			t.Errorf("to forget: %d entries, %d messages, %v; want 3 and 2", entries, count, err)
		}
		messages, err := j.forget(t, "ann@example.com")
		if got, want := words(messages), "[m1/0:ann=1 /0:refused=3]"; err != nil || got != want {
			t.Errorf("messages %s, %v; want %s", got, err, want)
		}
		for i, c := range cases {
			got, ok, err := j.Entry(t.Context(), Seq(i+1))
			if gone := len(got.Body) == 0 && got.State == ""; !ok || err != nil || gone != c.gone {
				t.Errorf("%s: body %q, state %q, %v; want gone %v", c.body, got.Body, got.State, err, c.gone)
			}
		}
		letters, err := j.DeadLetters(t.Context(), "sales", 9)
		if err != nil || len(letters) != 0 {
			t.Errorf("dead letters %v, %v; want none", letters, err)
		}
		replays, err := j.PendingReplays(t.Context(), "ops", 9)
		if err != nil || len(replays) != 1 || replays[0].Subject != "joann" {
			t.Errorf("replays %v, %v; want that of joann", replays, err)
		}
		if since, err := j.Since(t.Context(), day, 9); err != nil || !slices.Equal(numbers(since), []Seq{4}) {
			t.Errorf("entries to show again: %v, %v; want 4 alone", numbers(since), err)
		}
	})
}

// TestForgottenIsNotOnTheDisk: SQLite moves bodies from page to page as the
// journal grows, depending on their size.
func TestForgottenIsNotOnTheDisk(t *testing.T) {
	t.Parallel()
	for _, size := range []int{300, 1500, 3900, 20_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			j := openFile(t)
			for i := range 60 {
				name := "bob"
				if i%5 == 0 {
					name = "ann"
				}
				e := entry(fmt.Sprint(i), fmt.Sprint(name, i), "o")
				address := fmt.Appendf(nil, `"%s@example.com"`, name)
				e.Body = bytes.Repeat(address, size/len(address))
				add(t, j, e)
			}
			_, err := j.forget(t, "ann@example.com")
			must(t, err)
			files, err := filepath.Glob(j.file + "*")
			must(t, err)
			for _, file := range files {
				data, err := os.ReadFile(file)
				must(t, err)
				if n := bytes.Count(data, []byte("ann@example.com")); n > 0 {
					t.Errorf("%s still holds the address %d times", filepath.Base(file), n)
				}
			}
		})
	}
}

func TestForgetNobody(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		add(t, j, entry("1", "s", "o"))
		if entries, n, err := j.ToForget(t.Context(), nil); entries+n != 0 || err != nil {
			t.Errorf("to forget: %d entries, %d messages, %v; want none", entries, n, err)
		}
		if messages, err := j.forget(t, "eve@example.com"); len(messages) > 0 || err != nil {
			t.Errorf("got %v, %v; want none", messages, err)
		}
	})
}

// TestForgetReturnsWhatStillStands: each call returns the messages that earlier
// ones found, until they are removed.
func TestForgetReturnsWhatStillStands(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, subject := range []string{"ann", "bob", "ann"} {
			add(t, j, withBody(entry(fmt.Sprint(i), subject, "o"), subject+"@example.com"))
		}
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{
			message("m1", 0, "ann", 1), message("m1", 1, "bob", 2), message("m2", 2, "ann", 3), message("", 3, "ann", 3),
		}})
		check := func(when, who, want string) []Message {
			t.Helper()
			messages, err := j.forget(t, who)
			if got := words(messages); got != want || err != nil {
				t.Errorf("%s: got %s, %v; want %s", when, got, err, want)
			}
			return messages
		}
		check("nobody is forgotten", "eve@example.com", "[]")
		found := check("the first call", "ann@example.com", "[m1/0:ann=1 m2/2:ann=3 /3:ann=3]")
		add(t, j, entry("4", "ann", "o"))
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{message("m3", 4, "ann", 4)}})
		if entries, n, err := j.ToForget(t.Context(), nil); entries != 0 || n != 2 || err != nil {
			t.Errorf("what still stands: %d entries, %d messages, %v; want 2 messages", entries, n, err)
		}
		check("a new card tells what came since", "eve@example.com", "[m1/0:ann=1 m2/2:ann=3]")
		settle(t, j, Settlement{Destination: "sales", Removed: []int64{found[0].ID, found[1].ID}})
		check("both are cleared", "eve@example.com", "[]")
		left, err := j.Message(t.Context(), "sales", "m1")
		if err != nil || words(left) != "[m1/1:bob=2]" {
			t.Errorf("m1 holds %v, %v; want bob's card", left, err)
		}
	})
}

// TestForgetReachesTheTableOfBefore: it stays for the release before, and its
// texts name people too.
func TestForgetReachesTheTableOfBefore(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.write(t.Context(), false, func(ctx context.Context, s *session) error {
			return s.exec(ctx, `INSERT INTO polarbell.refused (destination, subject, seq, headline, reason, at)
				VALUES ('sales', 'ann', 1, 'Ann bought', 'ann@example.com', 0)`)
		}))
		add(t, j, withBody(entry("1", "ann", "o"), "ann@example.com"))
		_, err := j.forget(t, "ann@example.com")
		must(t, err)
		var left int
		must(t, j.db.QueryRow(j.d.sql(`SELECT COUNT(*) FROM polarbell.refused`)).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows are left, want none", left)
		}
	})
}

func withBody(e Entry, email string) Entry {
	e.Body = fmt.Appendf(nil, `{"email":%q}`, email)
	return e
}
