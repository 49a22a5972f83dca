//go:build !linux

package journaltest

func free(string) uint64 { return 0 }
