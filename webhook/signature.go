package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks, spelled as net/http keeps them.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// headerAPIVersion is Polar's own. The signature does not cover it.
const headerAPIVersion = "Webhook-Api-Version"

const (
	// tolerance is how far a delivery's timestamp may differ from our clock,
	// either way.
	tolerance = 5 * time.Minute

	prefix  = "whsec_" // of secrets made by Polar and by Standard Webhooks
	version = "v1,"    // of symmetric signatures in the header
)

// Sign returns the headers with which Polar would deliver body. It signs by the
// newer of Polar's key rules if the secret's form allows that, otherwise by the
// older one.
func Sign(secret, id string, at time.Time, body []byte) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	signature := sign(keys(secret)[0], id, timestamp, body)
	return http.Header{
		headerID: {id}, headerTimestamp: {timestamp}, headerSignature: {version + signature},
		"Content-Type": {"application/json"}, "User-Agent": {"polar.sh webhooks"},
	}
}

// keys returns the keys that a secret may stand for, the newer rule's first.
// Secrets that Polar has made since September 2026 are "whsec_" and the key in
// base64. For older and self-chosen ones the whole text is the key, "whsec_"
// included. A request does not say by which rule it was signed. Where the
// padding is missing, somebody may have lost it in copying, but more likely the
// secret is an older one.
// (github.com/polarsource/polar, server/polar/webhook/tasks.py, sign_webhook)
func keys(secret string) [][]byte {
	whole := []byte(secret)
	encoded, made := strings.CutPrefix(secret, prefix)
	unpadded := strings.TrimRight(encoded, "=")
	key, err := base64.RawStdEncoding.Strict().DecodeString(unpadded)
	switch {
	case !made || err != nil || len(key) == 0:
		return [][]byte{whole}
	case base64.StdEncoding.EncodeToString(key) != encoded:
		return [][]byte{whole, key}
	}
	return [][]byte{key, whole}
}

// keyring holds every key that a right signature may have been made with.
type keyring []ownedKey

type ownedKey struct {
	key          []byte
	organization string
}

func newKeyring(secrets []string, organizations map[string]string) (keyring, error) {
	var ring keyring
	for _, secret := range secrets {
		if secret == "" {
			return nil, errors.New("a webhook secret is empty")
		}
		for _, key := range keys(secret) {
			ring = append(ring, ownedKey{key, organizations[secret]})
		}
	}
	if len(ring) == 0 {
		return nil, errors.New("no webhook secret")
	}
	return ring, nil
}

// verify returns the delivery's id and whose it is, or the answer to a wrong
// signature.
// It checks the time last, so that only a sender who knows the secret learns
// what this server's clock says.
func (k keyring) verify(header http.Header, body []byte, now time.Time) (id, organization string, refused *answer) {
	id, timestamp := header.Get(headerID), header.Get(headerTimestamp)
	signatures := header.Get(headerSignature)
	at, err := unix(timestamp)
	if id == "" || signatures == "" || err != nil {
		return "", "", &answerUnsigned
	}
	organization, made := k.maker(signatures, id, timestamp, body)
	if !made {
		return "", "", &answerWrong
	}
	if ahead := now.Sub(at).Truncate(time.Second); ahead.Abs() > tolerance {
		return "", "", new(answerClock(ahead))
	}
	return id, organization, nil
}

// unix reads whole seconds. Polar's libraries allow a fraction and ignore it.
func unix(timestamp string) (time.Time, error) {
	whole, _, _ := strings.Cut(timestamp, ".")
	seconds, err := strconv.ParseUint(whole, 10, 32)
	return time.Unix(int64(seconds), 0), err
}

// maker finds the key that one of the header's signatures was made with, and
// whose it is. It ignores every version but v1.
func (k keyring) maker(header, id, timestamp string, body []byte) (organization string, made bool) {
	for _, owned := range k {
		want := sign(owned.key, id, timestamp, body)
		for entry := range strings.FieldsSeq(header) {
			got, ok := strings.CutPrefix(entry, version)
			if ok && hmac.Equal([]byte(got), []byte(want)) {
				return owned.organization, true
			}
		}
	}
	return "", false
}

// sign returns the HMAC-SHA256 of "id.timestamp.body" in base64.
func sign(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
