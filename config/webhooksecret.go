package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// leastSecret is how many characters a secret has at least. A shorter piece of
// the value is probably part of a chosen secret that contains a comma, and alone
// it could be guessed.
const leastSecret = 16

// Cures: how to get a secret, and how to copy it.
const (
	secretCure = "in Polar, under Settings > Webhooks, add an endpoint with this server's URL (https://…/webhook) and the format Raw, " +
		"then copy its secret"
	copyCure = "copy only the secret from the endpoint's page in Polar, whole, with its whsec_"
)

// secrets returns the whole value first, since a chosen secret may contain a
// comma, then its pieces.
func (r *reader) secrets() []Secret {
	if r.Secret == "" {
		if r.SecretFile == "" && r.requires(webhookSecret) {
			r.mistake("POLAR_WEBHOOK_SECRET", "is required; %s%s", r.noFile(), secretCure)
		}
		return nil
	}
	pieces := r.cutLabels(secretPieces(r.Secret))
	if r.checkSecrets(pieces) {
		return nil
	}
	all := []Secret{Secret(r.Secret)}
	for _, piece := range pieces {
		if utf8.RuneCountInString(piece) >= leastSecret && !slices.Contains(all, Secret(piece)) {
			all = append(all, Secret(piece))
		}
	}
	return all
}

// secretPieces splits the value at commas and line ends.
func secretPieces(value string) (pieces []string) {
	for piece := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(",\n\r", c) }) {
		if piece = strings.TrimSpace(piece); piece != "" {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// checkSecrets reports each piece that is not a secret: every real delivery
// would be refused, and only Polar's list would show why. A short piece is a
// mistake only beside one that Polar has made; see leastSecret.
func (r *reader) checkSecrets(pieces []string) (wrong bool) {
	list := slices.ContainsFunc(pieces, func(p string) bool { return strings.Contains(p, madePrefix) })
	tooShort := utf8.RuneCountInString(r.Secret) < leastSecret
	for i, piece := range pieces {
		fault := secretFault(piece)
		if short := utf8.RuneCountInString(piece) < leastSecret; fault == "" && short && (list || tooShort) {
			fault = "is too short to be a secret of Polar's; " + copyCure
		}
		if fault == "" {
			continue
		}
		wrong = true
		if len(pieces) > 1 {
			r.wrong(entry{variable: "POLAR_WEBHOOK_SECRET", number: i + 1}, "%s", fault)
		} else {
			r.mistake("POLAR_WEBHOOK_SECRET", "%s", fault)
		}
	}
	if len(pieces) == 0 {
		r.mistake("POLAR_WEBHOOK_SECRET", "has only separators; %s", secretCure)
	}
	return wrong || len(pieces) == 0
}

// madePrefix begins the secrets that Polar makes. What follows is base64, of
// one alphabet or the other.
const madePrefix = "whsec_"

var (
	quoted      = regexp.MustCompile("^[\"'`“”„‘’‚«»]|[\"'`“”„‘’‚«»]$")
	commented   = regexp.MustCompile(`\s#`)
	assigned    = regexp.MustCompile(`^(export\s|[A-Z][A-Z0-9_]{2,}\s*=\s*[^=\s]|(?i:polar_webhook_secret)\s*[=:])`)
	accessToken = regexp.MustCompile(`^polar_(oat|pat|at|rt|cst)_`)
	madeSecret  = regexp.MustCompile(`^` + madePrefix + `[A-Za-z0-9+/_-]+=*$`)
)

// secretFault says what is round a secret, or what stands in its place, and the
// cure; "" if nothing.
func secretFault(piece string) string {
	switch {
	case strings.Contains(piece, "…"):
		return "is still the example; " + secretCure
	case piece == madePrefix:
		return "has nothing after whsec_, so anybody could sign deliveries; " + secretCure
	case quoted.MatchString(piece):
		return "has quotes around it, or one of a pair; " + copyCure
	case commented.MatchString(piece):
		return "has a comment behind it; put that on a line of its own"
	case assigned.MatchString(piece):
		return "has the name of a variable before it; " + copyCure
	case accessToken.MatchString(piece):
		return "is an access token, which signs nothing; " + secretCure
	case strings.Index(piece, madePrefix) > 0:
		return "has something before whsec_; " + copyCure
	case strings.HasPrefix(piece, madePrefix) && !madeSecret.MatchString(piece):
		return "has something behind it that does not belong to it; " + copyCure
	}
	return ""
}
