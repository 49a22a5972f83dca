package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets a page load what the bridge itself serves, and nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard asks for the password. Without one it serves this machine alone.
func (o Options) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin") // a stricter one would hide the Origin of our own forms
		header.Set("Cache-Control", "no-store")
		switch {
		case o.Password == "" && !local(r):
			http.Error(w, "set ADMIN_PASSWORD to reach this page by a name or from another machine", http.StatusForbidden)
		case !o.trusts(r):
			header.Set("WWW-Authenticate", `Basic realm="polarbell", charset="UTF-8"`)
			http.Error(w, "the password is ADMIN_PASSWORD, with any user name", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// trusts is true where no password is set or the request has it.
func (o Options) trusts(r *http.Request) bool {
	_, password, _ := r.BasicAuth()
	got, want := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(o.Password))
	return o.Password == "" || subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// local is true on the loopback interface, unless the page was called by a
// name: any website can have a name of its own point to this machine and then
// read what its visitors' browsers get here.
func local(r *http.Request) bool {
	listener, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if listener == nil {
		return false
	}
	here, err := netip.ParseAddrPort(listener.String())
	return err == nil && here.Addr().Unmap().IsLoopback() && !hasName(r.Host)
}

func hasName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err != nil && !strings.EqualFold(host, "localhost")
}
