package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"polarbell/polar"
	"polarbell/webhook"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

	// bodySize is that of a typical order as Polar sends it, in bytes.
	bodySize = 5500
)

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

// own are the ids by which one purchase differs from another.
func own(order []byte) (ids [][]byte) {
	var event struct {
		Data struct {
			ID         string
			CheckoutID string `json:"checkout_id"`
		}
	}
	if err := json.Unmarshal(order, &event); err != nil {
		panic(err)
	}
	return [][]byte{[]byte(event.Data.ID), []byte(event.Data.CheckoutID)}
}

// deliveries are signed purchases, each of its own order, checkout and
// webhook-id.
func deliveries(n int) []delivery {
	template := order()
	ids := own(template)
	all := make([]delivery, n)
	for i := range all {
		body := bytes.Clone(template)
		for _, id := range ids {
			body = bytes.ReplaceAll(body, id, []byte(uuid.NewString()))
		}
		all[i] = signed(body)
	}
	return all
}

func signed(body []byte) delivery {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /webhook HTTP/1.1\r\nHost: bridge.example\r\nContent-Length: %d\r\n", len(body))
	if err := webhook.Sign(secret, uuid.NewString(), time.Now(), body).Write(&b); err != nil {
		panic(err) // a buffer takes all
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
