package cli

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"polarbell/config"
	"polarbell/journal"
)

// refusals returns, a line each, what would keep the bridge from starting
// although its settings are right: the journal and the addresses.
func refusals(ctx context.Context, c config.Config) (lines []string) {
	for _, err := range append(listenErrors(ctx, c), journalError(ctx, string(c.DatabaseURL))) {
		if err != nil {
			lines = append(lines, err.Error())
		}
	}
	return lines
}

// journalError opens a journal and writes to it. It does not create a file: a
// journal that the wrong user has made would keep the bridge out.
func journalError(ctx context.Context, url string) error {
	path := strings.TrimPrefix(url, "sqlite:")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !strings.Contains(path, "://") {
		return folderError(path)
	}
	j, err := journal.Open(ctx, url)
	if err != nil {
		return err
	}
	defer j.Close()
	return j.Writable(ctx)
}

// folderError proves with a file that a journal could be created.
func folderError(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".polarbell-check-*")
	if err != nil {
		return journal.CannotOpen(path, err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// listenErrors tries the addresses, unless a bridge has them already.
func listenErrors(ctx context.Context, c config.Config) (errs []error) {
	if health(ctx, c) == nil {
		return nil
	}
	try := func(variable, address string) {
		listener, err := net.Listen("tcp", address)
		switch {
		case err == nil:
			listener.Close()
		case c.TLSDomain != "" && errors.Is(err, syscall.EADDRINUSE):
			// Perhaps a bridge that has no certificate yet and so does not answer.
		default:
			errs = append(errs, portError(variable, address, err))
		}
	}
	if c.TLSDomain != "" {
		host, _, _ := net.SplitHostPort(c.Listen)
		try("TLS_DOMAIN", net.JoinHostPort(host, challengePort))
		try("TLS_DOMAIN", c.Listen)
	} else {
		try("LISTEN_ADDR", c.Listen)
	}
	if c.AdminAddr != "" {
		try("ADMIN_ADDR", c.AdminAddr)
	}
	return errs
}
