package journal

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

var errNewer = errors.New("written by a newer polarbell: use that release, or an empty database")

// migrate brings the tables up to date, each migration in a transaction of its
// own. Two processes that start at once may both try: the later one fails, and
// finds everything done when it tries again.
func migrate(ctx context.Context, db *sql.DB, d *dialect) error {
	files, err := fs.Sub(migrations, d.migrations)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d.goose, db, files, goose.WithTableName(d.versions))
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		err := d.schema(ctx, db)
		if err == nil {
			err = up(ctx, p)
		}
		if err == nil || errors.Is(err, errNewer) || try == 2 {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// up accepts tables that are one migration ahead. A release brings at most one
// migration, and the release before can work with it: that makes going back, and
// replacing replicas one by one, possible.
func up(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target+1 {
		return fmt.Errorf("%w (its tables have version %d, this release knows %d)", errNewer, current, target)
	}
	if current >= target {
		return nil
	}
	_, err = p.Up(ctx)
	return err
}
