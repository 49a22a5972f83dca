package certificate

import (
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/acme"
)

// TestDiagnoseByAddresses: what the machine does not know of itself it must not
// conclude from.
func TestDiagnoseByAddresses(t *testing.T) {
	at := func(cidr string) func() ([]net.Addr, error) {
		return func() ([]net.Addr, error) {
			_, network, err := net.ParseCIDR(cidr)
			return []net.Addr{network}, err
		}
	}
	unknown := func() ([]net.Addr, error) { return nil, errors.New("operation not permitted") }
	for _, c := range []struct {
		name      string
		kind      string
		addresses func() ([]net.Addr, error)
		want, not string
	}{
		{"a public one", "connection", at("203.0.113.7/32"), "this machine is 203.0.113.7: correct the A and AAAA records", "router"},
		{"a private one", "connection", at("192.168.1.7/32"), "this machine is 192.168.1.7 behind a router", "unknown"},
		{
			"unknown ones", "connection", unknown,
			"this machine's own addresses are unknown (operation not permitted): if that is not this machine, correct", "router",
		},
		{"no name, and a public address", "dns", at("203.0.113.7/32"), "with this machine's address, 203.0.113.7", "unknown"},
		{"no name, and unknown addresses", "dns", unknown, "give it an A record with this machine's address", ","},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := New(Options{Domain: "localhost", Addresses: c.addresses})
			err := k.explain(t.Context(), &acme.Error{ProblemType: "urn:ietf:params:acme:error:" + c.kind, Detail: "timeout"})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), c.not) {
				t.Errorf("got %v\nwant %q, and not %q", err, c.want, c.not)
			}
		})
	}
}
