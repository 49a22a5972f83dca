package cli_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"polarbell/cli"
	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/polar"
	"polarbell/standin"
)

// TestScripts runs each command as people do, against the real program. Beside
// testscript's own commands a script has those of stage.
func TestScripts(t *testing.T) {
	t.Parallel()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := &stage{t: t}
			testscript.Run(t, testscript.Params{
				Files:    []string{file},
				Deadline: time.Now().Add(2 * time.Minute), // of a script that has failed
				Setup: func(env *testscript.Env) error {
					env.Setenv("PATH", filepath.Dir(path)+string(os.PathListSeparator)+env.Getenv("PATH"))
					example, err := filepath.Abs(filepath.Join("..", "config.example.env"))
					env.Setenv("EXAMPLE", example)
					return err
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"exits": exits, "answers": answers, "until": until, "platforms": s.platforms, "bridge": s.bridge, "terminate": s.terminate,
					"shows": s.shows, "fail": s.fail, "revoke": s.revoke, "scopes": s.scopes, "logs": s.logs, "sold": s.sold,
				},
			})
		})
	}
}

// exits CODE PROGRAM ARGS… runs a program that must end with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s exits with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// answers CODE ARGS… is exits for a polarbell in the test's own process. It is for
// what depends on neither the settings nor the folder: a process costs 0.1 s.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: answers CODE ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	streams := cli.Streams{In: strings.NewReader(""), Out: ts.Stdout(), Err: ts.Stderr()}
	if got := cli.Run(context.Background(), cli.Build{}, args[1:], streams); got != want {
		ts.Fatalf("polarbell %s exits with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// until PATTERN PROGRAM ARGS… runs a program until a line of its output matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN PROGRAM ARGS…")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	if !await(func() bool {
		time.Sleep(time.Second) // most of these wait for seconds, and each process costs 0.1 s
		ts.Check(ts.Exec(args[1], args[2:]...))
		return pattern.MatchString(ts.ReadFile("stdout"))
	}) {
		ts.Fatalf("the output of %s does not match %q", strings.Join(args[1:], " "), args[0])
	}
}

// stage is a place that a script sets up.
type stage struct {
	t *testing.T
	*place
}

// platforms [VARIABLE=VALUE…] starts stand-ins for Slack and Discord and sets
// the variables of a bridge that posts to them.
func (s *stage) platforms(ts *testscript.TestScript, _ bool, args []string) {
	s.place = newPlace(s.t, false, args...)
	for _, setting := range s.env {
		name, value, _ := strings.Cut(setting, "=")
		if name != "PATH" && name != "HOME" {
			ts.Setenv(name, value)
		}
	}
}

// bridge runs the bridge and sets URL and ADDRESS to where it takes deliveries.
func (s *stage) bridge(ts *testscript.TestScript, _ bool, _ []string) {
	s.start()
	ts.Setenv("URL", s.url)
	ts.Setenv("ADDRESS", strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/webhook"))
}

// terminate ends the bridge, which must exit with 0. (Testscript has a stop of its
// own, which ends the script.)
func (s *stage) terminate(ts *testscript.TestScript, _ bool, _ []string) {
	if code := s.place.stop(); code != 0 {
		ts.Fatalf("the bridge exits with %d; log:\n%s", code, s.log.String())
	}
}

// shows CHANNEL TEXT waits until a channel shows a text; with ! it must not.
func (s *stage) shows(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: shows CHANNEL TEXT")
	}
	shown := func() bool { return strings.Contains(s.texts(args[0]), args[1]) }
	if neg && shown() {
		ts.Fatalf("%s shows %q", args[0], args[1])
	}
	if !neg && !await(shown) {
		ts.Fatalf("%s does not show %q but %s; log:\n%s", args[0], args[1], s.texts(args[0]), s.log.String())
	}
}

// logs TEXT waits until the bridge's log has a text; with ! it must not.
func (s *stage) logs(ts *testscript.TestScript, neg bool, args []string) {
	has := func() bool { return strings.Contains(s.log.String(), args[0]) }
	if neg && has() {
		ts.Fatalf("the log has %q:\n%s", args[0], s.log.String())
	}
	if !neg && !await(has) {
		ts.Fatalf("the log lacks %q:\n%s", args[0], s.log.String())
	}
}

// sold DAYS puts a purchase on each of the last days into the journal, today's
// last, as if the bridge had taken them then. NOW is the time of day in UTC.
func (s *stage) sold(ts *testscript.TestScript, _ bool, args []string) {
	days, err := strconv.Atoi(args[0])
	ts.Check(err)
	j, err := journal.Open(s.t.Context(), ts.Getenv("DATABASE_URL"))
	ts.Check(err)
	for back := days; back >= 0; back-- {
		shop := polartest.New(back, time.Now().AddDate(0, 0, -back).Add(-3*time.Minute))
		shop.Purchase(polartest.Book)
		for _, sent := range shop.Sent {
			d, err := polar.Parse(sent.Body)
			ts.Check(err)
			_, _, err = j.Append(s.t.Context(), journal.Entry{
				ID: sent.ID, Type: d.Type, Subject: d.Subject, Object: d.Object, State: d.State.Encode(), At: d.At, Received: sent.At, Body: sent.Body,
			})
			ts.Check(err)
		}
	}
	ts.Check(j.Close())
	ts.Setenv("NOW", time.Now().UTC().Format("15:04"))
}

// fail TARGET N STATUS [BODY] has the next N calls, or all with -1, answered so;
// with ! no more.
func (s *stage) fail(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		s.place.platforms.Mend(args[0])
		return
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	s.place.platforms.Fail(args[0], n, standin.Outcome{Status: status, Body: strings.Join(args[3:], "")})
}

// revoke TARGET STATE puts a platform's channel into a state; with ! back.
func (s *stage) revoke(_ *testscript.TestScript, neg bool, args []string) {
	if neg {
		s.place.platforms.Restore(args[0])
		return
	}
	s.place.platforms.Revoke(args[0], standin.State(args[1]))
}

// scopes SCOPE… are what the Slack app may do.
func (s *stage) scopes(_ *testscript.TestScript, _ bool, args []string) {
	s.place.platforms.Scopes(args...)
}
