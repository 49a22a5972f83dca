package config

import (
	"net"
	"strings"
)

// challengePort is where certificate authorities check TLS_DOMAIN.
const challengePort = "80"

// checkListeners refuses two listeners on one port: the second could not start.
func (r *reader) checkListeners(c Config) {
	if overlap(c.AdminAddr, c.Listen) {
		r.mistake("ADMIN_ADDR", "has the port of the public listener%s; give it another, such as 127.0.0.1:9090", show(c.Listen))
	}
	if c.TLSDomain == "" {
		return
	}
	host, _, _ := net.SplitHostPort(c.Listen)
	challenge := net.JoinHostPort(host, challengePort)
	for _, l := range []struct{ variable, address string }{{"LISTEN_ADDR", c.Listen}, {"ADMIN_ADDR", c.AdminAddr}} {
		if overlap(l.address, challenge) {
			r.mistake(l.variable, "has port 80, where the certificate authority checks TLS_DOMAIN; give it another port")
		}
	}
}

// overlap reports whether two addresses cannot both be listened on. Port 0 is
// any that is free.
func overlap(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || strings.Trim(portA, "0") == "" {
		return false
	}
	return everywhere(hostA) || everywhere(hostB) || strings.EqualFold(hostA, hostB) || local(hostA) && local(hostB)
}

func everywhere(host string) bool { return host == "" || net.ParseIP(host).IsUnspecified() }

// local holds for the two usual names of this machine.
func local(host string) bool { return host == "127.0.0.1" || strings.EqualFold(host, "localhost") }

// checkChannels warns of one channel under two names, which shows all that both
// want twice. One channel may be meant to have two names, with routes apart.
func (r *reader) checkChannels(all []Destination) {
	first := map[string]string{}
	for _, d := range all {
		key := d.channelKey()
		if other, taken := first[key]; taken {
			r.warning(d.Name, "is the same %v as %s, so what both want is shown there twice; remove one of the two", d.Platform, other)
			continue
		}
		first[key] = d.Name
	}
}

// channelKey is what two names of one channel have in common. It may hold a token.
func (d Destination) channelKey() string {
	return strings.Join([]string{d.Platform.String(), d.Channel, string(d.URL), d.WebhookID, d.ThreadID}, " ")
}
