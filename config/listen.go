package config

import (
	"net"
	"regexp"
	"strconv"
	"strings"
)

var (
	plainPath = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+/?$|^/$`)
	domain    = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)
)

// listen is where the public listener stands: LISTEN_ADDR, or the HTTPS port
// of TLS_DOMAIN, or PORT on every address.
func (r *reader) listen() string {
	switch {
	case r.ListenAddr != "":
		r.checkAddress("LISTEN_ADDR", r.ListenAddr, ":8080")
		return r.ListenAddr
	case r.TLSDomain != "":
		return ":443"
	case r.Port == "":
		return ":8080"
	}
	if !isPort(r.Port) {
		r.mistake("PORT", "is no port%s; write a number up to 65535, such as 8080", show(r.Port))
	}
	return ":" + r.Port
}

func (r *reader) checkAddress(variable, address, example string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil || !isPort(port) {
		r.mistake(variable, "is no address%s; write host:port or :port, such as %s", show(address), example)
		return false
	}
	return true
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// path allows only what no proxy and no browser writes in another way.
func (r *reader) path() string {
	p := r.WebhookPath
	switch {
	case p == "":
		return "/webhook"
	case strings.Contains(p, "://"):
		r.mistake("WEBHOOK_PATH", "is a URL; write its path alone, such as /webhook")
	case strings.TrimSuffix(p, "/") == "/healthz":
		r.mistake("WEBHOOK_PATH", "is the health check's path; write another, such as /webhook")
	case strings.HasPrefix(p, "/.well-known/"):
		r.mistake("WEBHOOK_PATH", "is where certificates are checked; write another, such as /webhook")
	case !plainPath.MatchString(p):
		r.mistake("WEBHOOK_PATH", "is no plain path%s; write a slash and letters, such as /webhook", show(p))
	}
	return p
}

func (r *reader) tlsDomain() string {
	d := strings.ToLower(r.TLSDomain)
	if d != "" && !domain.MatchString(d) {
		r.mistake("TLS_DOMAIN", "is no public domain name%s; write the name alone, without https:// and port, such as alerts.example.com",
			show(d))
	}
	return d
}

// adminAddr wants a password wherever more than this machine can connect.
func (r *reader) adminAddr() string {
	if r.AdminAddr == "" || !r.checkAddress("ADMIN_ADDR", r.AdminAddr, "127.0.0.1:9090") {
		return r.AdminAddr
	}
	host, _, _ := net.SplitHostPort(r.AdminAddr)
	loopback := strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
	if !loopback && r.AdminPassword == "" && r.AdminPassFile == "" {
		r.mistake("ADMIN_PASSWORD", "is required, since ADMIN_ADDR can be reached by other machines; set one, or set ADMIN_ADDR to 127.0.0.1:9090")
	}
	return r.AdminAddr
}
