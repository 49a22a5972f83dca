package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"polarbell/config"
	"polarbell/journal"
)

// openJournal opens the configured journal for a command that runs beside the
// bridge. It needs no webhook secret, and makes no file: in the wrong folder
// there is nothing to tell.
func openJournal(ctx context.Context) (config.Config, *journal.Journal, error) {
	c, err := config.LoadForJournal()
	if err != nil {
		return c, nil, usageError{err}
	}
	file := strings.TrimPrefix(c.DatabaseURL, "sqlite:")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && !strings.Contains(file, "://") {
		return c, nil, fmt.Errorf("there is no journal at %s: call this in the bridge's folder, or set its DATABASE_URL", file)
	}
	j, err := journal.Open(ctx, c.DatabaseURL)
	return c, j, err
}
