package config

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/joho/godotenv"
	"github.com/kelseyhightower/envconfig"
)

// environment is every variable as plain text: envconfig's own errors would
// print the value. One that is set to nothing counts as not set, but for
// ADMIN_ADDR, which that turns off.
type environment struct {
	Secret          string `envconfig:"POLAR_WEBHOOK_SECRET"`
	SecretFile      string `envconfig:"POLAR_WEBHOOK_SECRET_FILE"`
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
	r.readDotEnv()
	if err := envconfig.Process("", &r.environment); err != nil {
		panic("texts cannot fail to parse: " + err.Error())
	}
	fields := reflect.ValueOf(&r.environment).Elem()
	for i := range fields.NumField() {
		fields.Field(i).SetString(clean(fields.Field(i).String()))
	}
	r.readFiles()
}

// readDotEnv never overrides what is set. The parser's error would print the
// line, so it is not passed on.
func (r *reader) readDotEnv() {
	err := godotenv.Load()
	var unreadable *fs.PathError
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
	case errors.As(err, &unreadable):
		r.mistake(".env", "cannot be read (%v); let this user read it, or remove it", unreadable.Err)
	default:
		r.mistake(".env", "is not made of lines like NAME='value'; look for a quote that is not closed")
	}
}

// clean takes off the quotes that "docker run --env-file" leaves on.
func clean(s string) string {
	s = strings.TrimSpace(s)
	for _, quote := range []string{"'", `"`} {
		if len(s) > 1 && strings.HasPrefix(s, quote) && strings.HasSuffix(s, quote) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// readFiles fills in the secrets that are kept in files. The paths are not
// printed: a secret may have been put in a path's place.
func (r *reader) readFiles() {
	for _, f := range []struct {
		variable string
		value    *string
		path     string
	}{
		{"POLAR_WEBHOOK_SECRET", &r.Secret, r.SecretFile},
		{"ADMIN_PASSWORD", &r.AdminPassword, r.AdminPassFile},
		{"SLACK_BOT_TOKEN", &r.SlackToken, r.SlackTokenFile},
		{"SLACK_WEBHOOKS", &r.SlackWebhooks, r.SlackHooksFile},
		{"DISCORD_WEBHOOKS", &r.DiscordWebhooks, r.DiscordFile},
		{"DATABASE_URL", &r.Database, r.DatabaseFile},
	} {
		switch {
		case f.path == "":
		case *f.value != "":
			r.mistake(f.variable, "is set, and %s_FILE too; keep one of them", f.variable)
		default:
			*f.value = r.readFile(f.variable+"_FILE", f.path)
		}
	}
}

func (r *reader) readFile(variable, path string) string {
	text, err := os.ReadFile(path)
	var fault *fs.PathError
	if errors.As(err, &fault) {
		r.mistake(variable, "the file it names cannot be read (%v); give the path of a file with the value", fault.Err)
		return ""
	}
	value := strings.TrimRight(string(text), "\r\n")
	if value == "" {
		r.mistake(variable, "the file it names is empty; write the value into it")
	}
	return value
}
