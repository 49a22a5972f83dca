//go:build linux

package main_test

import (
	"bytes"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"polarbell/standin"
)

// TestFirstMinute goes from what a release holds to the first message, as a person
// does who only has to fill in the settings, and says how long that takes. The
// files are those of the folder that POLARBELL_TEST_RELEASE names.
func TestFirstMinute(t *testing.T) {
	for _, c := range []struct {
		name    string
		install func(*testing.T) installation
	}{{"package", fromPackage}, {"archive", fromArchive}, {"clone", fromClone}} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			i := c.install(t)
			i.fillIn(t)
			i.firstMessage(t)
			t.Logf("from the %s to the first message: %s", c.name, time.Since(start).Round(10*time.Millisecond))
		})
	}
}

// installation is a program that is installed and has settings to fill in.
type installation struct {
	root, program string // the program's path inside the root
	folder        string // with the .env, inside the root too
}

func (i installation) command(args ...string) *exec.Cmd {
	cmd := exec.Command(i.program, args...)
	cmd.Env, cmd.Dir = []string{"HOME=/"}, i.folder
	if i.root != "" {
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root}
	}
	return cmd
}

func (i installation) settings() string { return filepath.Join(i.root, i.folder, ".env") }

// fillIn fills in the settings that init wrote, for a stand-in of Slack.
func (i installation) fillIn(t *testing.T) {
	text := read(t, i.settings())
	for name, value := range map[string]string{
		"POLAR_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
		"SLACK_BOT_TOKEN":      "xoxb-minute", "SLACK_CHANNELS": "sales:#sales", "SLACK_API_URL": platforms(t),
		"LISTEN_ADDR": freeAddress(t), "ADMIN_ADDR": "",
	} {
		line := regexp.MustCompile(`(?m)^#?` + name + `='.*'$`)
		if !line.MatchString(text) {
			t.Fatalf("the settings lack %s:\n%s", name, text)
		}
		text = line.ReplaceAllLiteralString(text, name+"='"+value+"'")
	}
	if err := os.WriteFile(i.settings(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// shown has what the stand-in of Slack was posted.
var shown = make(chan string, 16)

func platforms(t *testing.T) (slackAPI string) {
	s := standin.New(standin.Options{Limits: true})
	s.Slack("C0SALES", "sales")
	s.Watch(func(m standin.Message) { shown <- string(m.Body) })
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL + "/api/"
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// firstMessage checks the settings, starts the bridge, and sends it a delivery
// signed as Polar signs it.
func (i installation) firstMessage(t *testing.T) {
	output(t, i.command("check"))
	bridge := i.command()
	var log bytes.Buffer
	bridge.Stderr = &log
	if err := bridge.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = bridge.Process.Kill(), bridge.Wait() })
	for deadline := time.Now().Add(time.Minute); i.command("health").Run() != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the bridge does not listen after a minute:\n%s", log.String())
		}
	}
	output(t, i.command("send", "order.paid"))
	select {
	case body := <-shown:
		if want := "Sale"; !strings.Contains(body, want) {
			t.Errorf("the first message lacks %q: %s", want, body)
		}
	case <-time.After(time.Minute):
		t.Fatalf("no message after a minute:\n%s", log.String())
	}
}

// output runs a command that must succeed.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// released is a file of the release.
func released(t *testing.T, name string) string {
	folder := os.Getenv("POLARBELL_TEST_RELEASE")
	if folder == "" {
		t.Skip("POLARBELL_TEST_RELEASE is not set")
	}
	path, err := filepath.Abs(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip(err)
	}
	return path
}

func fromArchive(t *testing.T) installation {
	folder := t.TempDir()
	output(t, exec.Command("tar", "-xzf", released(t, "polarbell_linux_"+runtime.GOARCH+".tar.gz"), "-C", folder, "--strip-components=1"))
	return initialized(t, folder)
}

// fromClone builds the program, from Go's cache where it has been built before.
func fromClone(t *testing.T) installation {
	if os.Getenv("POLARBELL_TEST_RELEASE") == "" {
		t.Skip("POLARBELL_TEST_RELEASE is not set")
	}
	folder := t.TempDir()
	output(t, exec.Command("git", "clone", "-q", ".", folder))
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", "polarbell", ".")
	build.Dir, build.Env = folder, append(os.Environ(), "CGO_ENABLED=0")
	output(t, build)
	return initialized(t, folder)
}

func initialized(t *testing.T, folder string) installation {
	i := installation{program: filepath.Join(folder, "polarbell"), folder: folder}
	output(t, i.command("init"))
	return i
}
