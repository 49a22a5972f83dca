package cli

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"polarbell/config"
	"polarbell/journal"
)

// refusals returns, a line each, what would keep the bridge from starting
// although its settings are right: the journal and the addresses.
func refusals(ctx context.Context, c config.Config) (lines []string) {
	runs, journalFault := tryJournal(ctx, string(c.DatabaseURL))
	faults := append(listenErrors(ctx, c, runs || journalFault != nil), journalFault, unitCannotOpen(string(c.DatabaseURL)))
	for _, err := range faults {
		if err != nil {
			lines = append(lines, err.Error())
		}
	}
	return lines
}

// tryJournal opens a journal, writes to it, and reports whether a bridge runs
// with it. It does not create a file: a journal that the wrong user has made
// would keep the bridge out.
func tryJournal(ctx context.Context, url string) (runs bool, err error) {
	path := strings.TrimPrefix(url, "sqlite:")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !strings.Contains(path, "://") {
		if isStateFolder(path) {
			return false, nil
		}
		return false, folderError(path)
	}
	j, err := journal.Open(ctx, url)
	if err != nil {
		return false, err
	}
	defer j.Close()
	if err := j.Writable(ctx); err != nil {
		return false, err
	}
	return j.IsDelivering(ctx)
}

// stateFolder is where the systemd unit has the journal. It makes the folder at
// its first start.
var stateFolder = filepath.Dir(config.UnitJournal)

// isStateFolder reports whether a journal is to be in the unit's folder, which
// does not exist yet.
func isStateFolder(path string) bool {
	_, err := os.Stat(stateFolder)
	return filepath.Dir(path) == stateFolder && errors.Is(err, fs.ErrNotExist)
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

// listenErrors tries the addresses. Those of the bridge that runs with this
// journal are its own.
func listenErrors(ctx context.Context, c config.Config, runs bool) (errs []error) {
	isOwn := func(address string) bool { return runs && isBridge(ctx, address) }
	try := func(variable, address string) {
		if isOwn(address) {
			return
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			errs = append(errs, portError(ctx, variable, address, err))
			return
		}
		listener.Close()
	}
	if c.TLSDomain == "" {
		try("LISTEN_ADDR", c.Listen)
	} else {
		host, _, _ := net.SplitHostPort(c.Listen)
		challenges := net.JoinHostPort(host, challengePort)
		try("TLS_DOMAIN", challenges)
		if !isOwn(challenges) { // without a certificate only the challenges' port answers
			try("TLS_DOMAIN", c.Listen)
		}
	}
	if c.AdminAddr != "" {
		try("ADMIN_ADDR", c.AdminAddr)
	}
	return errs
}
