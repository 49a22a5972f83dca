package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
)

// startPostgres makes and starts a server on a Unix socket, as it comes out of
// initdb, and returns its URL; "" where Postgres is not installed.
func (b *bench) startPostgres(ctx context.Context) (address string, stop func(), err error) {
	for _, name := range []string{"initdb", "pg_ctl"} {
		if _, err := exec.LookPath(name); err != nil {
			fmt.Fprintln(os.Stderr, "        left out:", err)
			return "", nil, nil
		}
	}
	folder := filepath.Join(b.dir, "postgres")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", nil, err
	}
	if os.Getuid() == 0 {
		if err := giveAway(folder); err != nil {
			return "", nil, err
		}
	}
	data := filepath.Join(folder, "data")
	if err := asNobody(ctx, "initdb", "-D", data, "-U", "polarbell", "-A", "trust", "-E", "UTF8", "--no-locale"); err != nil {
		return "", nil, err
	}
	if err := asNobody(ctx, "pg_ctl", "-D", data, "-w", "-l", filepath.Join(folder, "log"),
		"-o", "-k "+folder+" -c listen_addresses=", "start"); err != nil {
		return "", nil, err
	}
	u := url.URL{
		Scheme: "postgres", User: url.User("polarbell"), Path: "/postgres",
		RawQuery: url.Values{"host": {folder}}.Encode(),
	}
	return u.String(), func() {
		_ = asNobody(context.Background(), "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
	}, nil
}

func giveAway(folder string) error {
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return os.Chown(folder, uid, gid)
}

// asNobody runs a command as somebody else when this is root, whom Postgres
// refuses. What it says goes to a file: the server would keep a pipe open.
func asNobody(ctx context.Context, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	command := append([]string{path}, args...)
	if os.Getuid() == 0 {
		command = append([]string{"runuser", "-u", "nobody", "--"}, command...)
	}
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Dir = "/"
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
