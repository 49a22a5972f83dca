package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"

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
	if err := createFile(c.File, b.Settings); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("init: %s is there already and stays as it is; edit it, or name another file: polarbell init FILE", c.File)
	} else if err != nil {
		return fmt.Errorf("init: %w", err)
	}
	_, err := fmt.Fprintf(s.Out, `%s is written; nobody but you can read it. Fill it in:

1. POLAR_WEBHOOK_SECRET: in Polar, under Settings > Webhooks, add an endpoint and copy its secret.
   URL https://YOUR-SERVER/webhook, format Raw, events: %s.
   https://polar.sh/to/dashboard/settings/webhooks

2. For Slack, SLACK_BOT_TOKEN and SLACK_CHANNELS: make the app by this link, install it,
   and copy the Bot User OAuth Token from its page OAuth & Permissions.
   %s

3. For Discord, DISCORD_WEBHOOKS: the channel's settings > Integrations > Webhooks > Copy Webhook URL.

Then:  polarbell check --send     (posts a test card to each destination)
       polarbell                  (runs the bridge)
`, c.File, eventsToSelect, slackAppLink())
	return err
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
