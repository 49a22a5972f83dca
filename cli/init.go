package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"polarbell/config"
)

type initCommand struct {
	File string `arg:"" optional:"" help:"Where to write the settings; .env in the working directory without it."`
}

// Run writes a file of settings to fill in, and says what goes into it and where
// to get that.
func (c initCommand) Run(s Streams, b Build) error {
	if _, err := os.Stat(config.SystemFile); err == nil && c.File == "" {
		return fmt.Errorf("init: the settings of this machine are in %s; edit them, or name a file: polarbell init FILE", config.SystemFile)
	}
	c.File = cmp.Or(c.File, ".env")
	if f, err := os.Stat(c.File); err == nil && f.IsDir() {
		c.File = filepath.Join(c.File, ".env")
	}
	if err := createFile(c.File, b.Settings); err != nil {
		return cannotCreate(c.File, err)
	}
	_, err := fmt.Fprintf(s.Out, `%s is written; nobody but you can read it. Fill it in:

1. POLAR_WEBHOOK_SECRET: in Polar, under Settings > Webhooks, add an endpoint and copy its secret.
   URL https://YOUR-SERVER/webhook, format Raw, events: %s.
   https://polar.sh/to/dashboard/settings/webhooks

2. For Slack, SLACK_BOT_TOKEN and SLACK_CHANNELS: make the app by this link, install it,
   and copy the Bot User OAuth Token from its page OAuth & Permissions.
   %s

3. For Discord, DISCORD_WEBHOOKS: the channel's settings > Integrations > Webhooks > Copy Webhook URL.

Then:  %s
`, c.File, eventsToSelect, slackAppLink(), strings.ReplaceAll(nextSteps(c.File), "\n", "\n       "))
	return err
}

// nextSteps are how to try and start the bridge with the settings of a file.
func nextSteps(file string) string {
	const steps = "polarbell check --send     (posts a test card to each destination)\npolarbell                  (runs the bridge)"
	whole, err := filepath.Abs(file)
	folder, name := filepath.Split(whole)
	here, errHere := os.Getwd()
	switch {
	case err == nil && whole == config.SystemFile:
		return "polarbell check --send             (posts a test card to each destination; reads this file where the folder has no .env)\n" +
			"systemctl enable --now polarbell   (runs the bridge by the systemd unit)"
	case name != ".env":
		return fmt.Sprintf("polarbell reads only a file named .env, so rename this one, or hand it over:\n"+
			"EnvironmentFile=%s in a systemd unit, or docker run --env-file %[1]s", whole)
	case err == nil && errHere == nil && filepath.Clean(folder) != here:
		return "cd " + filepath.Clean(folder) + "   (polarbell reads the .env of the folder in which it is started)\n" + steps
	}
	return steps
}

// cannotCreate adds the cure to an error of createFile.
func cannotCreate(file string, err error) error {
	folder := filepath.Dir(file)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("init: %s is there already and stays as it is; edit it, or name another file: polarbell init FILE", file)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("init: the folder %s does not exist; make it first: mkdir -p -m 700 %[1]s", folder)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("init: you may not write into %s; run this as root, or name a file in a folder of yours: polarbell init FILE", folder)
	}
	return fmt.Errorf("init: %w; name another file: polarbell init FILE", err)
}

// createFile writes a new file for its owner alone; a file that is there is
// fs.ErrExist.
func createFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
