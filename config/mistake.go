package config

import (
	"fmt"
	"regexp"
	"strings"
)

// Error holds every mistake, one line each: the variable, the fault, the cure.
type Error struct{ Lines []string }

func (e *Error) Error() string { return strings.Join(e.Lines, "\n") }

func (r *reader) mistake(variable, format string, args ...any) {
	r.mistakes = append(r.mistakes, variable+": "+fmt.Sprintf(format, args...))
}

// warning notes what is probably a mistake.
func (r *reader) warning(variable, format string, args ...any) {
	r.warnings = append(r.warnings, variable+": "+fmt.Sprintf(format, args...))
}

// secretive matches what tokens, passwords in URLs and webhooks look like, also
// in part: a Slack webhook ends in 24 letters and digits.
var secretive = regexp.MustCompile(`(?is)xox[a-z][-.]|xapp-|whsec_|polar_[a-z]+_|hooks\.|webhooks/|://|@|[a-z0-9]{24}|.{41}`)

// show quotes a value, in brackets and after a space. It is "" if the value may
// be a secret that was pasted into the wrong variable.
func show(s string) string {
	if s == "" || secretive.MatchString(s) {
		return ""
	}
	return fmt.Sprintf(" (%q)", s)
}
