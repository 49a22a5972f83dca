package formatter

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Fingerprint is 16 hex digits over everything that a reader sees of the card
// when it is posted alone. Cards that look the same have the same fingerprint.
// It is stored with each message, so its encoding must not change: every recent
// message would be edited.
func (c Card) Fingerprint() string {
	h := sha256.New()
	for _, s := range visibleOf(c).parts() {
		fmt.Fprintf(h, "%d:%s,", len(s), s)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// parts has a fixed order and number, then four for each field.
func (v visible) parts() []string {
	if v.only {
		return []string{v.headline}
	}
	parts := []string{
		v.headline, strconv.Itoa(int(v.tone)), v.quote, v.note, v.context,
		seconds(v.time), v.link.Text, v.link.URL,
	}
	for _, f := range v.fields {
		parts = append(parts, f.Name, f.Text, f.Email, seconds(f.Times...))
	}
	return parts
}

// seconds writes times without their zone: "1795350896 1795437296".
func seconds(times ...time.Time) string {
	texts := make([]string, len(times))
	for i, t := range times {
		texts[i] = strconv.FormatInt(t.Unix(), 10)
	}
	return strings.Join(texts, " ")
}
