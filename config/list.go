package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"polarbell/compose"
)

// entry is one item of a list, "name:value" or "value".
type entry struct {
	variable    string
	number      int    // counted from 1
	shown       string // how a mistake quotes it: see show
	name, value string
}

// secretLists hold tokens: mistakes quote only the names of their entries.
var secretLists = []string{"SLACK_WEBHOOKS", "DISCORD_WEBHOOKS"}

// maxName is the longest name, in characters.
const maxName = 90

var nameForm = regexp.MustCompile(`^[\pL\pN_-]+$`) // {1,90} would cost 3 MB

// validName accepts names that need no quoting in a command line, a metric's
// label or a list.
func validName(name string) bool {
	return nameForm.MatchString(name) && utf8.RuneCountInString(name) <= maxName
}

// items splits a list at commas, but not at those in a route's conditions, and
// at line ends.
func (r *reader) items(variable, list string) []string {
	list = strings.TrimSpace(list)
	if strings.HasSuffix(list, ",") {
		r.mistake(variable, "ends in a comma; remove it, or put quotes around the whole value if a # has cut it off")
		list = strings.TrimRight(list, ", \t\r\n")
	}
	var items []string
	for line := range strings.Lines(list) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		if line == "" {
			continue
		}
		for _, item := range compose.SplitOutside(line, ',') {
			items = append(items, strings.TrimSpace(item))
		}
	}
	return items
}

// entries splits a list of destinations or routes. An empty entry is a mistake.
func (r *reader) entries(variable, list string) []entry {
	var all []entry
	for i, item := range r.items(variable, list) {
		e := entry{variable: variable, number: i + 1, shown: show(item)}
		e.name, e.value = cutName(item)
		if slices.Contains(secretLists, variable) {
			e.shown = show(e.name)
		}
		switch {
		case item == "":
			r.wrong(e, "is empty; remove a comma")
			continue
		case e.name == "" && strings.HasPrefix(item, ":"):
			r.wrong(e, "has no name before its colon; write name:…, or remove the colon")
			continue
		case e.name != "" && (!validName(e.name) || show(e.name) == ""):
			r.wrong(e, "has an invalid name; use letters, digits, - and _")
			continue
		case e.name == "http" || e.name == "https":
			r.wrong(e, "has the beginning of a URL as its name; write name:https://…")
			continue
		}
		all = append(all, e)
	}
	return all
}

// cutName separates the name from an entry. A URL's scheme is not taken for a
// name.
func cutName(item string) (name, value string) {
	name, value, found := strings.Cut(item, ":")
	if !found || strings.HasPrefix(value, "//") {
		return "", item
	}
	return strings.TrimSpace(name), strings.TrimSpace(value)
}

// wrong reports a mistake in one entry.
func (r *reader) wrong(e entry, format string, args ...any) {
	r.mistake(e.variable, "entry %d%s "+format, append([]any{e.number, e.shown}, args...)...)
}
