package cli

import (
	"cmp"
	"fmt"
	"runtime/debug"
)

// version is a release's number, or "development".
type version string

// recordedVersion is what Go recorded in the binary: the tag of the commit it was
// built from, or the last tag with the commit and its time.
func recordedVersion() version {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" {
		return version(cmp.Or(info.Main.Version, "development"))
	}
	return "development"
}

type versionCommand struct{}

// Run prints which polarbell this is.
func (versionCommand) Run(s Streams, v version) error {
	_, err := fmt.Fprintln(s.Out, v.text())
	return err
}

// text adds the commit that Go recorded.
func (v version) text() string {
	revision, changed := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = " with changes"
			}
		}
	}
	return fmt.Sprintf("polarbell %s (commit %s%s)", v, cmp.Or(revision, "unknown"), changed)
}
