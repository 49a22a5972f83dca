package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/webhook"
)

// nowhere accepts every delivery and stores none.
type nowhere struct{}

func (nowhere) Append(context.Context, journal.Entry) (journal.Seq, bool, error) { return 1, true, nil }

func (nowhere) Wake(journal.Seq) {}

// blank is a ResponseWriter that costs nothing.
type blank struct{ header http.Header }

func (b blank) Header() http.Header         { return b.header }
func (b blank) Write(p []byte) (int, error) { return len(p), nil }
func (b blank) WriteHeader(int)             {}

// BenchmarkHandler measures a delivery of 5.5 KB without its storage. The one
// named "forged" stops at the signature.
func BenchmarkHandler(b *testing.B) {
	body := []byte(fmt.Sprintf(`{"type":"order.paid","data":{"id":"1","pad":%q}}`, strings.Repeat("x", 5500)))
	for _, c := range []struct{ name, secret string }{{"stored", newSecret}, {"forged", chosenSecret}} {
		b.Run(c.name, func(b *testing.B) {
			h := open(b, nowhere{}, webhook.Options{})
			header := webhook.Sign(c.secret, "0c1", time.Now(), body)
			r := httptest.NewRequest(http.MethodPost, "/webhook", nil)
			r.Header, r.ContentLength = header, int64(len(body))
			w := blank{http.Header{}}
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				r.Body = io.NopCloser(bytes.NewReader(body))
				h.ServeHTTP(w, r)
			}
		})
	}
}
