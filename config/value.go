package config

import (
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	defaultRetention = 45 * 24 * time.Hour
	leastRetention   = 3 * 24 * time.Hour

	// leastPiece is the length from which a piece of POLAR_WEBHOOK_SECRET counts
	// as a secret: a shorter one rather belongs to a chosen secret with a comma
	// in it, and taken for itself it could be guessed.
	leastPiece = 6
)

// secrets are the whole value first, since a chosen secret may hold a comma,
// then its pieces.
func (r *reader) secrets() []string {
	const cure = "in Polar, under Settings > Webhooks, add an endpoint with this server's URL (https://…/webhook) and the format Raw, " +
		"then copy its secret"
	switch {
	case strings.Contains(r.Secret, "…"):
		r.mistake("POLAR_WEBHOOK_SECRET", "is still the example; %s", cure)
	case r.Secret == "" && r.SecretFile == "" && r.purpose != forJournal:
		r.mistake("POLAR_WEBHOOK_SECRET", "is required; %s", cure)
	}
	if r.Secret == "" {
		return nil
	}
	all := []string{r.Secret}
	isSeparator := func(c rune) bool { return c == ',' || c == '\n' || c == '\r' }
	for _, piece := range strings.FieldsFunc(r.Secret, isSeparator) {
		piece = strings.TrimSpace(piece)
		if piece == "whsec_" {
			r.mistake("POLAR_WEBHOOK_SECRET", "has nothing behind whsec_, so anyone could sign; %s", cure)
		}
		if len(piece) >= leastPiece && !slices.Contains(all, piece) {
			all = append(all, piece)
		}
	}
	return all
}

// vanishing names platforms by a variable that they set; a file there is gone
// after the next deploy, and what waits in it.
var vanishing = []struct{ variable, name string }{
	{"RENDER", "Render"},
	{"RAILWAY_ENVIRONMENT", "Railway"},
	{"FLY_APP_NAME", "Fly"},
	{"DYNO", "Heroku"},
	{"K_SERVICE", "Cloud Run"},
}

func (r *reader) databaseURL() string {
	if r.Database == "" {
		r.requireDisk()
		return "polarbell.db"
	}
	const variable = "DATABASE_URL"
	scheme, _, isURL := strings.Cut(r.Database, "://")
	switch {
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		if _, err := url.Parse(r.Database); err != nil {
			r.mistake(variable, "is no URL; in the password, write other characters than letters and digits as %%XX")
		}
	case isURL || strings.HasPrefix(r.Database, "file:"):
		r.mistake(variable, "is neither a file's path nor postgres://…; write one of them")
	case strings.Contains(r.Database, ":memory:"), r.Database == "sqlite:":
		r.mistake(variable, "names no file, and deliveries must outlive the process; write a path such as polarbell.db")
	}
	return r.Database
}

func (r *reader) requireDisk() {
	if r.purpose != forBridge || r.DatabaseFile != "" {
		return
	}
	for _, p := range vanishing {
		if os.Getenv(p.variable) != "" {
			r.mistake("DATABASE_URL", "is required on %s, where files are gone after each deploy; "+
				"set it to a postgres:// URL, or to a path on a disk that stays", p.name)
		}
	}
}

var retentionForm = regexp.MustCompile(`^([0-9]{1,5})([dh])$`)

func (r *reader) retention() time.Duration {
	if r.Retention == "" {
		return defaultRetention
	}
	parts := retentionForm.FindStringSubmatch(r.Retention)
	if parts == nil {
		r.mistake("RETENTION", "is no number of days or hours%s; write it as 45d or 72h", show(r.Retention))
		return 0
	}
	n, _ := strconv.Atoi(parts[1])
	d := time.Duration(n) * time.Hour
	if parts[2] == "d" {
		d *= 24
	}
	if d < leastRetention {
		r.mistake("RETENTION", "is too short%s; write 3d or more, so that a long weekend's trouble loses nothing", show(r.Retention))
	}
	return d
}

// choice returns one of the two; the first is the default.
func (r *reader) choice(variable, value, first, second string) string {
	switch v := strings.ToLower(value); v {
	case "":
		return first
	case first, second:
		return v
	}
	r.mistake(variable, "is neither %s nor %s%s; write one of them", first, second, show(value))
	return first
}

// heartbeat's URL is a secret of its kind: who knows it can feign a heartbeat.
func (r *reader) heartbeat() string {
	if r.HeartbeatURL != "" && !isWebURL(r.HeartbeatURL) {
		r.mistake("HEARTBEAT_URL", "is no URL; write it with its https://")
	}
	return r.HeartbeatURL
}

func (r *reader) api(variable, value, standard string) string {
	if value == "" {
		return standard
	}
	if !isWebURL(value) {
		r.mistake(variable, "is no URL; write one like %s, or leave it out", standard)
	}
	return strings.TrimSuffix(value, "/") + "/"
}

func isWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

func (r *reader) logLevel() slog.Level {
	var level slog.Level
	if r.LogLevel != "" && level.UnmarshalText([]byte(r.LogLevel)) != nil {
		r.mistake("LOG_LEVEL", "is no level%s; write debug, info, warn or error", show(r.LogLevel))
	}
	return level
}
