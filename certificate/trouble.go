package certificate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
)

const (
	// Let's Encrypt lets a name fail five times an hour
	// (letsencrypt.org/docs/rate-limits): a mistake that a person has to mend
	// must not use that up.
	retryRefused = 15 * time.Minute
	retryOther   = time.Minute
)

// retryIn is how long the authority is left alone after an error.
func retryIn(err error) time.Duration {
	p := problem(err)
	if p == nil {
		return retryOther
	}
	if wait, limited := acme.RateLimit(p); limited {
		return max(wait, retryRefused)
	}
	return retryRefused
}

// problem is what the authority itself found wrong, or nil.
func problem(err error) *acme.Error {
	var authorization *acme.AuthorizationError
	var order *acme.OrderError
	var p *acme.Error
	switch {
	case errors.As(err, &authorization):
		return problem(errors.Join(authorization.Errors...))
	case errors.As(err, &order):
		return order.Problem
	case errors.As(err, &p):
		return p
	}
	return nil
}

// explain tells an error in one line, with what a person does about it.
func (k *Keeper) explain(ctx context.Context, err error) error {
	p := problem(err)
	if p == nil {
		return k.unreached(err)
	}
	detail := strings.Join(strings.Fields(p.Detail), " ")
	switch kind := p.ProblemType[strings.LastIndex(p.ProblemType, ":")+1:]; kind {
	case "rateLimited":
		return fmt.Errorf("the certificate authority's rate limit is reached (%s): "+
			"wait, and keep the journal, since the certificate in it spares asking for another", detail)
	case "dns":
		return fmt.Errorf("%s cannot be looked up (%s): give it an A record with this machine's address, %s",
			k.Domain, detail, list(machine()))
	case "connection", "unauthorized":
		return k.misdirected(ctx, kind, detail)
	case "caa":
		return fmt.Errorf("a CAA record of %s forbids the certificate (%s): add one that allows letsencrypt.org", k.Domain, detail)
	default:
		return fmt.Errorf("the certificate authority refuses %s: %s (%s)", k.Domain, detail, kind)
	}
}

// unreached is an error that did not come from the authority.
func (k *Keeper) unreached(err error) error {
	var address *url.Error
	if !errors.As(err, &address) {
		return err
	}
	host := k.Directory
	if u, err := url.Parse(k.Directory); err == nil {
		host = u.Host
	}
	return fmt.Errorf("the certificate authority cannot be reached: %w; let this machine connect to %s", address.Err, host)
}

// misdirected tells why the authority did not meet us on port 80.
func (k *Keeper) misdirected(ctx context.Context, kind, detail string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	points, _ := k.Resolver.LookupNetIP(ctx, "ip", k.Domain)
	for i, a := range points {
		points[i] = a.Unmap()
	}
	here := machine()
	elsewhere := slices.DeleteFunc(slices.Clone(points), func(a netip.Addr) bool { return slices.Contains(here, a) })
	switch {
	case len(elsewhere) > 0 && slices.ContainsFunc(here, isPublic):
		return fmt.Errorf("%s points to %s, this machine is %s: correct the A and AAAA records at your DNS provider (%s)",
			k.Domain, list(elsewhere), list(here), detail)
	case len(elsewhere) > 0:
		return fmt.Errorf("%s points to %s, this machine is %s behind a router: correct the A record if that is not the router, "+
			"and forward ports 80 and 443 to this machine (%s)", k.Domain, list(elsewhere), list(here), detail)
	case kind == "unauthorized":
		return fmt.Errorf("something else answers on port 80 of %s (%s): stop it, or let a proxy pass /.well-known/acme-challenge/ on",
			k.Domain, detail)
	}
	return fmt.Errorf("port 80 of %s cannot be reached from the internet (%s): open it in this machine's firewall and in the hoster's",
		k.Domain, detail)
}

// machine is the addresses by which others can call this machine, public ones
// alone where it has some.
func machine() []netip.Addr {
	var all []netip.Addr
	addresses, _ := net.InterfaceAddrs()
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().IsGlobalUnicast() {
			all = append(all, p.Addr().Unmap())
		}
	}
	if slices.ContainsFunc(all, isPublic) {
		all = slices.DeleteFunc(all, func(a netip.Addr) bool { return !isPublic(a) })
	}
	return all
}

func isPublic(a netip.Addr) bool { return a.IsGlobalUnicast() && !a.IsPrivate() }

func list(all []netip.Addr) string {
	var texts []string
	for _, a := range all {
		texts = append(texts, a.String())
	}
	if len(texts) == 0 {
		return "without an address of its own"
	}
	return strings.Join(texts, ", ")
}
