package notifier_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/notifier"
)

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// failing is a network that makes no connection.
func failing(err error) dialer {
	return func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
}

// answering is a network at whose other end is a server. What one end writes
// need not be read at once, as it must in a pipe.
func answering(serve func(net.Conn)) dialer {
	return func(context.Context, string, string) (net.Conn, error) {
		client, near := net.Pipe()
		far, server := net.Pipe()
		for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
			go func() {
				_, _ = io.Copy(way[0], way[1])
				way[0].Close()
			}()
		}
		go func() {
			defer server.Close()
			serve(server)
		}()
		return client, nil
	}
}

// saying answers a request with a text.
func saying(text string) dialer {
	return answering(func(c net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, text)
	})
}

// inTLS shows a certificate and answers nothing.
func inTLS(certificate tls.Certificate) dialer {
	return answering(func(c net.Conn) {
		_, _ = io.Copy(io.Discard, tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}}))
	})
}

// TestNetworkErrorsNameHostAndCause: so that a person knows where to look.
func TestNetworkErrorsNameHostAndCause(t *testing.T) {
	authority := newCertificate(t, nil, "Corporate CA")
	roots := x509.NewCertPool()
	roots.AddCert(authority.Leaf)
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	right := newCertificate(t, &authority, "slack.com")
	stranger := newCertificate(t, nil, "Hotel Wi-Fi")
	hang := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	refused := syscall.ECONNREFUSED
	const proxy = "http://user:secret@proxy.example:3128"
	for _, tt := range []struct {
		name    string
		dial    dialer
		proxy   string
		want    string
		cure    string
		verdict notifier.Verdict
	}{
		{"name", failing(&net.DNSError{Name: "slack.com", IsNotFound: true}), "", "cannot reach slack.com: the name slack.com does not resolve", "", notifier.Later},
		{"name servers", failing(&net.DNSError{Name: "slack.com", IsTimeout: true}), "", "cannot reach slack.com: no name server answers", "", notifier.Later},
		{"refused", failing(refused), "", "cannot connect to slack.com: connection refused", "", notifier.Later},
		{"no route", failing(syscall.EHOSTUNREACH), "", "cannot connect to slack.com: no route to host", "", notifier.Later},
		{"packets dropped", (&wire{}).dial, "", "cannot connect to slack.com: no answer within 4s", "", notifier.Later},
		{"untrusted authority", inTLS(newCertificate(t, &stranger, "slack.com")), "", "the certificate of slack.com is signed by “CN=Hotel Wi-Fi”, which this machine does not trust", "SSL_CERT_FILE", notifier.Later},
		{"another name", inTLS(newCertificate(t, &authority, "portal.example")), "", "the certificate of slack.com is one for “portal.example”", "", notifier.Later},
		{"expired", inTLS(newCertificateFrom(t, &authority, year(1990), year(1995), "slack.com")), "", "the certificate of slack.com is valid from 1 Jan 1990 to 1 Jan 1995 only", "clock", notifier.Later},
		{"no TLS", saying("HTTP/1.1 200 OK\r\n\r\n"), "", "slack.com does not answer in TLS", "", notifier.Later},
		{"no handshake", answering(hang), "", "slack.com did not answer in time", "", notifier.Later},
		{"no answer", inTLS(right), "", "slack.com did not answer within 8s", "", notifier.Unknown},
		{"hung up", answering(func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }), "", "slack.com closed the connection before it answered", "", notifier.Later},
		{"proxy down", failing(refused), proxy, "cannot connect to the proxy proxy.example:3128: connection refused", "HTTPS_PROXY", notifier.Later},
		{"proxy's name", failing(&net.DNSError{Name: "proxy.example", IsNotFound: true}), proxy, "cannot connect to the proxy proxy.example:3128: the name proxy.example does not resolve", "HTTPS_PROXY", notifier.Later},
		{"proxy wants a password", saying("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), proxy, "the proxy proxy.example:3128 answered 407 Proxy Authentication Required", "USER:PASSWORD@", notifier.Later},
		{"proxy refuses", saying("HTTP/1.1 403 Forbidden\r\n\r\n"), proxy, "the proxy proxy.example:3128 answered 403 Forbidden", "whether it may connect to slack.com", notifier.Later},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base := &http.Transport{DialContext: tt.dial, TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
				if tt.proxy != "" {
					base.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(tt.proxy) }
				}
				app := notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", notifier.NewTransport(base))
				d := notifier.Destination{Name: "sales", Platform: "Slack", Sender: app.Channel(sales)}
				ctx, cancel := timeout()
				defer cancel()
				_, err := d.Sender.Post(ctx, message("x"))
				fault := checkFault(t, tt.name, err)
				if fault.Verdict != tt.verdict || fault.Error() != tt.want {
					t.Errorf("got %v, %q; want %v, %q", fault.Verdict, fault, tt.verdict, tt.want)
				}
				if got := d.Cure(fault); !strings.Contains(got, tt.cure) {
					t.Errorf("the cure is %q, want %q in it", got, tt.cure)
				}
				time.Sleep(time.Minute) // whatever is still open times out
			})
		})
	}
}
