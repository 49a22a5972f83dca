package config_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/formatter"
)

const (
	secret      = "whsec_q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng="
	token       = "xoxb-1234567890-AbCdEfGhIjKlMnOpQrStUvWx"
	password    = "correct horse battery"
	slackHook   = "https://hooks.slack.com/services/T0123/B0123/QwErTyUiOpAsDfGhJkLzXcVb"
	discordHook = "https://discord.com/api/webhooks/1234567890123456789/tOkEn_of-the-Webhook_4567890123456789_aBcDeFgHiJkLmNoPqRsTuVwXyZ-12345"
	database    = "postgres://bell:s3cr3tpw@db.example.com/bell"
	access      = "polar_oat_AcCeSsToKeN0123456789_AbCdEf"
	heartbeat   = "https://hc-ping.com/0f0c4c5e-8a52-4d8c-a3a3-f9d11a0b1c2d"
)

// hidden is what no text of this package may hold.
var hidden = []string{
	"q83vEjRWeJASNFZ4kBI0VniQEjRW", "1234567890-AbCdEfGhIjKlMnOpQrStUvWx", password,
	"QwErTyUiOpAsDfGhJkLzXcVb", "tOkEn_of-the-Webhook_4567890123456789_aBcDeFgHiJkLmNoPqRsTuVwXyZ-12345", "s3cr3tpw", "0f0c4c5e",
	"AcCeSsToKeN0123456789",
}

type vars map[string]string

// right is a configuration without a mistake, the least that the bridge needs.
func right(more vars) vars {
	all := vars{"POLAR_WEBHOOK_SECRET": secret, "SLACK_BOT_TOKEN": token, "SLACK_CHANNELS": "sales:#sales"}
	for k, v := range more {
		all[k] = v
	}
	return all
}

// names are all variables that Load looks at.
var names = []string{
	"POLAR_WEBHOOK_SECRET", "POLAR_WEBHOOK_SECRET_FILE", "POLAR_ACCESS_TOKEN", "POLAR_ACCESS_TOKEN_FILE", "POLAR_API_URL", "PORT", "LISTEN_ADDR", "WEBHOOK_PATH", "TLS_DOMAIN",
	"ADMIN_ADDR", "ADMIN_PASSWORD", "ADMIN_PASSWORD_FILE", "SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN_FILE", "SLACK_CHANNELS",
	"SLACK_WEBHOOKS", "SLACK_WEBHOOKS_FILE", "DISCORD_WEBHOOKS", "DISCORD_WEBHOOKS_FILE", "ROUTES", "PUBLIC", "ANONYMOUS", "DAILY", "MENTIONS", "DIGEST", "TIMEZONE", "TZ",
	"DATABASE_URL", "DATABASE_URL_FILE", "CARDS", "RETENTION", "POLAR_SERVER", "HEARTBEAT_URL", "SLACK_API_URL",
	"DISCORD_API_URL", "LOG_FORMAT", "LOG_LEVEL", "RENDER", "RAILWAY_ENVIRONMENT", "FLY_APP_NAME", "DYNO", "K_SERVICE",
}

// within sets the process's environment to exactly these variables, in a
// directory without a .env file.
func within(t *testing.T, v vars) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range names {
		restore(t, name)
		if value, ok := v[name]; ok {
			t.Setenv(name, value)
		}
	}
	for name := range v {
		if !slices.Contains(names, name) {
			t.Fatalf("unknown variable %s", name)
		}
	}
}

// restore unsets a variable until the test ends.
func restore(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "")
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}

// load wants no mistake.
func load(t *testing.T, v vars) config.Config {
	t.Helper()
	within(t, v)
	c, err := config.Load()
	if err != nil {
		t.Fatalf("Load:\n%v", err)
	}
	return c
}

// lines wants mistakes, and checks that none shows a secret.
func lines(t *testing.T, v vars) []string {
	t.Helper()
	within(t, v)
	_, err := config.Load()
	if err == nil {
		return nil
	}
	for _, s := range hidden {
		if strings.Contains(err.Error(), s) {
			t.Errorf("a mistake shows the secret %q:\n%v", s, err)
		}
	}
	return strings.Split(err.Error(), "\n")
}

// usual is what comes as one message a day without DAILY.
var usual = compose.MustRoute("renewal|free|abandoned")

