package config

import "testing"

// SetFallback has the settings of the systemd unit elsewhere during a test.
func SetFallback(t *testing.T, path string) {
	before := fallback
	fallback = path
	t.Cleanup(func() { fallback = before })
}
