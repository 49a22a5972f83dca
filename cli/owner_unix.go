//go:build unix

package cli

import (
	"os"
	"syscall"
)

// ownerOf is the user to whom a file belongs; false if there is no such file.
func ownerOf(path string) (uid uint32, exists bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	stat, isUnix := info.Sys().(*syscall.Stat_t)
	if !isUnix {
		return 0, false
	}
	return stat.Uid, true
}
