// Package pgtest starts a temporary Postgres for tests and measurements: on a
// Unix socket only, in a folder of its own. No part of the bridge imports it.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// ErrMissing says that this machine has no Postgres to start.
var ErrMissing = errors.New("no Postgres: install postgres and initdb")

// Server is a running Postgres.
type Server struct {
	URL string // of its database "postgres"

	programs string
	settings []string
	folder   string // "": somebody else started the server
	process  *exec.Cmd

	mu        sync.Mutex // of what follows
	databases []string   // that Create made
	pools     map[string]*sql.DB
}

// Start makes a database cluster in a new folder below parent, as initdb makes
// it, and starts a server on it, with settings such as "fsync=off". The folder
// also holds the socket, whose path must not be longer than some 100 characters.
func Start(parent string, settings ...string) (*Server, error) {
	s := &Server{programs: programs(), settings: settings, pools: map[string]*sql.DB{}}
	if s.programs == "" {
		return nil, ErrMissing
	}
	var err error
	if s.folder, err = os.MkdirTemp(parent, "polarbell"); err != nil {
		return nil, err
	}
	s.URL = "postgres://polarbell@/postgres?" + url.Values{"host": {s.folder}}.Encode()
	if err = s.initialize(); err == nil {
		err = s.Restart()
	}
	if err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

// At is a server that somebody else started.
func At(url string) *Server { return &Server{URL: url, pools: map[string]*sql.DB{}} }

// Skip ends a test that ErrMissing keeps from running, and fails it where
// POLARBELL_TEST_REQUIRE names postgres. Any other error fails the test.
func Skip(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing) && !strings.Contains(os.Getenv("POLARBELL_TEST_REQUIRE"), "postgres"):
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// programs is the folder of postgres and initdb, "" if there is none. Debian
// does not put them into PATH.
func programs() string {
	if runtime.GOOS == "windows" {
		return ""
	}
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, filepath.Dir(path))
	}
	for i := len(candidates) - 1; i >= 0; i-- {
		_, initdb := os.Stat(filepath.Join(candidates[i], "initdb"))
		_, postgres := os.Stat(filepath.Join(candidates[i], "postgres"))
		if initdb == nil && postgres == nil {
			return candidates[i]
		}
	}
	return ""
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) initialize() error {
	if err := giveAway(s.folder); err != nil {
		return err
	}
	out, err := s.command("initdb", "-D", s.data(), "-U", "polarbell", "-A", "trust", "-E", "UTF8", "--no-locale", "-N").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// command runs as another user if this is root, whom Postgres refuses.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.programs, name), args...)
	c.Dir = s.folder
	dropRoot(c)
	return c
}

// Restart starts the server again after Stop, and returns once it answers.
func (s *Server) Restart() error {
	log, err := os.Create(filepath.Join(s.folder, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", s.data(), "-k", s.folder, "-c", "listen_addresses="}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	p := s.command("postgres", args...)
	p.Stderr = log
	if err := p.Start(); err != nil {
		return err
	}
	s.process = p
	const patience, pause = 20 * time.Second, 50 * time.Millisecond
	for begin := time.Now(); ; time.Sleep(pause) {
		err := s.Exec(s.URL, "SELECT 1")
		if err == nil {
			return nil
		}
		if time.Since(begin) > patience {
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("postgres does not answer: %w\n%s", err, text)
		}
	}
}

// Create makes a database, which lasts as long as the server, and returns its
// URL.
func (s *Server) Create(database string) (string, error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		return "", err
	}
	if err := s.Exec(s.URL, "CREATE DATABASE "+database); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.databases = append(s.databases, database)
	u.Path = "/" + database
	return u.String(), nil
}

// Exec runs statements on one of the databases. It keeps the connection, since
// each new one costs the server a process.
func (s *Server) Exec(database, statements string) error {
	db, err := s.pool(database)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err = db.ExecContext(ctx, statements)
	return err
}

func (s *Server) pool(database string) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pools[database] == nil {
		db, err := sql.Open("pgx", database)
		if err != nil {
			return nil, err
		}
		s.pools[database] = db
	}
	return s.pools[database], nil
}

// Stop ends the server at once, as an administrator's restart does.
func (s *Server) Stop() {
	if s.process != nil {
		_ = s.process.Process.Signal(os.Interrupt)
		_ = s.process.Wait()
		s.process = nil
	}
}

// Remove stops the server and removes its folder. Of a server that somebody
// else started it removes the databases that Create made.
func (s *Server) Remove() {
	if s.folder == "" {
		for _, database := range s.databases {
			_ = s.Exec(s.URL, "DROP DATABASE "+database+" WITH (FORCE)")
		}
	}
	for _, db := range s.pools {
		_ = db.Close()
	}
	s.Stop()
	_ = os.RemoveAll(s.folder)
}
