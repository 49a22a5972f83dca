package config

import (
	"cmp"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	defaultRetention = 45 * 24 * time.Hour
	leastRetention   = 3 * 24 * time.Hour
)

// vanishing lists hosting platforms, by a variable that each sets, where files
// are lost at the next deploy.
var vanishing = []struct{ variable, name string }{
	{"RENDER", "Render"},
	{"RAILWAY_ENVIRONMENT", "Railway"},
	{"FLY_APP_NAME", "Fly"},
	{"DYNO", "Heroku"},
	{"K_SERVICE", "Cloud Run"},
}

// serverForm is how a Postgres URL looks without its scheme.
var serverForm = regexp.MustCompile(`^([^/]+@)?[A-Za-z0-9.-]+:[0-9]+/|^[^/]+@[^/]+/`)

func (r *reader) databaseURL() Secret {
	if r.Database == "" && r.file == fallback {
		return UnitJournal
	}
	if r.Database == "" {
		r.requireDisk()
		return "polarbell.db"
	}
	const variable = "DATABASE_URL"
	scheme, _, isURL := strings.Cut(r.Database, "://")
	switch {
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		if _, err := url.Parse(r.Database); err != nil {
			r.mistake(variable, "is not a valid URL; in the password, write characters other than letters and digits as %%XX")
		}
	case !isURL && serverForm.MatchString(r.Database):
		r.mistake(variable, "names a server without postgres:// before it; write postgres://user:password@host/database")
	case isURL || strings.HasPrefix(r.Database, "file:"):
		r.mistake(variable, "is neither a file's path nor a postgres:// URL; write one of the two")
	case strings.Contains(r.Database, ":memory:"), r.Database == "sqlite:":
		r.mistake(variable, "does not name a file, but deliveries must be kept on disk; write a path such as polarbell.db")
	}
	return Secret(r.Database)
}

func (r *reader) requireDisk() {
	if !r.requires(lastingDisk) || r.DatabaseFile != "" {
		return
	}
	for _, p := range vanishing {
		if os.Getenv(p.variable) != "" {
			r.mistake("DATABASE_URL", "is required on %s, where files are lost at each deploy; "+
				"set it to a postgres:// URL, or to a path on a persistent disk", p.name)
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
		r.mistake("RETENTION", "is not a number of days or hours%s; write it as 45d or 72h", show(r.Retention))
		return 0
	}
	n, _ := strconv.Atoi(parts[1])
	d := time.Duration(n) * time.Hour
	if parts[2] == "d" {
		d *= 24
	}
	if d < leastRetention {
		r.mistake("RETENTION", "is too short%s; write 3d or more, so that an outage over a long weekend loses nothing", show(r.Retention))
	}
	return d
}

// choice returns first or second; first is the default.
func (r *reader) choice(variable, value, first, second string) string {
	switch v := strings.ToLower(value); v {
	case "":
		return first
	case first, second:
		return v
	}
	r.mistake(variable, "is neither %s nor %s%s; write one of the two", first, second, show(value))
	return first
}

// Values of config.example.env that would be taken as they are.
const (
	exampleHeartbeat = "https://hc-ping.com/your-check"
	examplePassword  = "a long one of your own"
)

// heartbeat returns a secret: whoever knows the URL can fake a heartbeat.
func (r *reader) heartbeat() Secret {
	switch {
	case r.HeartbeatURL != "" && webURL(r.HeartbeatURL) == nil:
		r.mistake("HEARTBEAT_URL", "is not a URL; write it in full, with https://")
	case r.HeartbeatURL == exampleHeartbeat:
		r.mistake("HEARTBEAT_URL", "is still the example; write the address of your own check, or leave it out")
	}
	return Secret(r.HeartbeatURL)
}

// api refuses a password in the URL, because this URL is not printed as a
// secret.
func (r *reader) api(variable, value, standard string) *url.URL {
	u := webURL(strings.TrimSuffix(cmp.Or(value, standard), "/") + "/")
	switch {
	case u == nil:
		r.mistake(variable, "is not a URL; write one like %s, or leave it out", standard)
		return new(url.URL)
	case u.User != nil:
		r.mistake(variable, "has a user name or a password in it; write one like %s", standard)
	}
	return u
}

// webURL parses a URL for HTTP. It returns nil if s is not one.
func webURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil
	}
	return u
}

func (r *reader) logLevel() slog.Level {
	var level slog.Level
	if r.LogLevel != "" && level.UnmarshalText([]byte(r.LogLevel)) != nil {
		r.mistake("LOG_LEVEL", "is not a log level%s; write debug, info, warn or error", show(r.LogLevel))
	}
	return level
}
