package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type helpCommand struct {
	Command string `arg:"" optional:"" help:"A command such as send."`
}

// Run shows what --help shows.
func (h helpCommand) Run(c *kong.Context) error {
	args := []string{"--help"}
	if h.Command != "" {
		args = []string{h.Command, "--help"}
	}
	if all := names(c.Kong); h.Command != "" && !slices.Contains(all, h.Command) {
		return usageError{fmt.Errorf("help: unknown command %s; the commands are %s", h.Command, strings.Join(all, ", "))}
	}
	_, _ = c.Kong.Parse(args) // prints the help, then misses the command's arguments
	return nil
}
