package journal

import (
	"context"
	"errors"
	"strings"
)

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func (j *Journal) openPostgres(ctx context.Context, url string) error {
	return errors.New("open journal: no Postgres yet")
}
