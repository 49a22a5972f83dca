//go:build unix

package journal

import (
	"errors"
	"os"
	"syscall"
)

// lockFile says whether it got the lock, which ends with the file's closing
// and so with the process.
func lockFile(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}
