package config

import (
	"net"
	"net/url"
	"regexp"
	"strings"
)

const (
	polarAPI   = "https://api.polar.sh/v1/"
	sandboxAPI = "https://sandbox-api.polar.sh/v1/"
)

var organizationToken = regexp.MustCompile(`^polar_oat_[A-Za-z0-9_-]+$`)

// accessToken checks the form of the token for Polar's API. None is needed.
func (r *reader) accessToken() Secret {
	const cure = "in Polar, in the organization's settings, make an organization access token (polar_oat_…) and copy it whole"
	fault := ""
	switch t := r.AccessToken; {
	case t == "", organizationToken.MatchString(t):
	case strings.Contains(t, "…"):
		fault = "is still the example"
	case made.MatchString(t):
		fault = "is the secret of a webhook, which belongs into POLAR_WEBHOOK_SECRET"
	case quoted.MatchString(t):
		fault = "has quotes around it, or one of a pair"
	case strings.ContainsAny(t, ",\n"):
		fault = "has several tokens, and one organization's is all that is read"
	case accessToken.MatchString(t):
		fault = "is a token of another kind"
	default:
		fault = "is not an organization access token"
	}
	if fault != "" {
		r.mistake("POLAR_ACCESS_TOKEN", "%s; %s", fault, cure)
	}
	return Secret(r.AccessToken)
}

// polarAPI is where Polar's API is: the sandbox has one of its own. The token
// goes there, so the connection must be encrypted.
func (r *reader) polarAPI() *url.URL {
	const variable = "POLAR_API_URL"
	standard := polarAPI
	if strings.EqualFold(r.Server, "sandbox") {
		standard = sandboxAPI
	}
	u := r.api(variable, r.PolarAPI, standard)
	switch {
	case u.Host == "" || u.User != nil: // api has said so
	case u.Scheme != "https" && !isLoopback(u.Hostname()):
		r.mistake(variable, "would send the access token unencrypted; write https://")
	case !strings.HasSuffix(u.Path, "/v1/"):
		r.mistake(variable, "does not end in /v1/; write one like %s, or leave it out", standard)
	}
	return u
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