func TestDefaults(t *testing.T) {
	got := load(t, right(nil))
	want := config.Config{
		Secrets: []config.Secret{secret}, Listen: ":8080", Path: "/webhook", AdminAddr: "127.0.0.1:9090",
		Destinations: []config.Destination{{Name: "sales", Platform: config.SlackChannel, Channel: "#sales", Daily: usual}},
		DatabaseURL:  "polarbell.db", Cards: true, Retention: 45 * 24 * time.Hour, TimeZone: time.UTC,
		SlackToken: token, SlackAPI: "https://slack.com/api/", DiscordAPI: address(t, "https://discord.com/api/v10/"),
		PolarAPI: address(t, "https://api.polar.sh/v1/"),
	}
	differ(t, got, want)
}

// TestPolarAPIOnThisMachine: a stand-in needs no encryption.
func TestPolarAPIOnThisMachine(t *testing.T) {
	got := load(t, right(vars{"POLAR_API_URL": "http://localhost:9/v1", "POLAR_ACCESS_TOKEN": access}))
	if want := "http://localhost:9/v1/"; got.PolarAPI.String() != want {
		t.Errorf("PolarAPI = %s, want %s", got.PolarAPI, want)
	}
}

func TestEverythingSet(t *testing.T) {
	got := load(t, right(vars{
		"LISTEN_ADDR": "127.0.0.1:8443", "PORT": "9999", "WEBHOOK_PATH": "/polar/in/", "TLS_DOMAIN": "Alerts.Nimbus.dev",
		"ADMIN_ADDR": "0.0.0.0:9091", "ADMIN_PASSWORD": password, "DATABASE_URL": database, "CARDS": "off", "RETENTION": "72h",
		"POLAR_SERVER": "sandbox", "HEARTBEAT_URL": heartbeat, "SLACK_API_URL": "http://127.0.0.1:1234/api",
		"DISCORD_API_URL": "http://127.0.0.1:1235/api/v10/", "LOG_FORMAT": "json", "LOG_LEVEL": "debug",
		"SLACK_WEBHOOKS": "hook:" + slackHook, "DISCORD_WEBHOOKS": "team:" + discordHook + "?thread_id=42",
		"ROUTES": "sales:news,team:order.refunded|refund.*\nteam:order.paid", "PUBLIC": "team", "ANONYMOUS": "team,hook", "TIMEZONE": "Europe/Oslo",
		"DAILY": "renewal,team:sale|subscriber,hook:none", "POLAR_ACCESS_TOKEN": access,
	}))
	want := config.Config{
		Secrets: []config.Secret{secret}, Listen: "127.0.0.1:8443", Path: "/polar/in/", TLSDomain: "alerts.nimbus.dev",
		AdminAddr: "0.0.0.0:9091", AdminPassword: password, DatabaseURL: database, Retention: 72 * time.Hour, Sandbox: true,
		HeartbeatURL: heartbeat, SlackToken: token, SlackAPI: "http://127.0.0.1:1234/api/",
		DiscordAPI: address(t, "http://127.0.0.1:1235/api/v10/"), LogJSON: true, LogLevel: slog.LevelDebug,
		TimeZone: zone(t, "Europe/Oslo"), AccessToken: access, PolarAPI: address(t, "https://sandbox-api.polar.sh/v1/"),
		Destinations: []config.Destination{
			{Name: "sales", Platform: config.SlackChannel, Channel: "#sales", Routes: compose.MustRoute("news"), Daily: compose.MustRoute("renewal")},
			{Name: "hook", Platform: config.SlackWebhook, URL: slackHook, WebhookID: "B0123", Anonymous: true},
			{
				Name: "team", Platform: config.Discord, WebhookID: "1234567890123456789",
				Token: "tOkEn_of-the-Webhook_4567890123456789_aBcDeFgHiJkLmNoPqRsTuVwXyZ-12345", ThreadID: "42",
				Routes: compose.MustRoute("order.refunded|refund.*|order.paid"), Public: true, Anonymous: true,
				Daily: compose.MustRoute("sale|subscriber"),
			},
		},
	}
	differ(t, got, want)
}

