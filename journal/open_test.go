package journal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	garbage, newer := filepath.Join(dir, "garbage.db"), filepath.Join(dir, "newer.db")
	must(t, os.WriteFile(garbage, []byte(strings.Repeat("no database ", 1000)), 0o600))
	ahead(t, newer, 2)
	cut, scratched := damaged(t, func(data []byte) []byte { return data[:5000] }), damaged(t, func(data []byte) []byte {
		copy(data[20_000:], bytes.Repeat([]byte("scratch"), 5000))
		return data
	})
	for _, c := range []struct{ name, path, want string }{
		{"another database", "mysql://u:secret@host/x", `open journal "mysql": give a file's path`},
		{"nothing", "", "give a file's path"},
		{"a directory", dir, "this is a folder: write a file in it, DATABASE_URL='"},
		{"no such folder", filepath.Join(dir, "none", "x.db"), "/none does not exist: make it, or correct DATABASE_URL"},
		{"garbage", garbage, "not a SQLite file"},
		{"cut off", cut, "the file is damaged"},
		{"scratched", scratched, "the file is damaged"},
		{"a newer version", newer, "written by a newer polarbell"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.path)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\t") ||
				strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v; want one line with %q", err, c.want)
			}
		})
	}
}

// TestOpenPostgresThatIsNotThere needs no server.
func TestOpenPostgresThatIsNotThere(t *testing.T) {
	for _, c := range []struct{ name, url, want string }{
		{
			"down", "postgres://u:secret@localhost:1/x",
			"open journal postgres://localhost/x: cannot connect (connection refused): start Postgres, or correct host and port in DATABASE_URL",
		},
		{
			"no such host", "postgres://u:secret@db.invalid/x",
			"open journal postgres://db.invalid/x: no address is known for db.invalid (no such host): correct the host in DATABASE_URL",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Open(t.Context(), c.url); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestOpenLeavesAnotherFileAlone: a mistyped path may lead to anything.
func TestOpenLeavesAnotherFileAlone(t *testing.T) {
	for _, text := range []string{"These are my notes, and not a database.\n", "short"} {
		path := filepath.Join(t.TempDir(), "notes.txt")
		must(t, os.WriteFile(path, []byte(text), 0o600))
		if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "not a SQLite file") {
			t.Errorf("%q: got %v, want that it is not a SQLite file", text, err)
		}
		beside, err := filepath.Glob(path + "*")
		must(t, err)
		if got, err := os.ReadFile(path); err != nil || string(got) != text || len(beside) != 1 {
			t.Errorf("%q is %q afterwards, %v, beside it are %q; want it untouched and alone", text, got, err, beside)
		}
	}
}

func damaged(t *testing.T, damage func([]byte) []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "damaged.db")
	j := open(t, path)
	for i := range 10 {
		add(t, j, entry(fmt.Sprint(i), "s", "o"))
	}
	must(t, j.Close())
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, damage(data), 0o600))
	return path
}

// ahead makes a journal as a release would that knows n migrations more.
func ahead(t *testing.T, path string, n int) {
	t.Helper()
	j := open(t, path)
	err := j.write(t.Context(), false, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied)
			SELECT MAX(version_id) + $1, 1 FROM goose_db_version`, n)
	})
	must(t, err)
	must(t, j.Close())
}

func TestOpenAcceptsTheNextRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "next.db")
	ahead(t, path, 1)
	add(t, open(t, path), entry("1", "s", "o"))
}

func TestFileBelongsToItsOwner(t *testing.T) {
	for _, c := range []struct{ name, link string }{
		{"as it is called", ""},
		{"through a link", "link.db"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a b?c#d%.db")
			called := path
			if c.link != "" {
				called = filepath.Join(t.TempDir(), c.link)
				must(t, os.WriteFile(path, nil, 0o600))
				must(t, os.Symlink(path, called))
			}
			j := open(t, "sqlite:"+called)
			add(t, j, entry("1", "s", "o"))
			names, err := filepath.Glob(filepath.Dir(path) + "/*")
			must(t, err)
			if !slices.Contains(names, path) || !slices.Contains(names, path+"-wal") {
				t.Errorf("files are %q, want %q and its log among them", names, path)
			}
			for _, name := range names {
				info, err := os.Stat(name)
				must(t, err)
				if info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v, want 0600", name, info.Mode().Perm())
				}
			}
			if beside, _ := filepath.Glob(filepath.Dir(called) + "/link.db-*"); len(beside) > 0 {
				t.Errorf("beside the link: %q, want nothing", beside)
			}
		})
	}
}

func TestReopened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "polarbell.db")
	j := open(t, path)
	add(t, j, entry("1", "s", "o"))
	must(t, j.Close())
	j = open(t, path)
	if got := add(t, j, entry("2", "s", "o")); got != 2 {
		t.Errorf("next number is %d, want 2", got)
	}
}
