package config

import (
	"fmt"
	"os"
	"path/filepath"
)

// SystemFile is where the systemd unit has its settings. Only commands beside the
// bridge read it. The bridge has them from systemd, and may not open the file; a
// second one, with settings of its own, would post into the first one's channels
// if it took from there what it lacks.
const SystemFile = "/etc/polarbell/.env"

// UnitJournal is the journal of the systemd unit, unless SystemFile names
// another one.
const UnitJournal = "/var/lib/polarbell/polarbell.db"

var fallback = SystemFile // tests name another one

// readDotEnv never overrides the environment. If the file cannot be read,
// nothing else is worth a complaint: blind is set.
func (r *reader) readDotEnv() {
	text, err := os.ReadFile(".env")
	r.file = ".env"
	if os.IsNotExist(err) && r.beside {
		text, err = os.ReadFile(fallback)
		r.file = fallback
	}
	if os.IsNotExist(err) {
		r.file = ""
		r.lookElsewhere()
		return
	}
	if fault := fileFault(r.file, text, err); fault != "" {
		r.mistake(r.file, "%s", fault)
		r.blind = true
		return
	}
	r.apply(parseDotEnv(text))
}

// fileFault says why a file of settings cannot be read, "" if it can.
func fileFault(path string, text []byte, err error) string {
	if f, statErr := os.Stat(path); statErr == nil && f.IsDir() {
		return "is a folder, and not a file of settings; remove it (docker makes one where a file to mount is missing), then: polarbell init"
	}
	if err != nil {
		return fmt.Sprintf("cannot be read (%v); run this as root or as the bridge's user", cause(err))
	}
	return notPlain(text)
}

// noFile says where a .env was looked for in vain; "" if there is one.
func (r *reader) noFile() string {
	if r.file != "" {
		return ""
	}
	folder, err := os.Getwd()
	if err != nil {
		folder = "this folder"
	}
	if r.beside {
		folder += ", and no " + fallback
	}
	return "it is not in the environment, and there is no .env in " + folder +
		": " + r.misnamed() + "run this in the folder of your .env, or make one with polarbell init; then, "
}

// misnamed is what to do about a file that an editor or somebody in a hurry has
// named otherwise.
func (r *reader) misnamed() string {
	for _, name := range []string{".env.txt", "env.txt", "env", "polarbell.env"} {
		if _, err := os.Stat(name); err == nil {
			return "rename " + name + " to .env if it has your settings, "
		}
	}
	return ""
}

// lookElsewhere names the settings that somebody who starts the bridge by hand
// may have meant.
func (r *reader) lookElsewhere() {
	if r.beside || os.Getenv("POLAR_WEBHOOK_SECRET")+os.Getenv("POLAR_WEBHOOK_SECRET_FILE") != "" {
		return
	}
	if _, err := os.ReadFile(fallback); err == nil {
		r.mistake(fallback, "is not read by the bridge itself, so that a second one never takes the first one's channels; to start it with these settings, cd %s first",
			filepath.Dir(fallback))
		r.blind = true
	}
}
