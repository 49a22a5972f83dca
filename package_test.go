//go:build linux

package main_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// fromPackage installs the Debian package into a root of its own.
func fromPackage(t *testing.T) installation {
	root := newRoot(t)
	dpkg(t, root, "--install", released(t, "polarbell_linux_"+runtime.GOARCH+".deb"))
	return installation{root: root, program: "/usr/bin/polarbell", folder: "/etc/polarbell"}
}

// TestPackage: what was filled in and stored outlives an upgrade and a removal,
// and nothing outlives a purge.
func TestPackage(t *testing.T) {
	deb, i := released(t, "polarbell_linux_"+runtime.GOARCH+".deb"), fromPackage(t)
	i.fillIn(t)
	settings, journal := read(t, i.settings()), filepath.Join(i.root, "var/lib/polarbell/polarbell.db")
	if err := os.WriteFile(journal, []byte("a journal"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name       string
		args       []string
		systemctl  string
		has, lacks []string
	}{
		{"an upgrade", []string{"--install", deb}, "daemon-reload;try-restart polarbell", []string{program, unit, "etc/polarbell", "var/lib/polarbell"}, nil},
		{"a removal", []string{"--remove", "polarbell"}, "disable --now polarbell;daemon-reload", []string{"etc/polarbell", "var/lib/polarbell"}, []string{program, unit}},
		{"an installation after it", []string{"--install", deb}, "daemon-reload;try-restart polarbell", []string{program, unit, "etc/polarbell", "var/lib/polarbell"}, nil},
		{"a purge", []string{"--purge", "polarbell"}, "disable --now polarbell;daemon-reload", nil, []string{program, unit, "etc/polarbell", "var/lib/polarbell"}},
	} {
		if err := os.RemoveAll(filepath.Join(i.root, systemctlLog)); err != nil {
			t.Fatal(err)
		}
		dpkg(t, i.root, step.args...)
		if got := strings.Join(strings.Split(strings.TrimSpace(read(t, filepath.Join(i.root, systemctlLog))), "\n"), ";"); got != step.systemctl {
			t.Errorf("%s calls systemctl %q, want %q", step.name, got, step.systemctl)
		}
		for _, path := range step.has {
			if _, err := os.Stat(filepath.Join(i.root, path)); err != nil {
				t.Errorf("after %s: %v", step.name, err)
			}
		}
		for _, path := range step.lacks {
			if _, err := os.Stat(filepath.Join(i.root, path)); err == nil {
				t.Errorf("after %s there is %s", step.name, path)
			}
		}
		if step.has != nil && (read(t, i.settings()) != settings || read(t, journal) != "a journal") {
			t.Errorf("%s changes settings or journal", step.name)
		}
	}
}

const (
	program      = "usr/bin/polarbell"
	unit         = "usr/lib/systemd/system/polarbell.service"
	systemctlLog = "systemctl.log"
)

// TestPackageIsPrivate: the settings hold secrets.
func TestPackageIsPrivate(t *testing.T) {
	i := fromPackage(t)
	for path, want := range map[string]fs.FileMode{"etc/polarbell": 0o700, "etc/polarbell/.env": 0o600, "var/lib/polarbell": 0o700} {
		info, err := os.Stat(filepath.Join(i.root, path))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// TestPackagesUnit is valid where the package is installed.
func TestPackagesUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip(err)
	}
	i := fromPackage(t)
	path := filepath.Join(t.TempDir(), "polarbell.service")
	text := strings.Replace(read(t, filepath.Join(i.root, unit)), "ExecStart=polarbell", "ExecStart="+filepath.Join(i.root, program), 1)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := output(t, exec.Command("systemd-analyze", "verify", path)); strings.Contains(out, "polarbell.service") {
		t.Errorf("systemd-analyze verify:\n%s", out)
	}
}

// dpkg acts on a root of its own. The package's scripts run inside it.
func dpkg(t *testing.T, root string, args ...string) {
	t.Helper()
	output(t, exec.Command("dpkg", append([]string{"--root=" + root, "--log=/dev/null"}, args...)...))
}

var library = regexp.MustCompile(`/\S+`)

// newRoot is a file system with what the package's scripts call, and a systemctl
// that writes down how it is called.
func newRoot(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("dpkg"); err != nil || os.Geteuid() != 0 {
		t.Skip("a package is installed by dpkg and root")
	}
	root := t.TempDir()
	for _, folder := range []string{"usr/bin", "usr/lib", "usr/lib64", "run/systemd/system", "var/lib/dpkg/info", "var/lib/dpkg/updates"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"bin", "lib", "lib64"} {
		if err := os.Symlink("usr/"+name, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(root, "var/lib/dpkg/status"), "", 0o644)
	write(t, filepath.Join(root, "usr/bin/systemctl"), "#!/bin/sh\necho \"$*\" >>/"+systemctlLog+"\n", 0o755)
	for _, name := range []string{"sh", "install", "rm"} {
		copyProgram(t, root, name)
	}
	return root
}

// copyProgram copies a program of this machine and its libraries.
func copyProgram(t *testing.T, root, name string) {
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	write(t, filepath.Join(root, "usr/bin", name), read(t, path), 0o755)
	for _, lib := range library.FindAllString(output(t, exec.Command("ldd", path)), -1) {
		write(t, filepath.Join(root, lib), read(t, lib), 0o755)
	}
}

func write(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
