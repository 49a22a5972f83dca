package cli

import (
	"context"
	"fmt"
)

type backupCommand struct {
	File string `arg:"" help:"The copy's path; it must not exist."`
}

// Run copies the journal while the bridge runs.
func (b backupCommand) Run(ctx context.Context, s Streams) error {
	_, j, err := openJournal(ctx)
	if err != nil {
		return err
	}
	defer j.Close()
	if err := j.Backup(ctx, b.File); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Out, "copied to", b.File)
	return err
}
