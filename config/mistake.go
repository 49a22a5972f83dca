package config

import (
	"fmt"
	"regexp"
	"strings"
)

// Error is everything that is wrong, a line each: the variable, the fault, the
// cure.
type Error struct{ Lines []string }

func (e *Error) Error() string { return strings.Join(e.Lines, "\n") }

func (r *reader) mistake(variable, format string, args ...any) {
	r.mistakes = append(r.mistakes, variable+": "+fmt.Sprintf(format, args...))
}

// secretive is what tokens, passwords in URLs and webhooks look like, also in
// part: 24 characters without a break are the end of a Slack webhook.
var secretive = regexp.MustCompile(`(?is)xox[a-z][-.]|xapp-|whsec_|polar_[a-z]+_|hooks\.|webhooks/|://|@|[a-z0-9]{24}|.{41}`)

// show is a value in quotes and brackets with a space before it, or nothing if
// it might be a secret that was pasted into the wrong variable.
func show(s string) string {
	if s == "" || secretive.MatchString(s) {
		return ""
	}
	return fmt.Sprintf(" (%q)", s)
}
