package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"polarbell/config"
	"polarbell/fetcher"
	"polarbell/polar"
)

// scopeUses are what the scopes of an access token are for, in the order of the
// documentation.
var scopeUses = []struct{ scope, use string }{
	{polar.ScopeReadWebhooks, "what was missed"},
	{polar.ScopeWriteWebhooks, "switching the endpoint on again"},
	{polar.ScopeReadPayments, "why a payment failed"},
	{polar.ScopeReadOrders, "past orders"},
}

// comparePolar compares Polar's webhook settings with these, where there is an
// access token, and reports whether they fit.
func comparePolar(ctx context.Context, w io.Writer, c config.Config) (fits bool) {
	if c.AccessToken == "" {
		return true
	}
	api := polarAPI(c)
	scopes, err := api.Scopes(ctx)
	if err != nil {
		fmt.Fprintf(w, "Polar: FAILS: %v\n", err)
		return false
	}
	printScopes(w, scopes)
	if !scopes[polar.ScopeReadWebhooks] {
		return true
	}
	all, err := api.Endpoints(ctx)
	if err != nil {
		fmt.Fprintf(w, "Polar: FAILS: %v\n", err)
		return false
	}
	return compareEndpoints(w, c, all)
}

// printScopes names the scopes that the token has, and what those that it lacks
// would give.
func printScopes(w io.Writer, scopes map[string]bool) {
	has, lacks := []string{}, []string{}
	for _, s := range scopeUses {
		if scopes[s.scope] {
			has = append(has, s.scope)
		} else {
			lacks = append(lacks, fmt.Sprintf("%s (%s)", s.scope, s.use))
		}
	}
	line := "POLAR_ACCESS_TOKEN has the scopes " + strings.Join(has, ", ") + "."
	if len(has) == 0 {
		line = "POLAR_ACCESS_TOKEN has no scope that is of use here."
	}
	if len(lacks) > 0 {
		line += " It lacks " + strings.Join(lacks, ", ") + "."
	}
	fmt.Fprintln(w, line)
}

func compareEndpoints(w io.Writer, c config.Config, all []polar.Endpoint) (fits bool) {
	known := asPolarKnows(c)
	own := known.Own(all)
	if len(own) == 0 {
		fmt.Fprintf(w, "Polar: FAILS: %v\n", known.NotOurs(all))
		return false
	}
	fits = true
	for _, e := range own {
		name := "Polar's endpoint " + e.Address()
		faults := known.Faults(e)
		for _, fault := range faults {
			fits = false
			fmt.Fprintf(w, "%s: FAILS: it %s.\n", name, fault)
		}
		if len(faults) == 0 {
			fmt.Fprintf(w, "%s is on, with the format Raw, API version %s and a secret that is configured.\n", name, e.APIVersion)
		}
		if cure := polar.VersionCure(e.APIVersion); cure != "" {
			fmt.Fprintln(w, "WARNING:", cure)
		}
		printTicks(w, c.Destinations, e)
	}
	return fits
}

// printTicks names the events whose ticks do not fit the routes.
func printTicks(w io.Writer, all []config.Destination, e polar.Endpoint) {
	routes := fetcher.Routes{
		Shows: func(eventType string) bool {
			return slices.ContainsFunc(all, func(d config.Destination) bool { return d.Routes.MayShow(eventType, d.Public) })
		},
		Names: func(eventType string) bool {
			return slices.ContainsFunc(all, func(d config.Destination) bool { return d.Routes.Names(eventType) })
		},
	}
	unused, missing := routes.Ticks(e)
	if len(missing) > 0 {
		fmt.Fprintf(w, "  Tick there too, since ROUTES asks for what they bring: %s.\n", strings.Join(missing, ", "))
	}
	if len(unused) > 0 {
		fmt.Fprintf(w, "  Ticked, though ROUTES shows them nowhere: %s.\n", strings.Join(unused, ", "))
	}
	if slices.Contains(e.Events, "checkout.updated") {
		fmt.Fprintln(w, "  checkout.updated is ticked: while the bridge is down, buyers wait up to 15 s on Polar's page after they have paid.")
	}
}
