package cli

import (
	"fmt"
	"path/filepath"
	"strings"
)

// unitCannotOpen is the error of a journal in the systemd unit's folder that the
// unit's user cannot open, since root has made it, or restored a backup to it. To
// root itself nothing is wrong with it.
func unitCannotOpen(url string) error {
	path := strings.TrimPrefix(url, "sqlite:")
	if filepath.Dir(path) != stateFolder {
		return nil
	}
	return foreignFile(path)
}

// foreignFile is the error of a file of a journal that belongs to another user
// than its folder. A folder of root's counts for nothing: systemd hands it over
// with all that is in it.
func foreignFile(path string) error {
	folder := filepath.Dir(path)
	user, exists := ownerOf(folder)
	if !exists || user == 0 {
		return nil
	}
	for _, file := range []string{path, path + "-wal", path + "-shm", path + "-lock"} {
		if owner, exists := ownerOf(file); exists && owner != user {
			return fmt.Errorf("open journal %s: the systemd unit's user cannot open %s, which belongs to another one: chown --reference=%s %s*",
				path, filepath.Base(file), folder, path)
		}
	}
	return nil
}
