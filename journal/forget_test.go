package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestForget(t *testing.T) {
	cases := []struct {
		subject, body string
		gone          bool
	}{
		{"plain", `{"email":"ann@example.com"}`, true},
		{"plain", `{"status":"succeeded"}`, true}, // the same subject
		{"case", `{"email":"Ann@Example.com"}`, true},
		{"sentence", `{"text":"Write to\nann@example.com."}`, true},
		{"escape", `{"text":"Ann \u003cann@example.com\u003e"}`, true},
		{"joann", `{"email":"joann@example.com"}`, false},
		{"plus", `{"email":"jo+ann@example.com"}`, false},
		{"longer", `{"email":"ann@example.com.au"}`, false},
	}
	each(t, func(t *testing.T, j *Journal) {
		for i, c := range cases {
			e := entry(fmt.Sprint(i), c.subject, "o")
			e.Body = []byte(c.body)
			add(t, j, e)
		}
		settle(t, j, Settlement{
			Destination: "sales",
			Posted:      []Message{message("m1", 0, "plain", 1), message("m1", 1, "joann", 6), message("", 0, "case", 3)},
			DeadLetters: []DeadLetter{{Subject: "case", Seq: 3, Headline: "Ann bought", Reason: "ann@example.com"}},
		})
		messages, err := j.Forget(t.Context(), "ann@example.com")
		if got, want := words(messages), "[m1/0:plain=1 /0:case=3]"; err != nil || got != want {
			t.Errorf("messages %s, %v; want %s", got, err, want)
		}
		for i, c := range cases {
			got, ok, err := j.Entry(t.Context(), Seq(i+1))
			if gone := len(got.Body) == 0 && got.State == ""; !ok || err != nil || gone != c.gone {
				t.Errorf("%s: body %q, state %q, %v; want gone %v", c.body, got.Body, got.State, err, c.gone)
			}
		}
		letters, err := j.DeadLetters(t.Context(), "sales", 9)
		if err != nil || len(letters) != 1 || letters[0].Headline+letters[0].Reason != "" {
			t.Errorf("dead letters %v, %v; want one blank one", letters, err)
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
			_, err := j.Forget(t.Context(), "ann@example.com")
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

func TestForgetNeedsAName(t *testing.T) {
	if _, err := openFile(t).Forget(t.Context(), "an"); !errors.Is(err, ErrTooShort) {
		t.Errorf("got %v, want ErrTooShort", err)
	}
}

func TestForgetNobody(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		add(t, j, entry("1", "s", "o"))
		if messages, err := j.Forget(t.Context(), "eve@example.com"); messages != nil || err != nil {
			t.Errorf("got %v, %v; want nil", messages, err)
		}
		add(t, j, withBody(entry("2", "bob", "o"), "bob@example.com"))
		if messages, err := j.Forget(t.Context(), "bob@example.com"); messages == nil || len(messages) > 0 || err != nil {
			t.Errorf("a person without messages: got %v, %v; want none, but not nil", messages, err)
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
			messages, err := j.Forget(t.Context(), who)
			if got := words(messages); got != want || err != nil {
				t.Errorf("%s: got %s, %v; want %s", when, got, err, want)
			}
			return messages
		}
		check("nobody is forgotten", "eve@example.com", "[]")
		found := check("the first call", "ann@example.com", "[m1/0:ann=1 m2/2:ann=3 /3:ann=3]")
		add(t, j, entry("4", "ann", "o"))
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{message("m3", 4, "ann", 4)}})
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
		_, err := j.Forget(t.Context(), "ann@example.com")
		must(t, err)
		var left string
		must(t, j.db.QueryRow(j.d.sql(`SELECT headline || reason FROM polarbell.refused`)).Scan(&left))
		if left != "" {
			t.Errorf("left is %q, want nothing", left)
		}
	})
}

func withBody(e Entry, email string) Entry {
	e.Body = fmt.Appendf(nil, `{"email":%q}`, email)
	return e
}
