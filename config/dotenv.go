package config

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// assignment is one setting of a .env file.
type assignment struct {
	name, value string
	line        int
}

// dotEnv is a .env file while it is read. It takes what systemd's
// EnvironmentFile and "docker run --env-file" read alike, up to the quotes that
// docker leaves on. Of everything else it says what is wrong, by the line's
// number only, because a line may hold a secret. Then it goes on with the value
// that was probably meant, so that the setting does not count as missing too.
type dotEnv struct {
	lines    []string
	next     int // index of the line to read next
	all      []assignment
	set      map[string]int // the number of the line that sets a name
	faults   []string
	warnings []string
}

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

	// nextSetting begins a line that does not belong to a value of several lines.
	nextSetting = regexp.MustCompile(`^\s*(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=|^\s*#(\s|#|$)`)
)

func parseDotEnv(text []byte) *dotEnv {
	d := &dotEnv{set: map[string]int{}}
	if bytes.HasPrefix(text, byteOrderMark) {
		d.faults = append(d.faults, "begins with a byte order mark, which hides its first line from systemd; save it as UTF-8 without one")
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	for line := range strings.Lines(string(text)) {
		d.lines = append(d.lines, strings.TrimRight(line, "\r\n"))
	}
	for d.next < len(d.lines) {
		d.next++
		d.read(strings.TrimSpace(d.lines[d.next-1]))
	}
	return d
}

// fault reports the line that was read last.
func (d *dotEnv) fault(what string) { d.faultIn(d.next, what) }

func (d *dotEnv) faultIn(line int, what string) {
	d.faults = append(d.faults, fmt.Sprintf("line %d %s", line, what))
}

func (d *dotEnv) read(line string) {
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	if bare, ok := strings.CutPrefix(line, "export "); ok {
		d.fault("begins with export, which neither systemd nor docker knows; remove that word")
		line = strings.TrimSpace(bare)
	}
	name, value, found := strings.Cut(line, "=")
	bare := strings.TrimSpace(name)
	switch {
	case strings.HasPrefix(line, ";"):
		d.fault("begins with a ;, which only systemd takes for a comment; begin it with #")
		return
	case !found || !variableName.MatchString(bare):
		d.fault("does not set anything; write NAME='value', or begin it with # if it is a comment")
		return
	case name != bare:
		d.fault("has a space before its =, which docker refuses; remove it")
	}
	d.assign(bare, value)
}

func (d *dotEnv) assign(name, value string) {
	first := d.next
	if before := d.set[name]; before > 0 {
		d.fault(fmt.Sprintf("sets what line %d has set already; keep one of them", before))
	}
	d.set[name] = first
	if trimmed := strings.TrimSpace(value); strings.HasPrefix(trimmed, "'") || strings.HasPrefix(trimmed, `"`) {
		value = d.quotedValue(trimmed)
	} else {
		value = d.bareValue(value)
	}
	d.all = append(d.all, assignment{name, value, first})
}

// bareValue is a value without quotes.
func (d *dotEnv) bareValue(value string) string {
	if at := commented.FindStringIndex(value); at != nil {
		d.faultComment()
		value = value[:at[0]]
	}
	d.checkLiteral(value)
	return strings.TrimSpace(value)
}

// quotedValue is a value in quotes. It may go on in the lines below.
func (d *dotEnv) quotedValue(value string) string {
	quote, first := value[:1], d.next
	value, rest, closed := strings.Cut(value[1:], quote)
	for end := d.next; !closed && end < len(d.lines) && !nextSetting.MatchString(d.lines[end]); {
		var more string
		more, rest, closed = strings.Cut(d.lines[end], quote)
		value += "\n" + more
		end++
		d.next = end
	}
	if !closed {
		d.faultIn(first, "opens a quote ("+quote+") that is not closed; close it")
		value, _, _ = strings.Cut(value, "\n")
		return value
	}
	d.checkRest(strings.TrimSpace(rest))
	if quote == `"` {
		d.checkLiteral(value)
	}
	if d.next > first {
		d.warnings = append(d.warnings, fmt.Sprintf("lines %d to %d are one value, of which docker --env-file reads only the first line; "+
			"for docker, separate its entries by commas", first, d.next))
	}
	return value
}

// checkRest looks at what stands behind a closing quote.
func (d *dotEnv) checkRest(rest string) {
	if strings.HasPrefix(rest, "#") {
		d.faultComment()
	} else if rest != "" {
		d.fault("has something behind its closing quote; remove it")
	}
}

func (d *dotEnv) faultComment() {
	d.fault("has a comment behind its value, which systemd and docker take for a part of it; " +
		"put the comment on a line of its own, or single quotes around the value if it contains a #")
}

// checkLiteral looks for what stands for itself only in single quotes.
func (d *dotEnv) checkLiteral(value string) {
	if strings.ContainsAny(value, `\$`) {
		d.fault(`has a \ or a $, which systemd and docker do not read alike; put single quotes around the value`)
	}
}

func (r *reader) apply(d *dotEnv) {
	for _, fault := range d.faults {
		r.mistake(r.file, "%s", fault)
	}
	for _, warning := range d.warnings {
		r.warning(r.file, "%s", warning)
	}
	r.unreadInFile(d.all)
	for _, a := range d.all {
		if _, given := os.LookupEnv(a.name); !given {
			_ = os.Setenv(a.name, a.value) // fails only for a name that cannot be one
		}
	}
}
