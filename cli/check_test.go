package cli_test

import (
	"net"
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
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	go func() { // it is not a bridge
		for c, err := other.Accept(); err == nil; c, err = other.Accept() {
			c.Close()
		}
	}()
	for _, variable := range []string{"LISTEN_ADDR", "ADMIN_ADDR"} {
		p := newPlace(t, false, variable+"="+other.Addr().String())
		check := exec.Command(path, "check")
		check.Env, check.Dir = p.env, t.TempDir()
		out, err := check.Output()
		want := "FAILS: " + variable + ": port " + other.Addr().String()[len("127.0.0.1:"):] + " is taken by another program"
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("check: %v, prints:\n%s\nwant an error and %q", err, out, want)
		}
	}
}
