package cli

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/url"
	"strings"
)

// slackManifest describes the Slack app that posts for us, with the scopes that
// it needs. docs/slack.md has the same as YAML.
//
//go:embed slackapp.json
var slackManifest []byte

// slackAppLink makes that app in the browser, after a look at what it may do
// (docs.slack.dev/app-manifests, "Sharing manifests").
func slackAppLink() string {
	var compact bytes.Buffer
	if err := json.Compact(&compact, slackManifest); err != nil {
		panic(err) // the file is part of the program
	}
	// Not every reader of an address takes a + for a space.
	return "https://api.slack.com/apps?new_app=1&manifest_json=" + strings.ReplaceAll(url.QueryEscape(compact.String()), "+", "%20")
}
