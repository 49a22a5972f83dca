package webhook_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"polarbell/webhook"
)

const (
	newSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	// 43 characters behind the prefix are not base64, so the older rule applies.
	oldSecret = "whsec_0123456789abcdefghijABCDEFGHIJ0123456789abc"
	// 32 bytes of key, as Polar makes them: 43 characters and one of padding.
	paddedSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
	chosenSecret = "polar_whs_x7Kq, with a comma="

	sample = `{"type":"order.paid","data":{"id":"1"}}`
)

var noon = time.Unix(1764000000, 0)

// The signatures of "0c1.1764000000." + sample, each computed by
// openssl dgst -sha256 -binary [-hmac SECRET | -mac HMAC -macopt hexkey:KEY] | base64.
const (
	newDecoded = "SVplzbCxOdhiT25YUKgltMI5cP0nmkjsoxIhFimzDB8="
	newWhole   = "L0JWWoRzW+ZSK/D93OiOGSrF34298AStG7fmxPfXnbw="
	oldWhole   = "1hZqTCy+RUbGvqR8mt4VLTXtjkjVBHsVRA/ngieGUnI="
	padded     = "g0EYBZq3FF5ncjTKai9AaVXICeOXfCDjIURzJAgdjIc="
	chosen     = "IWmqwDKzO17GH+U9NjVSYhPAcap+xRJcYlpT2mD+H14="
)

func headers(id, timestamp, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", timestamp)
	h.Set("webhook-signature", signature)
	return h
}

func TestSignature(t *testing.T) {
	all := []string{chosenSecret, oldSecret, newSecret}
	flipped := "T" + newDecoded[1:]
	for _, c := range []struct {
		name      string
		secrets   []string
		signature string
		want      int
	}{
		{"newer rule: the decoded key", []string{newSecret}, "v1," + newDecoded, 202},
		{"older rule: the whole text of a secret that could be decoded", []string{newSecret}, "v1," + newWhole, 202},
		{"older rule: what follows whsec_ is not base64", []string{oldSecret}, "v1," + oldWhole, 202},
		{"a chosen secret with a comma", []string{chosenSecret}, "v1," + chosen, 202},
		{"newer rule: the secret's = was lost in copying", []string{strings.TrimSuffix(paddedSecret, "=")}, "v1," + padded, 202},
		{"newer rule: the secret with its =", []string{paddedSecret}, "v1," + padded, 202},
		{"the last of several secrets", all, "v1," + newDecoded, 202},
		{"the middle of several secrets", all, "v1," + oldWhole, 202},
		{"another secret's signature", []string{oldSecret}, "v1," + newDecoded, 401},
		{"several signatures, one of them ours", []string{newSecret}, "v1," + oldWhole + " v1," + newDecoded, 202},
		{"several signatures, none of them ours", []string{newSecret}, "v1," + oldWhole + " v1," + chosen, 401},
		{"an asymmetric signature beside ours", []string{newSecret}, "v1a," + oldWhole + "  v1," + newDecoded, 202},
		{"ours under another version", []string{newSecret}, "v2," + newDecoded, 401},
		{"no version", []string{newSecret}, newDecoded, 401},
		{"a version and nothing", []string{newSecret}, "v1,", 401},
		{"one character wrong", []string{newSecret}, "v1," + flipped, 401},
		{"the last character lost", []string{newSecret}, "v1," + newDecoded[:43], 401},
		{"more behind it", []string{newSecret}, "v1," + newDecoded + "=", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, &memory{}, webhook.Options{Secrets: c.secrets, Now: at(noon)})
			got := post(h, headers("0c1", "1764000000", c.signature), sample)
			if got.Code != c.want {
				t.Errorf("status = %d (%q), want %d", got.Code, got.Body, c.want)
			}
		})
	}
}

func TestSpecificationsExample(t *testing.T) {
	const (
		id   = "msg_p5jXN8AQM9LWM0D4loKWxJek"
		body = `{"test": 2432232314}`
		want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	)
	got := webhook.Sign(newSecret, id, time.Unix(1614265330, 0), []byte(body))
	if s := got.Get("webhook-signature"); s != want {
		t.Errorf("signature = %q, want %q", s, want)
	}
}

