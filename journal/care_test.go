package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestLatest(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, text := range []string{"ann@example.com", "100% \xff", "Ann@Example.com", "a_b"} {
			e := entry(fmt.Sprint("msg_", i+1), "s", "o")
			e.Type, e.Body = []string{"order.paid", "order.created"}[i%2], []byte(text)
			add(t, j, e)
		}
		for _, c := range []struct {
			name, query string
			before      Seq
			limit       int
			want        string
		}{
			{"all", "", 0, 9, "[4 3 2 1]"},
			{"a page", "", 4, 2, "[3 2]"},
			{"an id", "msg_3", 0, 9, "[3]"},
			{"a type", "order.created", 0, 9, "[4 2]"},
			{"in the body", "ann@example", 0, 9, "[3 1]"},
			{"in the body, before", "ann@example", 3, 9, "[1]"},
			{"percent means itself", "0%", 0, 9, "[2]"},
			{"underscore means itself", "a_b", 0, 9, "[4]"},
			{"not there", "eve", 0, 9, "[]"},
		} {
			entries, err := j.Latest(t.Context(), c.before, c.query, c.limit)
			must(t, err)
			seqs := []Seq{}
			for _, e := range entries {
				seqs = append(seqs, e.Seq)
			}
			if fmt.Sprint(seqs) != c.want {
				t.Errorf("%s: got %v, want %s", c.name, seqs, c.want)
			}
		}
	})
}

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
			Posted:      []Slot{slot("m1", 0, "plain", 1), slot("m1", 1, "joann", 1)},
			Refused:     []Refusal{{Subject: "case", Seq: 3, Headline: "Ann bought", Reason: "ann@example.com"}},
		})
		slots, err := j.Forget(t.Context(), "ann@example.com")
		if want := (map[string][]Slot{"sales": {slot("m1", 0, "plain", 1)}}); err != nil || fmt.Sprint(slots) != fmt.Sprint(want) {
			t.Errorf("slots %v, %v; want %v", slots, err, want)
		}
		for i, c := range cases {
			got, ok, err := j.Entry(t.Context(), Seq(i+1))
			if gone := len(got.Body) == 0 && got.Brief == ""; !ok || err != nil || gone != c.gone {
				t.Errorf("%s: body %q, brief %q, %v; want gone %v", c.body, got.Body, got.Brief, err, c.gone)
			}
		}
		letters, err := j.Refusals(t.Context(), "sales", 9)
		if err != nil || len(letters) != 1 || letters[0].Headline+letters[0].Reason != "" {
			t.Errorf("dead letters %v, %v; want one blank one", letters, err)
		}
	})
}

// TestForgottenIsNotOnTheDisk: with bodies of any size, among those of others,
// which SQLite moves from page to page as the journal grows.
func TestForgottenIsNotOnTheDisk(t *testing.T) {
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
	if _, err := openFile(t).Forget(t.Context(), ""); err == nil {
		t.Error("forgot everybody")
	}
}

func TestBackup(t *testing.T) {
	j := openFile(t)
	add(t, j, entry("1", "s", "o"))
	file := filepath.Join(t.TempDir(), "it's a copy.db")
	must(t, j.Backup(t.Context(), file))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v; want mode 0600", info, err)
	}
	if err := j.Backup(t.Context(), file); err == nil {
		t.Error("a second backup wrote over the first")
	}
	if err := j.Backup(t.Context(), j.file); err == nil {
		t.Error("a backup wrote over the journal")
	}
	add(t, j, entry("2", "s", "o"))
	if got := add(t, open(t, file), entry("3", "s", "o")); got != 2 {
		t.Errorf("the copy goes on with %d, want 2", got)
	}
}

func TestSecrets(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		check := func(want string) {
			t.Helper()
			got, ok, err := j.Secret(t.Context(), "cert")
			if string(got) != want || ok != (want != "") || err != nil {
				t.Errorf("got %q, %v, %v; want %q", got, ok, err, want)
			}
		}
		check("")
		for _, value := range []string{"one", "two"} {
			must(t, j.PutSecret(t.Context(), "cert", []byte(value)))
			check(value)
		}
		must(t, j.DeleteSecret(t.Context(), "cert"))
		check("")
	})
}
