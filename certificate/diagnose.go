package certificate

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
)

const (
	// Let's Encrypt allows five failures per name and hour
	// (letsencrypt.org/docs/rate-limits). A mistake that waits for a person must
	// not use them up.
	retryRefused = 15 * time.Minute
	retryOther   = time.Minute
)

// retryIn is how long to wait after an error before the authority is asked
// again.
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

// problem returns the authority's own error, or nil if err has another source.
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

// explain turns an error into one line that ends with its cure.
func (k *Keeper) explain(ctx context.Context, err error) error {
	p := problem(err)
	if p == nil {
		return k.explainOther(err)
	}
	detail := strings.Join(strings.Fields(p.Detail), " ")
	switch kind := p.ProblemType[strings.LastIndex(p.ProblemType, ":")+1:]; kind {
	case "rateLimited":
		return fmt.Errorf("the certificate authority's rate limit is reached (%s): "+
			"wait, and keep the journal, because it has the certificate for the next start", detail)
	case "dns":
		here, _ := k.ownAddresses()
		return fmt.Errorf("%s cannot be looked up (%s): give it an A record with this machine's address%s",
			k.options.Domain, detail, behind(", ", here))
	case "connection", "unauthorized":
		return k.diagnose(ctx, kind, detail)
	case "caa":
		return fmt.Errorf("a CAA record of %s forbids the certificate (%s): add one that allows letsencrypt.org", k.options.Domain, detail)
	default:
		return fmt.Errorf("the certificate authority refuses %s: %s (%s)", k.options.Domain, detail, kind)
	}
}

// explainOther explains an error that the authority did not send.
func (k *Keeper) explainOther(err error) error {
	var address *url.Error
	if !errors.As(err, &address) {
		return err
	}
	host := k.options.Directory
	if u, err := url.Parse(k.options.Directory); err == nil {
		host = u.Host
	}
	return fmt.Errorf("the certificate authority cannot be reached: %w; let this machine connect to %s", address.Err, host)
}

// diagnose explains a failed check of port 80, by where the domain points.
func (k *Keeper) diagnose(ctx context.Context, kind, detail string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	here, unknown := k.ownAddresses()
	elsewhere, _ := k.options.Resolver.LookupNetIP(ctx, "ip", k.options.Domain)
	elsewhere = slices.DeleteFunc(elsewhere, func(a netip.Addr) bool { return slices.Contains(here, a.Unmap()) })
	switch {
	case len(elsewhere) > 0 && unknown != nil:
		return fmt.Errorf("%s points to %s; this machine's own addresses are unknown (%w): if that is not this machine, correct the A and AAAA records, "+
			"else open port 80 in its firewall and in your hosting provider's (%s)", k.options.Domain, list(elsewhere), unknown, detail)
	case len(elsewhere) > 0 && slices.ContainsFunc(here, isPublic):
		return fmt.Errorf("%s points to %s, this machine is %s: correct the A and AAAA records at your DNS provider (%s)",
			k.options.Domain, list(elsewhere), list(here), detail)
	case len(elsewhere) > 0:
		return fmt.Errorf("%s points to %s, this machine is%s behind a router: correct the A record if that is not the router, "+
			"and forward ports 80 and 443 to this machine (%s)", k.options.Domain, list(elsewhere), behind(" ", here), detail)
	case kind == "unauthorized":
		return fmt.Errorf("something else answers on port 80 of %s (%s): stop it, or let a proxy forward /.well-known/acme-challenge/",
			k.options.Domain, detail)
	}
	return fmt.Errorf("port 80 of %s cannot be reached from the internet (%s): open it in this machine's firewall and in your hosting provider's",
		k.options.Domain, detail)
}

// ownAddresses are those at which others reach this machine: only the public
// ones if it has any.
func (k *Keeper) ownAddresses() (all []netip.Addr, err error) {
	addresses, err := k.options.Addresses()
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().IsGlobalUnicast() {
			all = append(all, p.Addr().Unmap())
		}
	}
	if slices.ContainsFunc(all, isPublic) {
		all = slices.DeleteFunc(all, func(a netip.Addr) bool { return !isPublic(a) })
	}
	return all, err
}

func isPublic(a netip.Addr) bool { return a.IsGlobalUnicast() && !a.IsPrivate() }

func list(all []netip.Addr) string {
	var texts []string
	for _, a := range all {
		texts = append(texts, a.Unmap().String())
	}
	return strings.Join(texts, ", ")
}

// behind is a list with something before it, or "".
func behind(before string, all []netip.Addr) string {
	if len(all) == 0 {
		return ""
	}
	return before + list(all)
}
