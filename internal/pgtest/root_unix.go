//go:build unix

package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// nobody is the user that Postgres runs as if this is root, else nil.
func nobody() *syscall.Credential {
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

func dropRoot(c *exec.Cmd) {
	if n := nobody(); n != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: n}
	}
}

// giveAway makes the folder that user's.
func giveAway(folder string) error {
	if n := nobody(); n != nil {
		return os.Chown(folder, int(n.Uid), int(n.Gid))
	}
	return nil
}
