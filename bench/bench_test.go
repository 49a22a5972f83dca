package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"polarbell/polar"
)

func read(t *testing.T, d delivery) (r *http.Request, body []byte) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(d)))
	if err != nil {
		t.Fatal(err)
	}
	if body, err = io.ReadAll(r.Body); err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r, body
}

func TestDeliveriesAreTheirOwnPurchases(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range deliveries(3) {
		r, body := read(t, d)
		event, err := polar.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{r.Header.Get("webhook-id"), event.Subject, event.Object} {
			if seen[id] {
				t.Errorf("%s is in two deliveries", id)
			}
			seen[id] = true
		}
		if len(body) != bodySize || !strings.HasPrefix(event.Subject, "checkout:") {
			t.Errorf("got %d bytes about %s, want %d about a checkout", len(body), event.Subject, bodySize)
		}
	}
}

func TestYardstickChecksSignatures(t *testing.T) {
	for _, c := range []struct {
		name string
		d    delivery
		want int
	}{
		{"as signed", deliveries(1)[0], http.StatusAccepted},
		{"changed", bytes.Replace(deliveries(1)[0], []byte("Pro Plan"), []byte("Pro Plum"), 1), http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, _ := read(t, c.d)
			w := httptest.NewRecorder()
			yardstick(w, r)
			if w.Code != c.want {
				t.Errorf("got %d, want %d", w.Code, c.want)
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	values := []int{50, 10, 40, 20, 30}
	for percent, want := range map[int]int{0: 10, 50: 30, 99: 50, 100: 50} {
		if got := quantile(values, percent); got != want {
			t.Errorf("%d %%: got %d, want %d", percent, got, want)
		}
	}
}
