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

// meant is the cure for a wrong name: the setting that is most like it, or
// otherwise.
func meant(name string, known []string, otherwise string) string {
	if near := polar.Nearest(name, known, len(name)/3+1); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return otherwise
}
