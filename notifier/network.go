package notifier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

const (
	proxyReachCure = "Check the address in HTTPS_PROXY, and whether the proxy runs."
	authorityCure  = "If a proxy or firewall of this network signs it, set SSL_CERT_FILE to a file with its authority, restart."
)

// networkFault is a request that got no answer: it names the host and the cause.
// Unless it never left this machine, the platform may have taken it. The error's
// own text will not do: net/http and both libraries put the URL into it.
func networkFault(host string, err error, took time.Duration) *Fault {
	f := &Fault{Verdict: Later}
	var proxy *proxyError
	var op *net.OpError
	var dns *net.DNSError
	switch isOp := errors.As(err, &op); {
	case errors.As(err, &proxy):
		f.Code, f.Cure = proxy.describe(host)
	case isOp && op.Op == "proxyconnect":
		f.Code, f.Cure = "cannot connect to the proxy "+dialed(op)+reason(op.Err), proxyReachCure
	case isOp && op.Op == "socks connect":
		f.Code, f.Cure = "the proxy does not connect to "+host+": "+printable(op.Err.Error(), 100), proxyReachCure
	case errors.As(err, &dns):
		f.Code = "cannot reach " + host + reason(err)
	case isOp && op.Op == "dial":
		f.Code = "cannot connect to " + host + reason(err)
	default:
		f.Code, f.Cure = handshakeFault(host, err, took)
		if !isUnsent(err) {
			f.Verdict = Unknown
		}
	}
	return f
}

func (e *proxyError) describe(host string) (text, cure string) {
	if e.code == http.StatusProxyAuthRequired {
		cure = proxyCure
	} else {
		cure = fmt.Sprintf("Ask whoever runs the proxy whether it may connect to %s.", host)
	}
	return fmt.Sprintf("the proxy %s answered %s", e.proxy, printable(e.status, 100)), cure
}

// dialed is the address to which no connection could be made.
func dialed(err error) string {
	var dial *dialError
	if errors.As(err, &dial) {
		return dial.address
	}
	return ""
}

// reason is why a connection could not be made.
func reason(err error) string {
	var dns *net.DNSError
	var errno syscall.Errno
	var timeout net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return ": the name " + printable(dns.Name, 100) + " does not resolve"
	case errors.As(err, &dns):
		return ": no name server answers"
	case errors.As(err, &errno):
		return ": " + errno.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf(": no answer within %s", dialTimeout)
	}
	return ""
}

// handshakeFault is for connections that could be made.
func handshakeFault(host string, err error, took time.Duration) (text, cure string) {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &certificate):
		return certificateFault(host, certificate)
	case errors.As(err, &notTLS):
		return host + " does not answer in TLS", ""
	case errors.As(err, &op) && op.Op == "remote error":
		return fmt.Sprintf("%s refuses the connection: %v", host, op.Err), ""
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s did not answer within %s", host, took.Round(time.Second)), ""
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.Canceled):
		return host + " did not answer in time", ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return host + " closed the connection before it answered", ""
	}
	return "the connection to " + host + " broke", ""
}

func certificateFault(host string, err *tls.CertificateVerificationError) (text, cure string) {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		last := err.UnverifiedCertificates[len(err.UnverifiedCertificates)-1]
		return fmt.Sprintf("the certificate of %s is signed by “%s”, which this machine does not trust",
			host, printable(last.Issuer.String(), 100)), authorityCure
	case errors.As(err, &name):
		return fmt.Sprintf("the certificate of %s is one for “%s”", host, printable(names(name.Certificate), 100)), ""
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %s is valid from %s to %s only", host,
			invalid.Cert.NotBefore.Format("2 Jan 2006"), invalid.Cert.NotAfter.Format("2 Jan 2006")), "Check this machine's clock."
	}
	return "the certificate of " + host + " is not valid", ""
}

// names are whom a certificate is for.
func names(c *x509.Certificate) string {
	if len(c.DNSNames) > 0 {
		return c.DNSNames[0]
	}
	return c.Subject.String()
}
