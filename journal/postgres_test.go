//go:build unix

package journal

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is the Postgres that this run tests against.
type server struct {
	url     string // of its maintenance database
	missing string // why there is none
	dir     string // of a server of our own
	cmd     *exec.Cmd
}

var testServer server

func TestMain(m *testing.M) {
	if path := os.Getenv("JOURNAL_TEST_CRASH"); path != "" {
		crash(path)
	}
	if path := os.Getenv("JOURNAL_TEST_SYNC"); path != "" {
		acknowledge(path)
	}
	testServer.find()
	code := m.Run()
	testServer.remove()
	os.Exit(code)
}

func (s *server) find() {
	if s.url = os.Getenv("TEST_DATABASE_URL"); s.url != "" {
		return
	}
	for _, name := range []string{"postgres", "initdb"} {
		if _, err := exec.LookPath(name); err != nil {
			s.missing = "no Postgres: install postgres and initdb, or set TEST_DATABASE_URL"
			return
		}
	}
	if err := s.make(); err != nil {
		fmt.Fprintln(os.Stderr, "temporary Postgres:", err)
		os.Exit(1)
	}
}

// make starts a server in a folder of its own, on a Unix socket only.
func (s *server) make() (err error) {
	if s.dir, err = os.MkdirTemp("/tmp", "polarbell"); err != nil {
		return err
	}
	if nobody := asNobody(); nobody != nil {
		if err := os.Chown(s.dir, int(nobody.Uid), int(nobody.Gid)); err != nil {
			return err
		}
	}
	init := s.command("initdb", "-D", s.data(), "-U", "polarbell", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	s.url = (&url.URL{
		Scheme: "postgres", User: url.User("polarbell"), Path: "/postgres",
		RawQuery: url.Values{"host": {s.dir}}.Encode(),
	}).String()
	return s.start()
}

func (s *server) data() string { return filepath.Join(s.dir, "data") }

// command runs as somebody else when this is root: Postgres refuses root.
func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	if nobody := asNobody(); nobody != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody}
	}
	return cmd
}

func asNobody() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return nil
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (s *server) start() error {
	s.cmd = s.command("postgres", "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=")
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 200 {
		if err := s.ping(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return s.ping()
}

func (s *server) ping() error { return s.exec("SELECT 1") }

// stop ends the server at once, as an administrator's restart would.
func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGINT)
	s.cmd.Wait()
}

func (s *server) remove() {
	if s.dir != "" {
		s.stop()
		os.RemoveAll(s.dir)
	}
}

func (s *server) exec(query string) error {
	db, err := sql.Open("pgx", s.url)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err = db.ExecContext(ctx, query)
	return err
}

// databaseURL returns a new database, dropped after the test.
func databaseURL(t testing.TB) string {
	t.Helper()
	if testServer.missing != "" {
		if strings.Contains(os.Getenv("POLARBELL_TEST_REQUIRE"), "postgres") {
			t.Fatal(testServer.missing)
		}
		t.Skip(testServer.missing)
	}
	name := fmt.Sprintf("polarbell_%d_%d", os.Getpid(), time.Now().UnixNano())
	must(t, testServer.exec("CREATE DATABASE "+name))
	t.Cleanup(func() { testServer.exec("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(testServer.url)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}

func TestOpenPostgresSaysWhatIsWrong(t *testing.T) {
	at := databaseURL(t)
	for _, c := range []struct{ name, url, want string }{
		{"a pooler's parameter", at + "&pgbouncer=true", `"pgbouncer": remove it from the URL`},
		{"no such database", strings.Replace(at, "/polarbell_", "/other_", 1), "does not exist"},
		{"nobody there", "postgres://u:secret@127.0.0.1:1/x", "connect"},
		{"no URL", "postgres://u:secret@host:port/x", "port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.url)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\t") ||
				strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v; want one line with %s", err, c.want)
			}
		})
	}
}

func TestPostgresRestarts(t *testing.T) {
	if testServer.dir == "" {
		t.Skip("no Postgres of our own to restart")
	}
	j := open(t, databaseURL(t))
	must(t, j.Join(t.Context(), "sales"))
	add(t, j, entry("1", "s", "o"))
	settle(t, j, Settlement{Destination: "sales", Cursor: 1, Posted: []Slot{slot("m", 0, "s", 1)}})
	testServer.stop()
	if _, _, err := j.Append(t.Context(), entry("2", "s", "o")); err == nil {
		t.Error("appended without a server")
	}
	must(t, testServer.start())
	if got := add(t, j, entry("2", "s", "o")); got != 2 {
		t.Errorf("number %d after the restart, want 2", got)
	}
	if p, err := j.Place(t.Context(), "sales"); err != nil || p.Cursor != 1 {
		t.Errorf("cursor %d, %v; want 1", p.Cursor, err)
	}
	if slots, err := j.Message(t.Context(), "sales", "m"); err != nil || len(slots) != 1 {
		t.Errorf("slots %v, %v; want one", slots, err)
	}
}

// TestNumbersAppearInOrder holds a transaction of one replica open: what
// another one appends meanwhile has to wait, or a reader that sees it would
// step over the number still to appear.
func TestNumbersAppearInOrder(t *testing.T) {
	at := databaseURL(t)
	slow, fast := open(t, at), open(t, at)
	held, let := make(chan struct{}), make(chan struct{})
	batch := []*job{
		{ctx: t.Context(), entry: &Entry{ID: "slow", Body: []byte{}}, done: make(chan error, 1)},
		{ctx: t.Context(), done: make(chan error, 1), run: func(context.Context, *session) error {
			close(held)
			<-let
			return nil
		}},
	}
	go slow.writer.settle(batch)
	<-held
	appended := make(chan Seq)
	go func() {
		seq, _, _ := fast.Append(t.Context(), entry("fast", "s", "o"))
		appended <- seq
	}()
	select {
	case seq := <-appended:
		t.Fatalf("appended as %d beside an open transaction", seq)
	case <-time.After(200 * time.Millisecond):
	}
	close(let)
	if seq := <-appended; seq != 2 {
		t.Errorf("got number %d, want 2", seq)
	}
}

// TestEmptyTablesPlanIsNotKept appends to tables that begin empty, as a burst on
// a new database does: no append may read all that came before it.
func TestEmptyTablesPlanIsNotKept(t *testing.T) {
	at := databaseURL(t)
	j := open(t, at)
	const n = 300
	for i := range n {
		add(t, j, entry(fmt.Sprint("msg_", i), "s", "o"))
	}
	must(t, j.Close()) // its sessions report what they did as they end
	db, err := sql.Open("pgx", at)
	must(t, err)
	defer db.Close()
	for read, found := 0, 0; found < n; {
		must(t, db.QueryRow(`SELECT seq_tup_read, idx_scan FROM pg_stat_user_tables
			WHERE schemaname = 'polarbell' AND relname = 'entries'`).Scan(&read, &found))
		if read > n {
			t.Fatalf("%d appends read %d rows", n, read)
		}
	}
}