func address(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// differ compares field by field, because %v hides the secrets.
func differ(t *testing.T, got, want config.Config) {
	t.Helper()
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if d := cmp.Diff(want, got, sameZone); d != "" {
		t.Errorf("configuration differs (-want +got):\n%s", d)
	}
}

func TestMentions(t *testing.T) {
	c := load(t, right(vars{
		"SLACK_CHANNELS": "ops:C1,finance:C2", "DISCORD_WEBHOOKS": "team:" + discordHook,
		"MENTIONS": "ops:@here, finance: S0123 @U0456:refund[amount>=100usd]|unpaid,finance:<!subteam^S999|@desk>:alerts\nteam:<@&987654321> <@!12345> @everyone:subscriber",
	}))
	for i, want := range [][]compose.Call{
		{{Who: formatter.Mention{Crowds: []string{"here"}}, For: compose.MustRoute("alerts")}},
		{
			{Who: formatter.Mention{Groups: []string{"S0123"}, Users: []string{"U0456"}}, For: compose.MustRoute("refund>=100usd|unpaid")},
			{Who: formatter.Mention{Groups: []string{"S999"}}, For: compose.MustRoute("alerts")},
		},
		{{Who: formatter.Mention{Groups: []string{"987654321"}, Users: []string{"12345"}, Crowds: []string{"everyone"}}, For: compose.MustRoute("subscriber")}},
	} {
		if diff := cmp.Diff(want, c.Destinations[i].Calls, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s calls others (-want +got):\n%s", c.Destinations[i].Name, diff)
		}
	}
}

func TestTimeZone(t *testing.T) {
	for _, c := range []struct {
		name string
		v    vars
		want string
		warn bool
	}{
		{"neither", nil, "UTC", false},
		{"the machine's", vars{"TZ": "Asia/Tokyo"}, "Asia/Tokyo", false},
		{"the machine's, in POSIX form", vars{"TZ": ":Asia/Tokyo"}, "Asia/Tokyo", false},
		{"the machine's is not a name", vars{"TZ": "CET-1CEST"}, "UTC", true},
		{"TIMEZONE wins", vars{"TZ": "Asia/Tokyo", "TIMEZONE": "Europe/Oslo"}, "Europe/Oslo", false},
		{"over one that is not a name", vars{"TZ": "CET-1CEST", "TIMEZONE": "UTC"}, "UTC", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(c.v))
			if got.TimeZone.String() != c.want || (len(got.Warnings) > 0) != c.warn {
				t.Errorf("time zone %v, warnings %q; want %s", got.TimeZone, got.Warnings, c.want)
			}
		})
	}
}

func TestRoutes(t *testing.T) {
	c := load(t, right(vars{
		"SLACK_CHANNELS": "sales:C1,ops:C2,big:C3",
		"ROUTES":         "sales:news|-abandoned, ops:Dispute.Opened|order.voided,\nbig:sale[>= 100 usd / €90 & country=NO/SE],big:refund",
	}))
	for i, want := range []string{"news|-abandoned", "dispute.opened|order.voided", "sale[amount>=100usd/€90&country=NO/SE]|refund"} {
		if got := c.Destinations[i].Routes.String(); got != want {
			t.Errorf("%s gets %s, want %s", c.Destinations[i].Name, got, want)
		}
	}
	want := []string{
		`ROUTES: entry 2 ("ops:Dispute.Opened|order.voided") has a type that this version does not know ("dispute.opened"); it is taken as it is`,
		`ROUTES: entry 2 ("ops:Dispute.Opened|order.voided") has a type that this version does not know ("order.voided"); it is taken as it is`,
	}
	if !slices.Equal(c.Warnings, want) {
		t.Errorf("warnings are %q, want %q", c.Warnings, want)
	}
}

