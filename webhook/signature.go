package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The headers of Standard Webhooks, spelled as net/http keeps them.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

const (
	// tolerance is how far a delivery's time may lie from ours, either way.
	tolerance = 5 * time.Minute

	prefix  = "whsec_" // of the secrets that Polar and Standard Webhooks make
	version = "v1,"    // of a symmetric signature in the header
)

var (
	errUnsigned = errors.New("no signature: only Polar's signed deliveries are taken here " +
		"(headers webhook-id, webhook-timestamp and webhook-signature)")
	errWrong = errors.New("wrong signature: POLAR_WEBHOOK_SECRET here is not this endpoint's secret " +
		"(copy it from Polar's webhook settings), or the body was changed on its way")
)

// clockError is a right signature at a time too far from ours.
type clockError struct{ ahead time.Duration }

func (e clockError) Error() string {
	way := "ahead"
	if e.ahead < 0 {
		way = "behind"
	}
	return fmt.Sprintf("right signature, but this server's clock is %d s %s", e.ahead.Abs()/time.Second, way)
}

// Sign gives the headers with which Polar would deliver body: signed by the
// newer of its key rules where the secret's form allows that, else by the
// older one.
func Sign(secret, id string, at time.Time, body []byte) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	signature := newSigner(keys(secret)[0]).sign(id, timestamp, body)
	h := http.Header{}
	h.Set(headerID, id)
	h.Set(headerTimestamp, timestamp)
	h.Set(headerSignature, version+string(signature[:]))
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "polar.sh webhooks")
	return h
}

// keys gives what a secret may stand for. Secrets that Polar made since
// September 2026 are "whsec_" and the key in base64; for older and self-chosen
// ones the text as a whole is the key, "whsec_" included. A request does not
// tell which rule its sender follows.
// (github.com/polarsource/polar, server/polar/webhook/tasks.py, sign_webhook)
func keys(secret string) [][]byte {
	whole := []byte(secret)
	if encoded, ok := strings.CutPrefix(secret, prefix); ok {
		key, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err == nil && len(key) > 0 {
			return [][]byte{key, whole}
		}
	}
	return [][]byte{whole}
}

// keyring is every key that a right signature may have been made with.
type keyring []*signer

func newKeyring(secrets []string) (keyring, error) {
	var ring keyring
	for _, secret := range secrets {
		if secret == "" {
			return nil, errors.New("a webhook secret is empty")
		}
		for _, key := range keys(secret) {
			ring = append(ring, newSigner(key))
		}
	}
	if len(ring) == 0 {
		return nil, errors.New("no webhook secret")
	}
	return ring, nil
}

// verify returns the delivery's id, or errUnsigned, errWrong or a clockError.
// The time is looked at last, so that only who knows the secret is told of it.
func (k keyring) verify(header http.Header, body []byte, now time.Time) (id string, err error) {
	id, timestamp := header.Get(headerID), header.Get(headerTimestamp)
	signatures := header.Get(headerSignature)
	if id == "" || signatures == "" {
		return "", errUnsigned
	}
	at, err := unix(timestamp)
	if err != nil {
		return "", errUnsigned
	}
	if !k.made(signatures, id, timestamp, body) {
		return "", errWrong
	}
	if ahead := now.Sub(at).Truncate(time.Second); ahead.Abs() > tolerance {
		return "", clockError{ahead}
	}
	return id, nil
}

// unix reads whole seconds; Polar's libraries allow a fraction and drop it.
func unix(timestamp string) (time.Time, error) {
	whole, _, _ := strings.Cut(timestamp, ".")
	seconds, err := strconv.ParseUint(whole, 10, 32)
	return time.Unix(int64(seconds), 0), err
}

// made reports whether one of the header's signatures was made with one of the
// keys. Versions other than v1 are passed over.
func (k keyring) made(header, id, timestamp string, body []byte) bool {
	for _, s := range k {
		want := s.sign(id, timestamp, body)
		for entry := range strings.FieldsSeq(header) {
			got, ok := strings.CutPrefix(entry, version)
			if ok && subtle.ConstantTimeCompare([]byte(got), want[:]) == 1 {
				return true
			}
		}
	}
	return false
}

// signature is an HMAC-SHA256 in base64.
type signature [44]byte

// signer makes signatures with one key; its states are kept keyed and used
// again, for a buyer waits on Polar's checkout page meanwhile.
type signer struct{ states sync.Pool }

type state struct {
	mac  hash.Hash
	head []byte
	sum  []byte
}

func newSigner(key []byte) *signer {
	return &signer{sync.Pool{New: func() any {
		return &state{mac: hmac.New(sha256.New, key)}
	}}}
}

// sign hashes "id.timestamp.body" without putting the three together.
func (s *signer) sign(id, timestamp string, body []byte) (text signature) {
	st := s.states.Get().(*state)
	defer s.states.Put(st)
	st.head = append(append(st.head[:0], id...), '.')
	st.head = append(append(st.head, timestamp...), '.')
	st.mac.Reset()
	st.mac.Write(st.head)
	st.mac.Write(body)
	st.sum = st.mac.Sum(st.sum[:0])
	base64.StdEncoding.Encode(text[:], st.sum)
	return text
}
