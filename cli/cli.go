// Package cli holds polarbell's commands and wires the parts together.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exit codes that scripts may rely on.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // an unknown command or flag, a bad configuration
)

// usageError is a mistake in how polarbell was called or configured.
type usageError struct{ error }

// commands are in the order in which the help lists them.
type commands struct {
	Serve   serveCommand   `cmd:"" default:"1" help:"Run the bridge: take Polar's webhooks, post to Slack and Discord."`
	Demo    demoCommand    `cmd:"" help:"Show the bridge at work on local stand-ins: no account, no network, no configuration."`
	Init    initCommand    `cmd:"" help:"Write a .env to fill in, and say what to do next."`
	Check   checkCommand   `cmd:"" help:"Read the configuration and ask each destination whether it can be reached."`
	Preview previewCommand `cmd:"" help:"Print what a destination would get for an event."`
	Send    sendCommand    `cmd:"" help:"Sign a delivery and post it to a running bridge."`
	Status  statusCommand  `cmd:"" help:"Show each destination's state, from the journal."`
	Digest  digestCommand  `cmd:"" help:"Show how today goes, or how the last day or week went."`
	Replay  replayCommand  `cmd:"" help:"Show deliveries of the journal again, as new cards."`
	Health  healthCommand  `cmd:"" help:"Check that the bridge on this machine runs: for a container's health check."`
	Backup  backupCommand  `cmd:"" help:"Copy a SQLite journal while the bridge runs."`
	Forget  forgetCommand  `cmd:"" help:"Remove a person from the journal, and our messages about them."`
	Help    helpCommand    `cmd:"" help:"Show what polarbell, or one of its commands, does."`
	Version versionCommand `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version and exit."`
}

// Build is what main knows of the program.
type Build struct {
	Settings string // the text of config.example.env
}

// Run runs one command until it ends or ctx does, and returns the exit code.
func Run(ctx context.Context, b Build, args []string, s Streams) int {
	exit := -1
	v := recordedVersion()
	parser := kong.Must(&commands{},
		kong.Name("polarbell"),
		kong.Description("Posts what happens at Polar to Slack and Discord. Configured by environment variables: see config.example.env."),
		kong.Vars{"version": v.text()},
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s, v, b),
	)
	command, err := parser.Parse(args)
	if exit >= 0 { // --help or --version
		return exit
	}
	if err != nil {
		return report(s.Err, usageError{fmt.Errorf("%w; the commands are %s; see polarbell --help",
			meant(args, err), strings.Join(names(parser), ", "))})
	}
	return report(s.Err, command.Run())
}

// names lists the commands.
func names(k *kong.Kong) (all []string) {
	for _, command := range k.Model.Children {
		all = append(all, command.Name)
	}
	return all
}

// report prints an error, if there is one, and returns the exit code.
func report(w io.Writer, err error) int {
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
