package journaltest

import "syscall"

// free is how many bytes a file system has room for; 0: it cannot be used.
func free(path string) uint64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0
	}
	return s.Bavail * uint64(s.Bsize)
}
