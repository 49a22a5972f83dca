// Polarbell posts what happens at Polar, the billing platform, to a team's
// Slack channels and Discord webhooks.
package main

import (
	"context"
	_ "embed"
	"os"
	"os/signal"
	"syscall"

	"polarbell/cli"
)

//go:embed config.example.env
var settings string

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the first signal stops in good order, a second one ends the process
	return cli.Run(ctx, cli.Build{Settings: settings}, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
}
