// Package config reads the environment into a Config. What it finds wrong it
// tells all at once, a line for each mistake with its cure, and no line ever
// holds a secret.
package config

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"
)

// Config is a checked configuration. It prints without its secrets.
type Config struct {
	Secrets []string // of Polar's endpoints: the whole value, then its pieces

	Listen        string // host:port of the public listener
	Path          string // "/webhook"
	TLSDomain     string // "": plain HTTP
	AdminAddr     string // host:port, or "" for no admin listener
	AdminPassword string // "": none is asked

	Destinations []Destination
	DatabaseURL  string
	Cards        bool // one card a subject, edited in place
	Sandbox      bool
	Retention    time.Duration
	HeartbeatURL string // "": no heartbeat

	SlackToken string
	SlackAPI   string // ends in a slash
	DiscordAPI string // ends in a slash

	LogJSON  bool
	LogLevel slog.Level
}

// Sender is as much as it takes to sign a delivery and post it to the bridge
// on this machine. It prints without its secret.
type Sender struct{ URL, Secret string }

// purpose says what has to be there. What is there must be right in any case.
type purpose int

const (
	forBridge purpose = iota
	forJournal
	forSender
)

// Load reads what the bridge needs from the process's environment and from
// .env in the working directory. The error is an *Error.
func Load() (Config, error) { return load(forBridge) }

// LoadForJournal is Load for commands that work on the journal: neither a
// webhook secret nor a destination is required.
func LoadForJournal() (Config, error) { return load(forJournal) }

// LoadSender reads where the bridge on this machine listens and one secret
// that it accepts.
func LoadSender() (Sender, error) {
	c, err := load(forSender)
	if err != nil {
		return Sender{}, err
	}
	url := "https://" + c.TLSDomain + c.Path
	if c.TLSDomain == "" {
		host, port, _ := net.SplitHostPort(c.Listen)
		if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
			host = ""
		}
		url = "http://" + net.JoinHostPort(cmp.Or(host, "localhost"), port) + c.Path
	}
	// The first piece where there are several: a bridge elsewhere may know
	// that one alone.
	return Sender{URL: url, Secret: c.Secrets[min(1, len(c.Secrets)-1)]}, nil
}

func load(p purpose) (Config, error) {
	r := reader{purpose: p}
	r.readEnvironment()
	c := r.config()
	if len(r.mistakes) > 0 {
		return Config{}, &Error{r.mistakes}
	}
	return c, nil
}

// reader turns the environment into a Config and collects what is wrong.
type reader struct {
	environment
	purpose  purpose
	mistakes []string
}

func (r *reader) config() Config {
	return Config{
		Secrets:       r.secrets(),
		Listen:        r.listen(),
		Path:          r.path(),
		TLSDomain:     r.tlsDomain(),
		AdminAddr:     r.adminAddr(),
		AdminPassword: r.AdminPassword,
		SlackToken:    r.slackToken(),
		SlackAPI:      r.api("SLACK_API_URL", r.SlackAPI, slackAPI),
		DiscordAPI:    r.api("DISCORD_API_URL", r.DiscordAPI, discordAPI),
		Destinations:  r.destinations(),
		DatabaseURL:   r.databaseURL(),
		Cards:         r.choice("CARDS", r.Cards, "on", "off") == "on",
		Retention:     r.retention(),
		Sandbox:       r.choice("POLAR_SERVER", r.Server, "production", "sandbox") == "sandbox",
		HeartbeatURL:  r.heartbeat(),
		LogJSON:       r.choice("LOG_FORMAT", r.LogFormat, "text", "json") == "json",
		LogLevel:      r.logLevel(),
	}
}

// String tells nothing that could be a secret.
func (c Config) String() string {
	return fmt.Sprintf("configuration with %d destinations", len(c.Destinations))
}

// Format keeps every verb of fmt, "%+v" and "%#v" too, from printing secrets.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// MarshalText keeps encoders and log/slog from printing secrets.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String tells where, not with which secret.
func (s Sender) String() string { return "sender to " + s.URL }

// Format keeps every verb of fmt from printing the secret.
func (s Sender) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText keeps encoders and log/slog from printing the secret.
func (s Sender) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
