package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a consistent copy of a SQLite journal while it is in use. It
// refuses to overwrite, and only the owner can read the copy.
func (j *Journal) Backup(ctx context.Context, file string) (err error) {
	if j.d != sqlite {
		return errors.New("the journal is in Postgres: back it up with pg_dump --schema=polarbell")
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("backup: %s exists already, and is not overwritten; give another name", file)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("backup: the folder %s does not exist; make it first, or name another one", filepath.Dir(file))
	case err != nil:
		return fmt.Errorf("backup: %w; name a file in another folder", err)
	}
	defer f.Close()
	if err = j.copyTo(ctx, file); err == nil {
		err = f.Sync()
	}
	if err != nil {
		os.Remove(file)
		return fmt.Errorf("backup %s: %w", file, readable(err))
	}
	return nil
}

func (j *Journal) copyTo(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite3", source(j.file)) // the readers' connections cannot write
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return err
}
