//go:build linux

package cli_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	families  = regexp.MustCompile(`(?m)^RestrictAddressFamilies=(.+)$`)
	socket    = regexp.MustCompile(`\bsocket(?:pair)?\((AF_\w+|PF_\w+)`)
	callName  = regexp.MustCompile(`(?m)^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed)`)
	writeExec = regexp.MustCompile(`(?m)^.*PROT_[A-Z_|]*WRITE\|PROT_EXEC.*$`)
)

// denied are the system calls of SystemCallFilter=~@privileged @resources that
// a program may come to use; systemd-analyze syscall-filter lists them all. Not
// fchown, which may fail: SQLite gives its log to the journal's owner.
var denied = []string{
	"chown", "fchownat", "lchown", "setuid", "setgid", "setresuid", "setresgid", "setgroups", "capset", "chroot",
	"pivot_root", "mount", "bpf", "settimeofday", "clock_settime", "adjtimex", "quotactl", "open_by_handle_at",
	"ioprio_set", "mbind", "sched_setaffinity", "sched_setparam", "sched_setscheduler", "set_mempolicy", "setpriority", "setrlimit",
}

// TestUnitAllowsWhatTheBridgeCalls: what the systemd unit forbids fails only
// there, and in the words of another fault.
func TestUnitAllowsWhatTheBridgeCalls(t *testing.T) {
	if os.Getenv("POLARBELL_TEST_ADDRESSES") != "" {
		if _, err := net.InterfaceAddrs(); err != nil { // as the certificate's diagnosis does
			t.Fatal(err)
		}
		return
	}
	t.Parallel()
	unit, err := os.ReadFile("../deploy/polarbell.service")
	if err != nil {
		t.Fatal(err)
	}
	allowed := strings.Fields(families.FindStringSubmatch(string(unit))[1])
	calls := traced(t, append(os.Environ(), "POLARBELL_TEST_ADDRESSES=1"), os.Args[0], "-test.run=^TestUnitAllowsWhatTheBridgeCalls$")
	calls += tracedBridge(t)
	for _, found := range socket.FindAllStringSubmatch(calls, -1) {
		if !slices.Contains(allowed, found[1]) {
			t.Fatalf("the program makes sockets of %s, RestrictAddressFamilies allows %v", found[1], allowed)
		}
	}
	for _, found := range callName.FindAllStringSubmatch(calls, -1) {
		if slices.Contains(denied, found[1]) {
			t.Fatalf("the program calls %s, which SystemCallFilter denies", found[1])
		}
	}
	if line := writeExec.FindString(calls); line != "" {
		t.Errorf("MemoryDenyWriteExecute denies %s", line)
	}
}

// traced runs a program to its end and returns its system calls.
func traced(t *testing.T, env []string, program ...string) string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	cmd := exec.Command("strace", append([]string{"-f", "-o", log}, program...)...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no strace here: %v %.200s", err, out)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return string(calls)
}

// tracedBridge has a bridge take a delivery, show it, and stop.
func tracedBridge(t *testing.T) string {
	t.Helper()
	p := newPlace(t, false)
	log := filepath.Join(t.TempDir(), "calls")
	p.under = []string{"strace", "-D", "-f", "-o", log} // -D: signals go to the bridge
	p.start()
	p.post("one", saleOf("00000001"))
	p.eventually("the sale to be shown", func() bool { return strings.Contains(p.texts("C0SALES"), "Customer-00000001-") })
	p.stop()
	var calls []byte
	p.eventually("the trace to end", func() bool {
		calls, _ = os.ReadFile(log)
		return strings.Contains(string(calls), "+++ exited")
	})
	return string(calls)
}