func TestSecrets(t *testing.T) {
	const first, second = "the-first-secret-of-two", "the-second-secret-of-two"
	for _, c := range []struct {
		name, value string
		want        []config.Secret
	}{
		{"one", "hunter2hunter2hunter2", []config.Secret{"hunter2hunter2hunter2"}},
		{"several", first + ", " + second, []config.Secret{first + ", " + second, first, second}},
		{"by lines", first + "\n" + second, []config.Secret{first + "\n" + second, first, second}},
		{
			"a short piece could be guessed", "correct horse battery,staple",
			[]config.Secret{"correct horse battery,staple", "correct horse battery"},
		},
		{"the same twice", first + "," + first, []config.Secret{first + "," + first, first}},
		{"a comma at the end", secret + ",", []config.Secret{secret + ",", secret}},
		{"quotes that docker --env-file leaves on", `'hunter2hunter2hunter2'`, []config.Secret{"hunter2hunter2hunter2"}},
		{"a byte order mark", "\ufeff" + secret, []config.Secret{secret}},
		{"a lost =", strings.TrimSuffix(secret, "="), []config.Secret{config.Secret(strings.TrimSuffix(secret, "="))}},
		{"an = within a chosen one", "Abc=def=ghi=jkl=mno", []config.Secret{"Abc=def=ghi=jkl=mno"}},
		{"a chosen one of another alphabet", "пароль-для-вебхука", []config.Secret{"пароль-для-вебхука"}},
		{"one of polar listen", "0123456789abcdef0123456789abcdef", []config.Secret{"0123456789abcdef0123456789abcdef"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(vars{"POLAR_WEBHOOK_SECRET": c.value})).Secrets
			if !slices.Equal(got, c.want) {
				t.Errorf("secrets differ:\n%s", cmp.Diff(c.want, got))
			}
		})
	}
}

func TestOrganizations(t *testing.T) {
	const chosen = "correct-horse-battery"
	for _, c := range []struct {
		name, value string
		secrets     []config.Secret // but the whole value
		labels      map[config.Secret]string
		names       []string
	}{
		{"no label", secret, nil, nil, []string{}},
		{"one", "nimbus:" + secret, []config.Secret{secret}, map[config.Secret]string{secret: "nimbus"}, []string{"nimbus"}},
		{
			"two, and a sandbox", "Nimbus:" + secret + ", acme-inc: whsec_YWNtZWFjbWU= , acme-inc@sandbox:whsec_dGVzdHRlc3Q=",
			[]config.Secret{secret, "whsec_YWNtZWFjbWU=", "whsec_dGVzdHRlc3Q="},
			map[config.Secret]string{secret: "nimbus", "whsec_YWNtZWFjbWU=": "acme-inc", "whsec_dGVzdHRlc3Q=": "acme-inc@sandbox"},
			[]string{"nimbus", "acme-inc"},
		},
		{
			"one of two", "nimbus:" + secret + ",whsec_b3RoZXJvdGg=",
			[]config.Secret{secret, "whsec_b3RoZXJvdGg="},
			map[config.Secret]string{secret: "nimbus"},
			[]string{"nimbus", ""},
		},
		{"an older one of Polar's", "nimbus:polar_whs_0123456789", []config.Secret{"polar_whs_0123456789"}, map[config.Secret]string{"polar_whs_0123456789": "nimbus"}, []string{"nimbus"}},
		{
			"chosen ones", "nimbus:" + chosen + ",acme:" + chosen + "2",
			[]config.Secret{chosen, chosen + "2"},
			map[config.Secret]string{chosen: "nimbus", chosen + "2": "acme"},
			[]string{"nimbus", "acme"},
		},
		{"a chosen one with a colon", "pass:" + chosen, nil, nil, []string{}},
		{"one of two has a colon", "pass:" + chosen + "," + chosen, []config.Secret{"pass:" + chosen, chosen}, nil, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, right(vars{"POLAR_WEBHOOK_SECRET": c.value}))
			want := append([]config.Secret{config.Secret(c.value)}, c.secrets...)
			if !slices.Equal(got.Secrets, want) || !maps.Equal(got.Organizations, c.labels) {
				t.Errorf("secrets and labels differ:\n%s%s", cmp.Diff(want, got.Secrets), cmp.Diff(c.labels, got.Organizations))
			}
			if diff := cmp.Diff(c.names, got.OrganizationNames(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("names differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		name     string
		v        vars
		listen   string
		endpoint string
	}{
		{"nothing set", nil, ":8080", "http://localhost:8080/webhook"},
		{"a platform's port", vars{"PORT": "3000"}, ":3000", "http://localhost:3000/webhook"},
		{"LISTEN_ADDR wins", vars{"PORT": "3000", "LISTEN_ADDR": "0.0.0.0:80"}, "0.0.0.0:80", "http://localhost:80/webhook"},
		{"one address", vars{"LISTEN_ADDR": "10.0.0.7:80", "WEBHOOK_PATH": "/in"}, "10.0.0.7:80", "http://10.0.0.7:80/in"},
		{"IPv6", vars{"LISTEN_ADDR": "[::1]:80"}, "[::1]:80", "http://[::1]:80/webhook"},
		{"HTTPS", vars{"TLS_DOMAIN": "a.nimbus.dev", "PORT": "3000"}, ":443", "https://a.nimbus.dev/webhook"},
		{"HTTPS elsewhere", vars{"TLS_DOMAIN": "a.nimbus.dev", "LISTEN_ADDR": ":8443"}, ":8443", "https://a.nimbus.dev/webhook"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := load(t, right(c.v)).Listen; got != c.listen {
				t.Errorf("Listen = %q, want %q", got, c.listen)
			}
			e, err := config.LoadEndpoint()
			if err != nil || e.URL != c.endpoint || e.Secret != secret {
				t.Errorf("endpoint's URL = %q, %v, want %q", e.URL, err, c.endpoint)
			}
		})
	}
}

func TestAdmin(t *testing.T) {
	for _, c := range []struct {
		name string
		v    vars
		want string
	}{
		{"set to nothing", vars{"ADMIN_ADDR": ""}, ""},
		{"localhost", vars{"ADMIN_ADDR": "localhost:1"}, "localhost:1"},
		{"IPv6 loopback", vars{"ADMIN_ADDR": "[::1]:1"}, "[::1]:1"},
		{"all of 127", vars{"ADMIN_ADDR": "127.9.9.9:1"}, "127.9.9.9:1"},
		{"others with a password", vars{"ADMIN_ADDR": ":9090", "ADMIN_PASSWORD": password}, ":9090"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := load(t, right(c.v)).AdminAddr; got != c.want {
				t.Errorf("AdminAddr = %q, want %q", got, c.want)
			}
		})
	}
}

func TestRequirements(t *testing.T) {
	within(t, vars{"RENDER": "true", "RETENTION": "5d"})
	if c, err := config.LoadForJournal(); err != nil || c.Retention != 120*time.Hour || c.DatabaseURL != "polarbell.db" {
		t.Errorf("LoadForJournal: %v", err)
	}
	if _, err := config.LoadEndpoint(); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("LoadEndpoint = %v, want one mistake: the secret is missing", err)
	}
	t.Setenv("CARDS", "perhaps")
	if _, err := config.LoadForJournal(); err == nil {
		t.Error("LoadForJournal accepts a wrong value")
	}
	t.Setenv("CARDS", "")
	t.Setenv("POLAR_WEBHOOK_SECRET", "the-first-secret-of-two,the-second-secret-of-two")
	if e, err := config.LoadEndpoint(); err != nil || e.Secret != "the-first-secret-of-two" {
		t.Errorf("LoadEndpoint: %v; want the first of two secrets", err)
	}
}

