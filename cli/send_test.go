package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
)

// TestSendKeepsTheVersion: a sample arrives with the version of Polar's API
// that it is of, marked as a sample.
func TestSendKeepsTheVersion(t *testing.T) {
	t.Parallel()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	arrived := make(chan []byte, 1)
	bridge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		arrived <- body
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(bridge.Close)
	send := exec.Command(path, "send", "--url", bridge.URL, "order.paid")
	send.Dir, send.Env = t.TempDir(), append(os.Environ(), "POLAR_WEBHOOK_SECRET=whsec_c2VuZC1rZWVwcy10aGUtdmVyc2lvbg==")
	if out, err := send.CombinedOutput(); err != nil {
		t.Fatalf("send: %v: %s", err, out)
	}
	var event struct {
		APIVersion string `json:"api_version"`
		Data       struct{ Metadata struct{ Polarbell string } }
	}
	if err := json.Unmarshal(<-arrived, &event); err != nil {
		t.Fatal(err)
	}
	if event.APIVersion != "2026-10" || event.Data.Metadata.Polarbell != "sample" {
		t.Errorf("got the version %q and the mark %q, want 2026-10 and sample", event.APIVersion, event.Data.Metadata.Polarbell)
	}
}