func TestSign(t *testing.T) {
	for _, c := range []struct{ name, secret, want string }{
		{"by the newer rule where the secret allows it", newSecret, newDecoded},
		{"by the older rule for a whsec_ secret that is not base64", oldSecret, oldWhole},
		{"by the older rule for a chosen secret", chosenSecret, chosen},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := webhook.Sign(c.secret, "0c1", noon, []byte(sample))
			for key, want := range map[string]string{
				"webhook-id": "0c1", "webhook-timestamp": "1764000000", "webhook-signature": "v1," + c.want,
				"content-type": "application/json", "user-agent": "polar.sh webhooks",
			} {
				if got := h.Get(key); got != want {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestTampering(t *testing.T) {
	signed := webhook.Sign(newSecret, "0c1", noon, []byte(sample))
	for _, c := range []struct{ name, header, value, body string }{
		{"nothing changed", "", "", sample},
		{"another body", "", "", strings.Replace(sample, "1", "2", 1)},
		{"a body in other bytes of the same meaning", "", "", sample + " "},
		{"another id", "webhook-id", "0c2", sample},
		{"another time", "webhook-timestamp", "1764000001", sample},
		{"the same time with a fraction", "webhook-timestamp", "1764000000.0", sample},
	} {
		t.Run(c.name, func(t *testing.T) {
			header, want := signed.Clone(), 401
			if c.header != "" {
				header.Set(c.header, c.value)
			}
			if c.name == "nothing changed" {
				want = 202
			}
			h := open(t, &memory{}, webhook.Options{Secrets: []string{newSecret}, Now: at(noon)})
			if got := post(h, header, c.body); got.Code != want {
				t.Errorf("status = %d, want %d", got.Code, want)
			}
		})
	}
}

func TestClock(t *testing.T) {
	for _, c := range []struct {
		name string
		now  time.Time
		want int
		text string
	}{
		{"five minutes late", noon.Add(5 * time.Minute), 202, "stored as 1"},
		{"five minutes and a fraction late", noon.Add(5*time.Minute + 999*time.Millisecond), 202, "stored as 1"},
		{"a second more", noon.Add(301 * time.Second), 401, "right signature, but this server's clock is 301 s ahead"},
		{"five minutes early", noon.Add(-5 * time.Minute), 202, "stored as 1"},
		{"a second earlier", noon.Add(-301 * time.Second), 401, "right signature, but this server's clock is 301 s behind"},
		{"412 s ahead", noon.Add(412 * time.Second), 401, "right signature, but this server's clock is 412 s ahead"},
		{"a clock never set", time.Unix(0, 0), 401, "right signature, but this server's clock is 1764000000 s behind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, &memory{}, webhook.Options{Secrets: []string{newSecret}, Now: at(c.now)})
			got := post(h, webhook.Sign(newSecret, "0c1", noon, []byte(sample)), sample)
			if got.Code != c.want || text(got) != c.text {
				t.Errorf("answer = %d %q, want %d %q", got.Code, text(got), c.want, c.text)
			}
		})
	}
}

func TestUnsigned(t *testing.T) {
	for _, c := range []struct {
		name   string
		header http.Header
		want   string
	}{
		{"no headers", http.Header{}, "no signature"},
		{"no id", headers("", "1764000000", "v1,"+newDecoded), "no signature"},
		{"no signature", headers("0c1", "1764000000", ""), "no signature"},
		{"no time", headers("0c1", "", "v1,"+newDecoded), "no signature"},
		{"a time in words", headers("0c1", "noon", "v1,"+newDecoded), "no signature"},
		{"a time before time", headers("0c1", "-1", "v1,"+newDecoded), "no signature"},
		{"a time out of range", headers("0c1", "99999999999999999999", "v1,"+newDecoded), "no signature"},
		{"somebody's signature", headers("0c1", "1764000000", "v1,"+oldWhole), "wrong signature"},
		{"a stale time under a wrong signature", headers("0c1", "1700000000", "v1,"+newDecoded), "wrong signature"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, &memory{}, webhook.Options{Secrets: []string{newSecret}, Now: at(noon)})
			got := post(h, c.header, sample)
			if got.Code != 401 || !strings.HasPrefix(text(got), c.want) {
				t.Errorf("answer = %d %q, want 401 %q…", got.Code, text(got), c.want)
			}
		})
	}
}

// Without the secret no headers get anything stored.
func FuzzHeaders(f *testing.F) {
	f.Add("0c1", "1764000000", "v1,"+oldWhole)
	f.Add("0c1", "1764000000.5", "v1, v1,, v1a,x v2,y  v1,"+newWhole[:40])
	f.Add("", "-0", " v1,")
	f.Fuzz(func(t *testing.T, id, timestamp, signature string) {
		if strings.Contains(signature, newDecoded) || strings.Contains(signature, newWhole) {
			t.Skip("a right signature")
		}
		store := &memory{}
		h := open(t, store, webhook.Options{Secrets: []string{newSecret}, Now: at(noon)})
		header := headers(id, timestamp, signature)
		if got := post(h, header, sample); got.Code != 401 || len(store.entries) != 0 {
			t.Errorf("answer = %d %q with %d stored, want 401 and none", got.Code, got.Body, len(store.entries))
		}
	})
}