func TestDotEnv(t *testing.T) {
	within(t, vars{"CARDS": "off", "ADMIN_ADDR": ""})
	write(t, ".env", "POLAR_WEBHOOK_SECRET='"+secret+"'\nSLACK_BOT_TOKEN='"+token+"'\n"+
		"SLACK_CHANNELS='sales:#sales,\n  ops:#ops'\nCARDS=on\nADMIN_ADDR=:9\nRETENTION=30d\n")
	c, err := config.Load()
	if err != nil {
		t.Fatalf("Load:\n%v", err)
	}
	if len(c.Destinations) != 2 || c.Destinations[1].Channel != "#ops" || c.Retention != 720*time.Hour {
		t.Errorf("read %v and %v, want two channels and 30 days", c.Destinations, c.Retention)
	}
	if c.Cards || c.AdminAddr != "" {
		t.Errorf("Cards = %t, AdminAddr = %q: the file overrides the environment", c.Cards, c.AdminAddr)
	}
}

// Removing the # from every line of the example gives a right configuration.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("../config.example.env")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names[:slices.Index(names, "RENDER")] {
		if !strings.Contains(string(text), name) {
			t.Errorf("%s is not documented", name)
		}
	}
	within(t, nil)
	write(t, ".env", string(text))
	if _, err := config.Load(); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("the example as it is gives:\n%v\nwant the secret and the destinations missed", err)
	}

	filled := strings.NewReplacer(
		"\nPOLAR_WEBHOOK_SECRET=''", "\nPOLAR_WEBHOOK_SECRET='"+secret+"'", "xoxb-…", token, "polar_oat_…", access,
		"https://hooks.slack.com/services/…", slackHook, "https://discord.com/api/webhooks/…", discordHook,
		"alerts.example.com", "alerts.nimbus.dev", "a long one of your own", password, "https://hc-ping.com/your-check", heartbeat,
	).Replace(regexp.MustCompile(`(?m)^#([A-Z_]+=')`).ReplaceAllString(string(text), "$1"))
	within(t, nil)
	write(t, ".env", filled)
	c, err := config.Load()
	if err != nil {
		t.Fatalf("the example filled in gives:\n%v", err)
	}
	for _, d := range c.Destinations {
		if news := d.Routes.MayShow("order.paid", false) && d.Routes.MayShow("checkout.expired", false); news == (d.Name == "ops") || d.Routes.MayShow("checkout.updated", false) {
			t.Errorf("%s does not get what the example says", d.Name)
		}
	}
}

