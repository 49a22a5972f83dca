package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"polarbell/cli"
)

// A journal of root's in the folder of the unit's user keeps the bridge from
// starting, although root itself can open it.
func TestForeignFile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	const root, unit = 0, 61234
	for _, tt := range []struct {
		name    string
		folder  int
		files   map[string]int // by suffix: whose it is
		foreign string         // the file that is named; "": none
	}{
		{"the unit's", unit, map[string]int{"": unit, "-wal": unit, "-shm": unit, "-lock": unit}, ""},
		{"none yet", unit, nil, ""},
		{"root's in root's folder", root, map[string]int{"": root}, ""},
		{"root's", unit, map[string]int{"": root}, "polarbell.db"},
		{"a log of root's", unit, map[string]int{"": unit, "-wal": root}, "polarbell.db-wal"},
		{"a lock of root's", unit, map[string]int{"": unit, "-lock": root}, "polarbell.db-lock"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "polarbell.db")
			for suffix, owner := range tt.files {
				if err := os.WriteFile(path+suffix, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chown(path+suffix, owner, -1); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chown(folder, tt.folder, -1); err != nil {
				t.Fatal(err)
			}
			want := "<nil>"
			if tt.foreign != "" {
				want = fmt.Sprintf("open journal %s: the systemd unit's user cannot open %s, which belongs to another one: chown --reference=%s %[1]s*",
					path, tt.foreign, folder)
			}
			if got := fmt.Sprint(cli.ForeignFile(path)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
