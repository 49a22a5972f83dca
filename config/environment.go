package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/kelseyhightower/envconfig"
)

// environment holds every variable as a string, because envconfig's own parse
// errors print the value. An empty variable counts as unset, except ADMIN_ADDR:
// empty turns that listener off.
type environment struct {
	Secret          string `envconfig:"POLAR_WEBHOOK_SECRET"`
	SecretFile      string `envconfig:"POLAR_WEBHOOK_SECRET_FILE"`
	AccessToken     string `envconfig:"POLAR_ACCESS_TOKEN"`
	AccessTokenFile string `envconfig:"POLAR_ACCESS_TOKEN_FILE"`
	PolarAPI        string `envconfig:"POLAR_API_URL"`
	Port            string `envconfig:"PORT"`
	ListenAddr      string `envconfig:"LISTEN_ADDR"`
	WebhookPath     string `envconfig:"WEBHOOK_PATH"`
	TLSDomain       string `envconfig:"TLS_DOMAIN"`
	AdminAddr       string `envconfig:"ADMIN_ADDR" default:"127.0.0.1:9090"`
	AdminPassword   string `envconfig:"ADMIN_PASSWORD"`
	AdminPassFile   string `envconfig:"ADMIN_PASSWORD_FILE"`
	SlackToken      string `envconfig:"SLACK_BOT_TOKEN"`
	SlackTokenFile  string `envconfig:"SLACK_BOT_TOKEN_FILE"`
	SlackChannels   string `envconfig:"SLACK_CHANNELS"`
	SlackWebhooks   string `envconfig:"SLACK_WEBHOOKS"`
	SlackHooksFile  string `envconfig:"SLACK_WEBHOOKS_FILE"`
	DiscordWebhooks string `envconfig:"DISCORD_WEBHOOKS"`
	DiscordFile     string `envconfig:"DISCORD_WEBHOOKS_FILE"`
	Routes          string `envconfig:"ROUTES"`
	Public          string `envconfig:"PUBLIC"`
	Anonymous       string `envconfig:"ANONYMOUS"`
	Daily           string `envconfig:"DAILY"`
	Mentions        string `envconfig:"MENTIONS"`
	Digest          string `envconfig:"DIGEST"`
	TimeZone        string `envconfig:"TIMEZONE"`
	TZ              string `envconfig:"TZ"`
	Database        string `envconfig:"DATABASE_URL"`
	DatabaseFile    string `envconfig:"DATABASE_URL_FILE"`
	Cards           string `envconfig:"CARDS"`
	Retention       string `envconfig:"RETENTION"`
	Server          string `envconfig:"POLAR_SERVER"`
	HeartbeatURL    string `envconfig:"HEARTBEAT_URL"`
	SlackAPI        string `envconfig:"SLACK_API_URL"`
	DiscordAPI      string `envconfig:"DISCORD_API_URL"`
	LogFormat       string `envconfig:"LOG_FORMAT"`
	LogLevel        string `envconfig:"LOG_LEVEL"`
}

func (r *reader) readEnvironment() {
	cleanForeign()
	r.unreadInEnvironment()
	if r.readDotEnv(); r.blind {
		return
	}
	if err := envconfig.Process("", &r.environment); err != nil {
		panic("strings need no parsing: " + err.Error())
	}
	fields := reflect.ValueOf(&r.environment).Elem()
	for i := range fields.NumField() {
		fields.Field(i).SetString(clean(fields.Field(i).String()))
	}
	r.readFiles()
}

// clean removes what a file or a command left around a value: a byte order
// mark, and the quotes that "docker run --env-file" does not take off.
func clean(s string) string {
	return unquote(strings.TrimSpace(strings.TrimPrefix(s, string(byteOrderMark))))
}

func unquote(s string) string {
	for _, quote := range []string{"'", `"`} {
		if len(s) > 1 && strings.HasPrefix(s, quote) && strings.HasSuffix(s, quote) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// readFiles reads the secrets that are kept in files. Mistakes do not quote the
// path: somebody may have put the secret itself there.
func (r *reader) readFiles() {
	for _, f := range []struct {
		variable string
		value    *string
		path     string
	}{
		{"POLAR_WEBHOOK_SECRET", &r.Secret, r.SecretFile},
		{"POLAR_ACCESS_TOKEN", &r.AccessToken, r.AccessTokenFile},
		{"ADMIN_PASSWORD", &r.AdminPassword, r.AdminPassFile},
		{"SLACK_BOT_TOKEN", &r.SlackToken, r.SlackTokenFile},
		{"SLACK_WEBHOOKS", &r.SlackWebhooks, r.SlackHooksFile},
		{"DISCORD_WEBHOOKS", &r.DiscordWebhooks, r.DiscordFile},
		{"DATABASE_URL", &r.Database, r.DatabaseFile},
	} {
		switch {
		case f.path == "":
		case *f.value != "":
			r.mistake(f.variable, "is set, and %s_FILE as well; keep only one of them", f.variable)
		default:
			*f.value = r.readFile(f.variable+"_FILE", f.path)
		}
	}
}

func (r *reader) readFile(variable, path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		r.mistake(variable, "names a file that cannot be read (%v); write the path of a file that holds the value", cause(err))
		return ""
	}
	if fault := notPlain(text); fault != "" {
		r.mistake(variable, "names a file that %s", fault)
		return ""
	}
	value := unquote(strings.TrimRight(string(bytes.TrimPrefix(text, byteOrderMark)), "\r\n"))
	if value == "" {
		r.mistake(variable, "names an empty file; write the value into it")
	}
	return value
}

// cause is why a file cannot be read, without its path.
func cause(err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		return fault.Err
	}
	return err
}
