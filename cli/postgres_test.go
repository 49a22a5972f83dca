//go:build unix

package cli_test

import (
	"context"
	"database/sql"
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

	_ "github.com/jackc/pgx/v5/stdlib"
)

// postgres is a temporary server on a Unix socket in a folder of its own.
type postgres struct {
	t      *testing.T
	bin    string
	folder string
	server *exec.Cmd
}

// newPostgres starts a server. A machine that has none skips the test, unless
// POLARBELL_TEST_REQUIRE names postgres.
func newPostgres(t *testing.T) *postgres {
	t.Helper()
	p := &postgres{t: t, bin: postgresFolder()}
	if p.bin == "" {
		if strings.Contains(os.Getenv("POLARBELL_TEST_REQUIRE"), "postgres") {
			t.Fatal("no Postgres, though POLARBELL_TEST_REQUIRE asks for it: install postgres and initdb")
		}
		t.Skip("no Postgres: install postgres and initdb")
	}
	var err error
	if p.folder, err = os.MkdirTemp("/tmp", "polarbell"); err != nil { // a socket's path must be short
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(p.folder) })
	if nobody := unprivileged(); nobody != nil {
		if err := os.Chown(p.folder, int(nobody.Uid), int(nobody.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	init := p.command("initdb", "-D", p.data(), "-U", "polarbell", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	p.start()
	t.Cleanup(p.stop)
	return p
}

// postgresFolder is where postgres and initdb are, "" where they are not.
// Debian keeps them off the PATH.
func postgresFolder() string {
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, filepath.Dir(path))
	}
	for i := len(candidates) - 1; i >= 0; i-- {
		_, initdb := os.Stat(filepath.Join(candidates[i], "initdb"))
		_, server := os.Stat(filepath.Join(candidates[i], "postgres"))
		if initdb == nil && server == nil {
			return candidates[i]
		}
	}
	return ""
}

func (p *postgres) data() string { return filepath.Join(p.folder, "data") }

// url is the database as DATABASE_URL names it.
func (p *postgres) url() string {
	return "postgres://polarbell@/postgres?" + url.Values{"host": {p.folder}}.Encode()
}

// command runs as somebody else when this is root, whom Postgres refuses.
func (p *postgres) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir = p.folder
	if nobody := unprivileged(); nobody != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody}
	}
	return cmd
}

func unprivileged() *syscall.Credential {
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

func (p *postgres) start() {
	p.t.Helper()
	p.server = p.command("postgres", "-D", p.data(), "-k", p.folder, "-c", "listen_addresses=")
	if err := p.server.Start(); err != nil {
		p.t.Fatal(err)
	}
	var err error
	for range 400 {
		if err = p.ping(); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("Postgres does not answer: %v", err)
}

func (p *postgres) ping() error {
	db, err := sql.Open("pgx", p.url())
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return db.PingContext(ctx)
}

// stop ends the server at once, as an administrator's restart does.
func (p *postgres) stop() {
	p.server.Process.Signal(syscall.SIGINT)
	p.server.Wait()
}
