package reporter

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"polarbell/journal"
)

// certificateNote is the name of the note of what is wrong with the certificate.
const certificateNote = "certificate"

// Certificate is why a domain has no certificate, or why the one that it has is
// not renewed. The zero value says that nothing is wrong.
type Certificate struct {
	Domain  string    `json:"domain"`
	Problem string    `json:"problem"`
	Until   time.Time `json:"until"` // when the one in use ends; zero: there is none
}

// NoteCertificate notes what is wrong with the certificate, for page and status.
func NoteCertificate(ctx context.Context, j *journal.Journal, c Certificate) error {
	before, err := currentCertificate(ctx, j)
	if err != nil || before == c {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return j.PutNote(ctx, certificateNote, string(text))
}

func currentCertificate(ctx context.Context, j *journal.Journal) (Certificate, error) {
	var c Certificate
	err := readNote(ctx, j, certificateNote, &c)
	return c, err
}

// line says what is wrong with the certificate, or "". The headline says it only
// if Polar cannot deliver.
func (c Certificate) line(now time.Time) (headline, line string) {
	const again = " It is tried again by itself; a restart tries at once."
	switch {
	case c.Problem == "":
		return "", ""
	case c.Until.After(now):
		return "", fmt.Sprintf("The certificate of %s is not renewed, and Polar can deliver only until %s: %s.%s",
			c.Domain, c.Until.UTC().Format("2 Jan 15:04 UTC"), c.Problem, again)
	}
	return "Polar cannot deliver without a certificate", fmt.Sprintf("%s has no certificate, so that Polar cannot deliver: %s.%s", c.Domain, c.Problem, again)
}
