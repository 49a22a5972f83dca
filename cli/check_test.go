package cli_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestCheckFindsAPortOfAnotherProgram(t *testing.T) {
	t.Parallel()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	go func() {
		for c, err := silent.Accept(); err == nil; c, err = silent.Accept() {
			c.Close()
		}
	}()
	website := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok\n") // to whatever it is asked
	}))
	defer website.Close()
	running := newPlace(t, false)
	running.start()
	for _, tt := range []struct{ name, address string }{
		{"one that answers nothing", silent.Addr().String()},
		{"a website that is well", website.Listener.Addr().String()},
	} {
		for _, variable := range []string{"LISTEN_ADDR", "ADMIN_ADDR"} {
			for _, beside := range []string{"no bridge", "a running one"} {
				if !*long && (variable == "ADMIN_ADDR") != (beside == "a running one") {
					continue
				}
				p := newPlace(t, false, variable+"="+tt.address)
				if beside == "a running one" { // and this is what it would be restarted with
					p.env = append(running.env, variable+"="+tt.address)
				}
				check := exec.Command(path, "check")
				check.Env, check.Dir = p.env, t.TempDir()
				out, err := check.Output()
				want := "FAILS: " + variable + ": port " + tt.address[len("127.0.0.1:"):] + " is taken by another program"
				if err == nil || !strings.Contains(string(out), want) {
					t.Errorf("%s beside %s: check: %v, prints:\n%s\nwant an error and %q", tt.name, beside, err, out, want)
				}
			}
		}
	}
}

// The README has check run before the systemd unit has made the journal's folder.
func TestCheckBeforeTheUnitsFirstStart(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/var/lib/polarbell"); err == nil {
		t.Skip("a unit has started on this machine")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t, false, "DATABASE_URL=/var/lib/polarbell/polarbell.db")
	check := exec.Command(path, "check")
	check.Env, check.Dir = p.env, t.TempDir()
	out, err := check.Output()
	const want = "The journal's folder /var/lib/polarbell does not exist yet: the systemd unit makes it at its first start."
	if err != nil || !strings.Contains(string(out), want) {
		t.Errorf("check: %v, prints:\n%s\nwant no error and %q", err, out, want)
	}
}
