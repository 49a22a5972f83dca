package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A secret may have the slug of its organization before it, and @sandbox behind
// that where the endpoint is in Polar's sandbox.
var (
	labelForm = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9-]*(?:@sandbox)?):(.+)$`)
	made      = regexp.MustCompile(`^(whsec|polar_whs)_`) // secrets of Polar's own
	labelMade = regexp.MustCompile(`^.+:\s*(whsec|polar_whs)_`)
)

// cutLabels takes the labels off the pieces of POLAR_WEBHOOK_SECRET, and notes
// whose secrets they are. A secret of one's own choice may hold a colon: what
// stands before it is a label only if all pieces have one.
func (r *reader) cutLabels(pieces []string) []string {
	r.organizations = map[Secret]string{}
	all := len(pieces) > 1 && !slices.ContainsFunc(pieces, func(piece string) bool {
		parts := labelForm.FindStringSubmatch(piece)
		return parts == nil || utf8.RuneCountInString(parts[2]) < leastSecret
	})
	bare := slices.Clone(pieces)
	for i, piece := range pieces {
		parts := labelForm.FindStringSubmatch(piece)
		switch {
		case assigned.MatchString(piece): // secretFault says so
		case parts != nil && (all || made.MatchString(strings.TrimSpace(parts[2]))):
			bare[i] = strings.TrimSpace(parts[2])
			r.organizations[Secret(bare[i])] = strings.ToLower(parts[1])
		case labelMade.MatchString(piece):
			bare[i] = strings.TrimSpace(piece[strings.LastIndex(piece, ":")+1:])
			r.wrong(entry{variable: "POLAR_WEBHOOK_SECRET", number: i + 1}, "has a label that is not an organization's slug; "+
				"write nimbus:whsec_…, with the slug as in the address of its dashboard, or nimbus@sandbox:whsec_…")
		}
	}
	return bare
}

// checkOrganizations reports routes that ask for an organization whose secret
// has no label.
func (r *reader) checkOrganizations(all []Destination) {
	known := r.labels()
	for _, d := range all {
		routes := d.Routes
		for _, call := range d.Calls {
			routes = slices.Concat(routes, call.For)
		}
		for _, asked := range routes.Organizations() {
			switch {
			case len(known) == 0 && r.Secret != "":
				r.mistake("ROUTES", "asks for an organization for %s, but no secret has a label; write POLAR_WEBHOOK_SECRET='nimbus:whsec_…'", d.Name)
			case len(known) > 0 && !slices.Contains(known, asked):
				r.mistake("ROUTES", "asks for an organization for %s that no secret is labelled with%s; write one of those that are: %s",
					d.Name, show(asked), strings.Join(known, ", "))
			}
		}
	}
}

// labels are the names of the organizations, each once.
func (r *reader) labels() []string {
	var names []string
	for _, label := range r.organizations {
		if name, _, _ := strings.Cut(label, "@"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// OrganizationNames are those that secrets are labelled with, and "" if some
// have no label.
func (c Config) OrganizationNames() []string {
	var names []string
	for _, secret := range c.Secrets[min(1, len(c.Secrets)):] { // the first is the whole value
		name, _, _ := strings.Cut(c.Organizations[secret], "@")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
