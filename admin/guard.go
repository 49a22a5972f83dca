package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets a page load only what the bridge itself serves, and nothing
// inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard asks for the password. If none is set it serves this machine alone.
func (a *admin) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin") // a stricter one would hide the Origin of our own forms
		header.Set("Cache-Control", "no-store")
		switch {
		case a.Password == "" && !local(r):
			http.Error(w, "set ADMIN_PASSWORD to reach this page by a name or from another machine", http.StatusForbidden)
		case !a.trusts(r):
			header.Set("WWW-Authenticate", `Basic realm="polarbell", charset="UTF-8"`)
			http.Error(w, "the password is ADMIN_PASSWORD, with any user name", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// trusts reports whether the request has the password, or none is set.
func (a *admin) trusts(r *http.Request) bool {
	_, password, _ := r.BasicAuth()
	got, want := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(a.Password))
	return a.Password == "" || subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// local reports whether the request came over the loopback interface and called
// the page by an address. A name is not trusted: any website can let one of its
// own names point to this machine, and then read what its visitors' browsers get
// here.
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
