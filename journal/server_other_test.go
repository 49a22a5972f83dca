//go:build !unix

package journal

import "testing"

func databaseURL(t testing.TB) string {
	t.Skip("the temporary Postgres needs a Unix system")
	return ""
}

func onServer(t testing.TB) *Journal { return open(t, databaseURL(t)) }

func bareDatabaseURL(t testing.TB) string { return databaseURL(t) }
