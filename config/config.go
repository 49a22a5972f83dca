// Package config reads the environment into a Config. It reports every mistake
// at once, one line each with its cure, and never prints a secret.
package config

import (
	"log/slog"
	"net/url"
	"slices"
	"time"
)

// Config is a checked configuration.
type Config struct {
	Secrets []Secret // of Polar's endpoints: the whole value, then its pieces

	// Organizations are the labels of the secrets that have one: "nimbus", or
	// "nimbus@sandbox".
	Organizations map[Secret]string

	AccessToken Secret // of the organization at Polar; "": its API is not called
	PolarAPI    *url.URL

	Listen        string // host:port of the public listener
	Path          string // "/webhook"
	TLSDomain     string // "": plain HTTP
	AdminAddr     string // host:port, or "" for no admin listener
	AdminPassword Secret // "": no password is needed

	Destinations []Destination
	DatabaseURL  Secret // a file's path, or a URL that may hold a password
	Cards        bool   // one card per subject, edited in place
	Sandbox      bool
	Retention    time.Duration
	TimeZone     *time.Location // where a day begins and ends
	HeartbeatURL Secret         // "": no heartbeat

	SlackToken Secret
	SlackAPI   string // ends in a slash
	DiscordAPI *url.URL

	LogJSON  bool
	LogLevel slog.Level

	File     string   // the .env file that was read, or ""
	Warnings []string // what is probably a mistake, a line each
}

// Endpoint is the bridge on this machine as Polar knows it: where to deliver,
// and a secret to sign with.
type Endpoint struct {
	URL    string
	Secret Secret
}

// requirement is something that a command cannot work without. Everything that
// is set must be right, required or not.
type requirement int

const (
	webhookSecret requirement = iota
	destination
	lastingDisk // for the journal: what waits in it must survive a deploy
)

// Load reads what the bridge needs from the process's environment and from
// .env in the working directory. The error is an *Error.
func Load() (Config, error) {
	return load(reader{required: []requirement{webhookSecret, destination, lastingDisk}})
}

// LoadBeside is Load for a command beside the bridge: where the working
// directory has no .env, it reads the settings of the systemd unit.
func LoadBeside() (Config, error) {
	return load(reader{beside: true, required: []requirement{webhookSecret, destination, lastingDisk}})
}

// LoadForJournal is LoadBeside for commands that work on the journal: neither a
// webhook secret nor a destination is required.
func LoadForJournal() (Config, error) { return load(reader{beside: true}) }

// LoadEndpoint reads where the bridge on this machine listens and one secret
// that it accepts.
func LoadEndpoint() (Endpoint, error) {
	c, err := load(reader{beside: true, required: []requirement{webhookSecret}})
	if err != nil {
		return Endpoint{}, err
	}
	// The first piece if there are several: the receiver may know only that one.
	secret := c.Secrets[min(1, len(c.Secrets)-1)]
	return Endpoint{URL: c.BaseURL("http://"+LocalAddr(c.Listen)) + c.Path, Secret: secret}, nil
}

func load(r reader) (Config, error) {
	r.readEnvironment()
	var c Config
	if !r.blind {
		c = r.config()
		r.checkListeners(c)
		r.checkChannels(c.Destinations)
		r.checkOrganizations(c.Destinations)
		r.checkDigests(c)
	}
	if len(r.mistakes) > 0 {
		return Config{}, &Error{r.mistakes}
	}
	c.File, c.Warnings = r.file, r.warnings
	if len(r.organizations) > 0 {
		c.Organizations = r.organizations
	}
	return c, nil
}

// reader turns the environment into a Config and collects what is wrong.
type reader struct {
	environment
	required []requirement
	beside   bool   // read the systemd unit's settings if there is no other .env
	file     string // the .env file, or ""
	blind    bool   // it cannot be read
	nowhere  bool   // no destination is set, and one is required
	mistakes []string
	warnings []string

	organizations map[Secret]string
}

func (r *reader) requires(x requirement) bool { return slices.Contains(r.required, x) }

func (r *reader) config() Config {
	return Config{
		Secrets:       r.secrets(),
		AccessToken:   r.accessToken(),
		PolarAPI:      r.polarAPI(),
		Listen:        r.listen(),
		Path:          r.path(),
		TLSDomain:     r.tlsDomain(),
		AdminAddr:     r.adminAddr(),
		AdminPassword: r.adminPassword(),
		SlackToken:    r.slackToken(),
		SlackAPI:      r.slackAPI().String(),
		DiscordAPI:    r.discordAPI(),
		Destinations:  r.destinations(),
		DatabaseURL:   r.databaseURL(),
		Cards:         r.choice("CARDS", r.Cards, "on", "off") == "on",
		Retention:     r.retention(),
		TimeZone:      r.timeZone(),
		Sandbox:       r.choice("POLAR_SERVER", r.Server, "production", "sandbox") == "sandbox",
		HeartbeatURL:  r.heartbeat(),
		LogJSON:       r.choice("LOG_FORMAT", r.LogFormat, "text", "json") == "json",
		LogLevel:      r.logLevel(),
	}
}
