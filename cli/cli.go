// Package cli holds polarbell's commands and wires the parts together.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// release names the build.
type release string

// Exit codes, as the contract has them.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // an unknown command or flag, a bad configuration
)

// usageError is a mistake in how polarbell was called or configured.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// commands is what `polarbell --help` shows.
type commands struct {
	Serve   serveCommand     `cmd:"" default:"1" help:"Run the bridge: take Polar's webhooks, post to Slack and Discord."`
	Demo    demoCommand      `cmd:"" help:"Show the bridge at work on local stand-ins: no account, no network, no configuration."`
	Check   checkCommand     `cmd:"" help:"Read the configuration and ask each destination whether it can be reached."`
	Preview previewCommand   `cmd:"" help:"Print what a destination would get for an event."`
	Send    sendCommand      `cmd:"" help:"Sign a delivery and post it to a running bridge."`
	Status  statusCommand    `cmd:"" help:"Show each destination's state, from the journal."`
	Replay  replayCommand    `cmd:"" help:"Show deliveries of the journal again, as new cards."`
	Health  healthCommand    `cmd:"" help:"Ask the bridge on this machine whether it lives, as a container's health check."`
	Backup  backupCommand    `cmd:"" help:"Copy a SQLite journal while the bridge runs."`
	Forget  forgetCommand    `cmd:"" help:"Remove a person from the journal, and our messages about them."`
	Version kong.VersionFlag `help:"Print the version and exit."`
}

// Run runs one command until it ends or ctx does, and returns the exit code.
func Run(ctx context.Context, version string, args []string, s Streams) int {
	exit := -1
	parser := kong.Must(&commands{},
		kong.Name("polarbell"),
		kong.Description("Posts what happens at Polar to Slack and Discord. Configured by environment variables: see config.example.env."),
		kong.Vars{"version": versionText(version)},
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s, release(cmp.Or(version, "development"))),
	)
	command, err := parser.Parse(args)
	if exit >= 0 { // --help or --version
		return exit
	}
	if err != nil {
		return complain(s.Err, usageError{fmt.Errorf("%w; see polarbell --help", err)})
	}
	return complain(s.Err, command.Run())
}

func complain(w io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(w, "polarbell: %s\n", strings.TrimSpace(line))
	}
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailed
}

// versionText names the release, else the commit that Go recorded.
func versionText(version string) string {
	revision, changed := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = " with changes"
			}
		}
	}
	return fmt.Sprintf("polarbell %s (commit %s%s)", cmp.Or(version, "development"), cmp.Or(revision, "unknown"), changed)
}
