package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"polarbell/polar"
	"polarbell/webhook"
)

const (
	key = "signs what bench posts" // in secret

	// bodySize is that of a typical order as Polar sends it, in bytes.
	bodySize = 5500
)

var secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))

// delivery is one request, ready to be written to a connection.
type delivery []byte

// order is the sample of a paid order in one line, as Polar sends it, and as
// long as a typical one.
func order() []byte {
	sample, _ := polar.Sample("order.paid")
	var b bytes.Buffer
	if err := json.Compact(&b, sample); err != nil {
		panic(err) // the samples are ours and tested
	}
	const empty = `"metadata":{}`
	filler := strings.Repeat("x", max(0, bodySize-b.Len()-len(`"note":""`)))
	return bytes.Replace(b.Bytes(), []byte(empty), []byte(`"metadata":{"note":"`+filler+`"}`), 1)
}

// deliveries are signed purchases, each of its own order, checkout and
// webhook-id.
func deliveries(n int) []delivery {
	template := order()
	event, err := polar.Parse(template)
	if err != nil {
		panic(err)
	}
	_, order, _ := strings.Cut(event.Object, ":")
	_, checkout, _ := strings.Cut(event.Subject, ":")
	all := make([]delivery, n)
	for i := range all {
		ids := strings.NewReplacer(order, uuid.NewString(), checkout, uuid.NewString())
		all[i] = signed([]byte(ids.Replace(string(template))))
	}
	return all
}

func signed(body []byte) delivery {
	r, _ := http.NewRequest(http.MethodPost, "http://bridge.example/webhook", bytes.NewReader(body)) // cannot fail
	r.Header = webhook.Sign(secret, uuid.NewString(), time.Now(), body)
	var b bytes.Buffer
	_ = r.Write(&b) // a buffer takes all
	return b.Bytes()
}
