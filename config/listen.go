package config

import (
	"net"
	"regexp"
	"strconv"
	"strings"
)

var (
	safePath = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+/?$|^/$`)
	domain   = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)

	// reserved are names that nobody can own, so that no certificate authority
	// vouches for them (RFC 2606, 6761, 6762, 8375).
	reserved = regexp.MustCompile(`(^|\.)(example(\.(com|net|org))?|test|invalid|localhost|local|internal|home\.arpa)$`)
)

// listen is the public listener's address: LISTEN_ADDR, or the HTTPS port of
// TLS_DOMAIN, or PORT on every interface.
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
		r.mistake("PORT", "is not a port number%s; write a number up to 65535, such as 8080", show(r.Port))
	}
	return ":" + r.Port
}

func (r *reader) checkAddress(variable, address, example string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil || !isPort(port) {
		r.mistake(variable, "is not an address%s; write host:port or :port, such as %s", show(address), example)
		return false
	}
	return true
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// path allows only characters that proxies and browsers do not re-encode.
func (r *reader) path() string {
	p := r.WebhookPath
	switch {
	case p == "":
		return "/webhook"
	case strings.Contains(p, "://"):
		r.mistake("WEBHOOK_PATH", "is a URL; write only its path, such as /webhook")
	case strings.TrimSuffix(p, "/") == "/healthz":
		r.mistake("WEBHOOK_PATH", "is the path of the health check; write another, such as /webhook")
	case strings.HasPrefix(p, "/.well-known/"):
		r.mistake("WEBHOOK_PATH", "is where certificate authorities check the domain; write another, such as /webhook")
	case !safePath.MatchString(p):
		r.mistake("WEBHOOK_PATH", "is not a simple path%s; write a slash and letters or digits, such as /webhook", show(p))
	}
	return p
}

func (r *reader) tlsDomain() string {
	d := strings.ToLower(r.TLSDomain)
	switch {
	case d == "":
	case !domain.MatchString(d):
		r.mistake("TLS_DOMAIN", "is not a public domain name%s; write only the name, without https:// and without a port, such as alerts.example.com",
			show(d))
	case reserved.MatchString(d):
		r.mistake("TLS_DOMAIN", "is a name that only examples and private networks have%s, so that no certificate is issued for it; "+
			"write the public name that points to this server", show(d))
	}
	return d
}

// adminAddr requires a password unless only this machine can connect.
func (r *reader) adminAddr() string {
	if r.AdminAddr == "" || !r.checkAddress("ADMIN_ADDR", r.AdminAddr, "127.0.0.1:9090") {
		return r.AdminAddr
	}
	host, _, _ := net.SplitHostPort(r.AdminAddr)
	if !isLoopback(host) && r.AdminPassword == "" && r.AdminPassFile == "" {
		r.mistake("ADMIN_PASSWORD", "is required, because other machines can reach ADMIN_ADDR; set one, or set ADMIN_ADDR to 127.0.0.1:9090")
	}
	return r.AdminAddr
}

func (r *reader) adminPassword() Secret {
	if r.AdminPassword == examplePassword {
		r.mistake("ADMIN_PASSWORD", "is still the example; write a long one of your own")
	}
	return Secret(r.AdminPassword)
}

// LocalAddr is the address at which this machine reaches its own listener.
func LocalAddr(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip.IsUnspecified()) {
		return net.JoinHostPort("localhost", port)
	}
	return listen
}

// BaseURL is the start of the public listener's URLs: TLS_DOMAIN with https, or
// plain if that is not set.
func (c Config) BaseURL(plain string) string {
	if c.TLSDomain != "" {
		return "https://" + c.TLSDomain
	}
	return plain
}
