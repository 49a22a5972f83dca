package polar

import (
	"bytes"
	"net/url"
	"strings"
	"time"
)

// IsSample finds "polarbell": "sample" in the object's metadata, where the
// samples that the bridge sends itself have it.
func (b Body) IsSample() bool {
	if !bytes.Contains(b, []byte(`polarbell"`)) {
		return false
	}
	return read[struct {
		Metadata struct {
			Polarbell string `json:"polarbell"`
		} `json:"metadata"`
	}](b).Metadata.Polarbell == "sample"
}

// IsSandbox reports whether the checkout's page is in Polar's sandbox.
func (c Checkout) IsSandbox() bool {
	page, err := url.Parse(c.URL)
	return err == nil && strings.HasPrefix(page.Host, "sandbox") && strings.HasSuffix(page.Host, ".polar.sh")
}

// EndsTrial reports whether a bill of this time is the first after a trial.
func (s Subscription) EndsTrial(at time.Time) bool {
	const early, late = time.Hour, 24 * time.Hour
	since := at.Sub(s.TrialEnd.Time)
	return !s.TrialEnd.IsZero() && since > -early && since < late
}
