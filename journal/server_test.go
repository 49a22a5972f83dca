//go:build unix

package journal

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
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

	pools sync.Map // of our own connections, by URL
	kept  sync.Map // journals that a test has left open, by URL

	mu   sync.Mutex
	made []string // databases
	free []string // URLs of databases that no test uses
}

var testServer server

func TestMain(m *testing.M) {
	if path := os.Getenv("JOURNAL_TEST_CRASH"); path != "" {
		crash(path)
	}
	if path := os.Getenv("JOURNAL_TEST_SYNC"); path != "" {
		acknowledge(path)
	}
	flag.Parse()
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
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses="}
	if flag.Lookup("test.bench").Value.String() == "" {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=8MB") // no test pulls its plug
	}
	s.cmd = s.command("postgres", args...)
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

func (s *server) ping() error { return execute(s.url, "SELECT 1") }

// stop ends the server at once, as an administrator's restart would.
func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGINT)
	s.cmd.Wait()
}

func (s *server) remove() {
	if s.dir != "" {
		s.stop()
		os.RemoveAll(s.dir)
		return
	}
	for _, name := range s.made {
		execute(s.url, "DROP DATABASE "+name+" WITH (FORCE)")
	}
}

// execute runs statements on a connection that it keeps: each new one costs the
// server a process.
func execute(at, query string) error {
	db, err := sql.Open("pgx", at)
	if err != nil {
		return err
	}
	if kept, ok := testServer.pools.LoadOrStore(at, db); ok {
		db.Close()
		db = kept.(*sql.DB)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err = db.ExecContext(ctx, query)
	return err
}

// databaseURL returns a database with empty tables for one test. Emptying one
// that an earlier test has used is a lot faster than making one.
func databaseURL(t testing.TB) string {
	t.Helper()
	needServer(t)
	at := testServer.take()
	if at == "" {
		at = newDatabase(t)
		j, err := Open(context.Background(), at)
		must(t, err)
		must(t, j.Close())
	}
	t.Cleanup(func() {
		var clear string
		for _, table := range []string{
			"entries", "destinations", "messages", "replays", "dead_letters", "cards", "again", "refused", "secrets",
		} {
			clear += "DELETE FROM polarbell." + table + ";"
		}
		if err := execute(at, clear+`UPDATE polarbell.head SET last = 0, probed = 0;
			UPDATE polarbell.lease SET holder = '', term = 0, until = 0`); err != nil {
			t.Error(err)
			return
		}
		testServer.give(at)
	})
	return at
}

// onServer returns a journal with empty tables, which the test before has left
// open: for Postgres opening one costs more than most tests do.
func onServer(t testing.TB) *Journal {
	t.Helper()
	at := databaseURL(t)
	kept, isKept := testServer.kept.LoadAndDelete(at)
	if !isKept {
		j, err := Open(context.Background(), at)
		must(t, err)
		kept = j
	}
	j := kept.(*Journal)
	t.Cleanup(func() {
		if _, err := j.Head(context.Background()); err != nil { // the test has closed it
			j.Close()
			return
		}
		if l := j.lease.Swap(nil); l != nil {
			l.Release()
		}
		j.prunedTo.Store(0)
		testServer.kept.Store(at, j)
	})
	return j
}

func (s *server) take() (at string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		at, s.free = s.free[n-1], s.free[:n-1]
	}
	return at
}

func (s *server) give(at string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, at)
}

// bareDatabaseURL returns a new database without any tables.
func bareDatabaseURL(t testing.TB) string {
	t.Helper()
	needServer(t)
	return newDatabase(t)
}

func needServer(t testing.TB) {
	t.Helper()
	if testServer.missing == "" {
		return
	}
	if strings.Contains(os.Getenv("POLARBELL_TEST_REQUIRE"), "postgres") {
		t.Fatal(testServer.missing)
	}
	t.Skip(testServer.missing)
}

// newDatabase makes a database that lasts until the server is removed.
func newDatabase(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("polarbell_%d_%d", os.Getpid(), time.Now().UnixNano())
	must(t, execute(testServer.url, "CREATE DATABASE "+name))
	testServer.mu.Lock()
	testServer.made = append(testServer.made, name)
	testServer.mu.Unlock()
	u, err := url.Parse(testServer.url)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}
