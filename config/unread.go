package config

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"polarbell/polar"
)

// foreign are variables that belong into .env although they are not settings:
// Go, its libraries, compose.yaml and the time zone database read them.
var foreign = regexp.MustCompile(`^((?i:(HTTPS?|ALL|NO)_PROXY)|SSL_CERT_(FILE|DIR)|TZ|ZONEINFO|TMPDIR|` +
	`GO[A-Z]+|PG[A-Z]+|POSTGRES_[A-Z_]+|(COMPOSE|DOCKER)_[A-Z_]+)$`)

// ours is how names begin that are probably meant for polarbell.
var ours = regexp.MustCompile(`^(SLACK|DISCORD|POLAR)_`)

// printable is a variable's name that does not look like a secret: of a line
// that has only a secret, all before the last = is the name.
var printable = regexp.MustCompile(`^([A-Z][A-Z0-9_]{0,39}|[a-z][a-z_]{0,19})$`)

// settings are the names of all variables that are read.
func settings() (names []string) {
	fields := reflect.TypeFor[environment]()
	for i := range fields.NumField() {
		names = append(names, fields.Field(i).Tag.Get("envconfig"))
	}
	for _, platform := range vanishing {
		names = append(names, platform.variable)
	}
	return names
}

// cleanForeign takes off what "docker run --env-file" leaves around the values
// that others read, as clean does for the settings.
func cleanForeign() {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if bare := clean(value); foreign.MatchString(name) && bare != value {
			_ = os.Setenv(name, bare) // fails only for a name that cannot be one
		}
	}
}

// unreadInFile reports names in .env that nobody reads: a PUBLIC that is
// misspelt would show customers' names to strangers.
func (r *reader) unreadInFile(all []assignment) {
	known := settings()
	for _, a := range all {
		if slices.Contains(known, a.name) || foreign.MatchString(a.name) {
			continue
		}
		if !printable.MatchString(a.name) {
			r.mistake(r.file, "line %d sets something that is not a setting; remove it, or put the right name before it", a.line)
			continue
		}
		r.mistake(a.name, "no such setting; %s", meant(a.name, known, "remove it from "+r.file))
	}
}

// unreadInEnvironment warns of names that are probably misspelt settings. An
// environment holds many names that belong to others, so it never refuses one.
func (r *reader) unreadInEnvironment() {
	const shortest, most = 6, 2 // letters of a name, and of them wrong ones
	known := settings()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		near := len(name) >= shortest && polar.Nearest(name, known, most) != ""
		if slices.Contains(known, name) || foreign.MatchString(name) || !near && !ours.MatchString(name) {
			continue
		}
		r.warning(name, "no such setting; %s", meant(name, known, "nothing reads it"))
	}
}

// elsewhere are names that other programs use for what is set here by another
// name, or not at all.
var elsewhere = []struct {
	name *regexp.Regexp
	cure string
}{
	{regexp.MustCompile(`^DISCORD_.*(TOKEN|CHANNEL|THREAD|GUILD)`), "a Discord webhook's URL is all that is needed, with ?thread_id=… for a thread: " +
		"DISCORD_WEBHOOKS='team:https://discord.com/api/webhooks/…'"},
	{regexp.MustCompile(`^SLACK_(SIGNING|CLIENT|VERIFICATION|APP)_`), "of a Slack app only the Bot User OAuth Token is needed, in SLACK_BOT_TOKEN; remove this one"},
	{regexp.MustCompile(`^SLACK_URLS?$`), "did you mean SLACK_WEBHOOKS?"},
	{regexp.MustCompile(`^DISCORD_URLS?$`), "did you mean DISCORD_WEBHOOKS?"},
	{regexp.MustCompile(`^POLAR_ORG`), "write the organization's slug before its secret: POLAR_WEBHOOK_SECRET='nimbus:whsec_…'"},
	{regexp.MustCompile(`^POLAR_(API_)?(KEY|TOKEN)$`), "did you mean POLAR_ACCESS_TOKEN?"},
	{regexp.MustCompile(`^POLAR_(ENV|ENVIRONMENT|MODE)$`), "did you mean POLAR_SERVER?"},
	{regexp.MustCompile(`^POLAR_(WEBHOOK_)?PATH$`), "did you mean WEBHOOK_PATH?"},
	{regexp.MustCompile(`^(BIND_)?(HOST|ADDR|ADDRESS)$`), "did you mean LISTEN_ADDR?"},
}

// withWords is the one setting that has all words of a name, or "".
func withWords(name string, known []string) (found string) {
	for _, setting := range known {
		words := strings.Split(setting, "_")
		isMissing := func(word string) bool { return !slices.Contains(words, word) }
		if slices.ContainsFunc(strings.Split(name, "_"), isMissing) || strings.HasSuffix(setting, "_FILE") {
			continue
		}
		if found != "" {
			return ""
		}
		found = setting
	}
	return found
}

// meant is the cure for a wrong name: what does its work here, the setting that
// is most like it, or otherwise.
func meant(name string, known []string, otherwise string) string {
	for _, e := range elsewhere {
		if e.name.MatchString(name) {
			return e.cure
		}
	}
	if setting := withWords(name, known); setting != "" {
		return fmt.Sprintf("did you mean %s?", setting)
	}
	if near := polar.Nearest(name, known, len(name)/3+1); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return otherwise
}
