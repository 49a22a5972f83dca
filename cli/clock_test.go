package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestCheckTellsAWrongClock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		off  time.Duration // of the platform's clock
		code int
		want string
	}{
		{"right", 5 * time.Second, 0, "The clock is right."},
		{"behind", 7 * time.Minute, 1, "behind 127.0.0.1: when it is off by more than five minutes, Polar's deliveries are refused"},
		{"ahead", -7 * time.Minute, 1, "ahead of 127.0.0.1: when it is off by more than five minutes, Polar's deliveries are refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, false)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(tt.off).UTC().Format(http.TimeFormat))
				p.platforms.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			path, err := program()
			if err != nil {
				t.Fatal(err)
			}
			c := exec.Command(path, "check")
			c.Dir, c.Env = t.TempDir(), append(p.env, "SLACK_API_URL="+server.URL+"/api/", "SLACK_WEBHOOKS=")
			out, _ := c.CombinedOutput()
			if code := c.ProcessState.ExitCode(); code != tt.code || !strings.Contains(string(out), tt.want) {
				t.Errorf("exit code %d, output:\n%swant %d and %q", code, out, tt.code, tt.want)
			}
		})
	}
}