func TestDotEnvUnreadable(t *testing.T) {
	within(t, right(nil))
	write(t, ".env", "ADMIN_PASSWORD='"+password+"\n")
	_, err := config.Load()
	if err == nil || !strings.HasPrefix(err.Error(), ".env: ") || strings.Contains(err.Error(), password) {
		t.Errorf("Load = %v, want a line on .env without what is in it", err)
	}
}

// prints is every way in which a value may get into a log or an error.
var prints = map[string]func(io.Writer, any){
	"json.Marshal": func(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) },
	"slog as text": func(w io.Writer, v any) { slog.New(slog.NewTextHandler(w, nil)).Info("", "v", v) },
	"slog as JSON": func(w io.Writer, v any) { slog.New(slog.NewJSONHandler(w, nil)).Info("", "v", v) },
	"%v":           func(w io.Writer, v any) { fmt.Fprintf(w, "%v", v) },
	"%+v":          func(w io.Writer, v any) { fmt.Fprintf(w, "%+v", v) },
	"%#v":          func(w io.Writer, v any) { fmt.Fprintf(w, "%#v", v) },
	"%s":           func(w io.Writer, v any) { fmt.Fprintf(w, "%s", v) },
	"%q":           func(w io.Writer, v any) { fmt.Fprintf(w, "%q", v) },
	"%x":           func(w io.Writer, v any) { fmt.Fprintf(w, "%x", v) },
	"%d":           func(w io.Writer, v any) { fmt.Fprintf(w, "%d", v) },
}

// A configuration prints with everything that helps an operator, and without
// its secrets.
func TestPrintsWithoutSecrets(t *testing.T) {
	c := load(t, right(vars{
		"ADMIN_PASSWORD": password, "DATABASE_URL": database, "HEARTBEAT_URL": heartbeat,
		"SLACK_WEBHOOKS": slackHook, "DISCORD_WEBHOOKS": discordHook, "WEBHOOK_PATH": "/polar",
	}))
	e, err := config.LoadEndpoint()
	if err != nil {
		t.Fatal(err)
	}
	for name, print := range prints {
		for _, v := range []any{c, &c, c.Destinations, &c.Destinations[1], e, config.Secret(secret), struct{ C config.Config }{c}} {
			var out strings.Builder
			print(&out, v)
			for _, s := range hidden {
				if got := out.String(); strings.Contains(got, s) || strings.Contains(got, fmt.Sprintf("%x", s)) {
					t.Errorf("%s of %T shows the secret %q: %s", name, v, s, got)
				}
			}
		}
	}
	for _, name := range []string{"json.Marshal", "slog as text", "slog as JSON", "%v", "%+v", "%#v"} {
		var out strings.Builder
		prints[name](&out, c)
		for _, want := range []string{"/polar", ":8080", "1234567890123456789", "slack-B0123", "[secret]"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s does not show %s: %s", name, want, &out)
			}
		}
	}
}

func TestSecretPrints(t *testing.T) {
	for _, tt := range []struct {
		name        string
		value       config.Secret
		print, want string
	}{
		{"a value", secret, "%v", "[secret]"},
		{"a value, as Go writes it", secret, "%#v", "[secret]"},
		{"a value, as hexadecimal digits", secret, "%x", "[secret]"},
		{"a value, in JSON", secret, "json.Marshal", "\"[secret]\"\n"},
		{"one that is not set", "", "%v", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			prints[tt.print](&out, tt.value)
			if got := out.String(); got != tt.want {
				t.Errorf("%s prints %q, want %q", tt.print, got, tt.want)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
