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
// bridge. It does not create a file: in the wrong folder an empty journal would
// look like a bridge without deliveries.
func openJournal(ctx context.Context) (config.Config, *journal.Journal, error) {
	c, err := config.LoadForJournal()
	if err != nil {
		return c, nil, usageError{err}
	}
	file := strings.TrimPrefix(string(c.DatabaseURL), "sqlite:")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && !strings.Contains(file, "://") {
		return c, nil, fmt.Errorf("there is no journal at %s: the bridge makes it when it first starts; if it has started, "+
			"run this in its folder, or set its DATABASE_URL", file)
	}
	j, err := journal.Open(ctx, string(c.DatabaseURL))
	return c, j, err
}
