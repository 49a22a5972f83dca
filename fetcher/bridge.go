package fetcher

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"polarbell/polar"
)

// Bridge is what is known of the bridge as Polar's webhook settings should have
// it.
type Bridge struct {
	Host    string // "" where only a proxy before the bridge knows it
	Path    string // "/webhook"
	Secrets []string
	// Organizations says by secret whose deliveries it signs, where that is known.
	Organizations map[string]string
}

// errNotOurs means that no endpoint is certainly the bridge's.
var errNotOurs = errors.New("no endpoint at Polar is this bridge's")

// Own returns the endpoints that are the bridge's: those that sign by one of its
// secrets; of several those at its address, if there are such. Without one, it
// is the endpoint at its own host and path. A path alone may be another bridge's.
func (b Bridge) Own(all []polar.Endpoint) []polar.Endpoint {
	signed, placed := keep(all, b.Signs), keep(all, b.IsAt)
	both := keep(signed, b.IsAt)
	switch {
	case len(both) > 0:
		return both
	case len(signed) > 0:
		return signed
	case b.Host != "":
		return placed
	}
	return nil
}

// Signs reports whether the endpoint signs by one of the bridge's secrets.
func (b Bridge) Signs(e polar.Endpoint) bool { return slices.ContainsFunc(b.Secrets, e.HasSecret) }

// IsAt reports whether the endpoint's address may be the bridge's.
func (b Bridge) IsAt(e polar.Endpoint) bool {
	u, err := url.Parse(e.URL)
	return err == nil && strings.TrimRight(u.Path, "/") == strings.TrimRight(b.Path, "/") &&
		(b.Host == "" || strings.EqualFold(u.Hostname(), b.Host))
}

// organization is whose deliveries the endpoint signs.
func (b Bridge) organization(e polar.Endpoint) string {
	for _, secret := range b.Secrets {
		if e.HasSecret(secret) && b.Organizations[secret] != "" {
			return b.Organizations[secret]
		}
	}
	return ""
}

// NotOurs says that none of the endpoints is the bridge's, and where they
// deliver to: the hosts alone, since a path may be a secret, as that of Polar's
// own alerts in a Discord channel is.
func (b Bridge) NotOurs(all []polar.Endpoint) error {
	if len(all) == 0 {
		return fmt.Errorf("%w: the token's organization has none; add one with the URL https://…%s and the format Raw", errNotOurs, b.Path)
	}
	var addresses []string
	for _, e := range all {
		host, _, _ := strings.Cut(e.Address(), "/")
		if !slices.Contains(addresses, host) {
			addresses = append(addresses, host)
		}
	}
	return fmt.Errorf("%w: none has a secret of POLAR_WEBHOOK_SECRET; they deliver to %s. Copy its secret again, or use the token of the right organization",
		errNotOurs, strings.Join(addresses, ", "))
}

func keep(all []polar.Endpoint, is func(polar.Endpoint) bool) []polar.Endpoint {
	return slices.DeleteFunc(slices.Clone(all), func(e polar.Endpoint) bool { return !is(e) })
}
