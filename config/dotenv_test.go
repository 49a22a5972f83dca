package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/config"
)

// Each value is what systemd's EnvironmentFile gives, too.
func TestDotEnvValues(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"single quotes", "ADMIN_PASSWORD='two words # and $HOME\\n'", `two words # and $HOME\n`},
		{"double quotes", `ADMIN_PASSWORD="it's # here"`, "it's # here"},
		{"none", "ADMIN_PASSWORD=two words", "two words"},
		{"a # in a word", "ADMIN_PASSWORD=a#b", "a#b"},
		{"a # at the beginning", "ADMIN_PASSWORD=#b", "#b"},
		{"a quote in a word", "ADMIN_PASSWORD=it's", "it's"},
		{"spaces around it", "  ADMIN_PASSWORD=  x  ", "x"},
		{"an = in it", "ADMIN_PASSWORD=a=b==", "a=b=="},
		{"lines of Windows", "# settings\r\nADMIN_PASSWORD='x'\r\n", "x"},
		{"several lines", "ADMIN_PASSWORD='a\n\n  #b\nhttps://c?d=e'\n", "a\n\n  #b\nhttps://c?d=e"},
		{"nothing", "ADMIN_PASSWORD=", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(nil))
			write(t, ".env", c.text)
			got, err := config.Load()
			if err != nil || string(got.AdminPassword) != c.want {
				t.Errorf("the password is %q, %v, want %q", string(got.AdminPassword), err, c.want)
			}
		})
	}
}

func TestDotEnvMistakes(t *testing.T) {
	const (
		comment = " has a comment behind its value, which systemd and docker take for a part of it; " +
			"put the comment on a line of its own, or single quotes around the value if it contains a #"
		literal = ` has a \ or a $, which systemd and docker do not read alike; put single quotes around the value`
		nothing = " does not set anything; write NAME='value', or begin it with # if it is a comment"
	)
	for _, c := range []struct{ name, text, want string }{
		{"a comment behind a value", "\nADMIN_PASSWORD=hidden # mine", "line 2" + comment},
		{"a comment behind quotes", "ADMIN_PASSWORD='hidden' # mine", "line 1" + comment},
		{"a comment and no value", "ADMIN_PASSWORD= # none", "line 1" + comment},
		{"export", "export ADMIN_PASSWORD='hidden'", "line 1 begins with export, which neither systemd nor docker knows; remove that word"},
		{"a semicolon", "; ADMIN_PASSWORD=hidden", "line 1 begins with a ;, which only systemd takes for a comment; begin it with #"},
		{"a space before the =", "ADMIN_PASSWORD = hidden", "line 1 has a space before its =, which docker refuses; remove it"},
		{"a colon", "ADMIN_PASSWORD: hidden", "line 1" + nothing},
		{"a secret alone", strings.TrimSuffix(secret, "="), "line 1" + nothing},
		{"a name that is none", "ADMIN-PASSWORD=hidden", "line 1" + nothing},
		{"a backslash", `ADMIN_PASSWORD=hid\den`, "line 1" + literal},
		{"a dollar in double quotes", `ADMIN_PASSWORD="hidden$x"`, "line 1" + literal},
		{"text behind the quote", "ADMIN_PASSWORD='hid'den", "line 1 has something behind its closing quote; remove it"},
		{"twice", "CARDS=on\nADMIN_PASSWORD='hidden'\nCARDS=off", "line 3 sets what line 1 has set already; keep one of them"},
		{"a byte order mark", "\ufeffADMIN_PASSWORD=hidden", "begins with a byte order mark, which hides its first line from systemd; save it as UTF-8 without one"},
		{"UTF-16", "\xff\xfeA\x00=\x00", "is UTF-16; save it as UTF-8"},
		{"Latin-1", "ADMIN_PASSWORD=hidden\xe9", "is not UTF-8; save it as UTF-8"},

		{"an open quote at the end", "\nADMIN_PASSWORD='hidden\n", "line 2 opens a quote (') that is not closed; close it"},
		{"an open quote before other lines", "CARDS=\"on\n\nRETENTION='5d'\n", `line 1 opens a quote (") that is not closed; close it`},
		{"an open quote before a comment", "CARDS='on\n# don't\nRETENTION='5d'\n", "line 1 opens a quote (') that is not closed; close it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(nil))
			write(t, ".env", c.text)
			_, err := config.Load()
			if want := ".env: " + c.want; err == nil || err.Error() != want {
				t.Errorf("mistakes:\n%v\nwant:\n%s", err, want)
			}
		})
	}
}

// A mistake in the form of a line does not make what it sets a missing setting.
func TestDotEnvMistakesComeAlone(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"export", "export POLAR_WEBHOOK_SECRET='" + secret + "'"},
		{"an open quote", "POLAR_WEBHOOK_SECRET='" + secret},
		{"UTF-16", "\xff\xfe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(vars{"POLAR_WEBHOOK_SECRET": "", "RETENTION": "45d"}))
			restore(t, "POLAR_WEBHOOK_SECRET")
			write(t, ".env", c.text)
			if _, err := config.Load(); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("mistakes:\n%v\nwant one", err)
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		within(t, vars{"RETENTION": "1d"})
		if err := os.Mkdir(".env", 0o700); err != nil {
			t.Fatal(err)
		}
		want := ".env: is a folder, and not a file of settings; remove it (docker makes one where a file to mount is missing), then: polarbell init"
		if _, err := config.Load(); err == nil || err.Error() != want {
			t.Errorf("mistakes:\n%v\nwant:\n%s", err, want)
		}
	})
}

func TestDotEnvWarnings(t *testing.T) {
	within(t, right(nil))
	write(t, ".env", "\nRETENTION='\n5d'\nDISCORD_WEBHOOKS='a:"+discordHook+",\n  b:"+discordHook+"?thread_id=1'\n")
	const rest = " are one value, of which docker --env-file reads only the first line; for docker, separate its entries by commas"
	want := []string{".env: lines 2 to 3" + rest, ".env: lines 4 to 5" + rest}
	c, err := config.Load()
	if err != nil || !slices.Equal(c.Warnings, want) || c.Retention != 120*time.Hour || len(c.Destinations) != 3 {
		t.Errorf("warnings: %q, %v, want %q", c.Warnings, err, want)
	}
}

// Commands find the settings of the systemd unit by themselves. The bridge gets
// them from systemd, and must not read them elsewhere.
func TestSettingsOfTheUnit(t *testing.T) {
	unit := filepath.Join(t.TempDir(), ".env")
	write(t, unit, "RETENTION='30d'\n")
	for _, c := range []struct {
		name   string
		dotEnv string
		load   func() (config.Config, error)
		want   time.Duration
		file   string
		at     string // the journal
	}{
		{"check", "", config.LoadBeside, 720 * time.Hour, unit, "/var/lib/polarbell/polarbell.db"},
		{"status", "", config.LoadForJournal, 720 * time.Hour, unit, "/var/lib/polarbell/polarbell.db"},
		{"the working directory comes first", "RETENTION='5d'", config.LoadForJournal, 120 * time.Hour, ".env", "polarbell.db"},
		{"the bridge", "", config.Load, 45 * 24 * time.Hour, "", "polarbell.db"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config.SetFallback(t, unit)
			within(t, right(nil))
			if c.dotEnv != "" {
				write(t, ".env", c.dotEnv)
			}
			got, err := c.load()
			if err != nil || got.Retention != c.want || got.File != c.file || string(got.DatabaseURL) != c.at {
				t.Errorf("%v of %q and %q, %v, want %v of %q and %q",
					got.Retention, got.File, string(got.DatabaseURL), err, c.want, c.file, c.at)
			}
		})
	}
}

// TestBridgeNamesTheSettingsThatItDoesNotRead: who starts it by hand beside the
// systemd unit learns where the settings are.
func TestBridgeNamesTheSettingsThatItDoesNotRead(t *testing.T) {
	unit := filepath.Join(t.TempDir(), ".env")
	write(t, unit, "RETENTION=30d\n")
	config.SetFallback(t, unit)
	for name, c := range map[string]struct {
		set  map[string]string
		want bool
	}{
		"nothing is set":  {nil, true},
		"it has a secret": {map[string]string{"POLAR_WEBHOOK_SECRET": "a secret of my own"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, c.set)
			_, err := config.Load()
			if err == nil || strings.Contains(err.Error(), "cd "+filepath.Dir(unit)+" first") != c.want {
				t.Errorf("got %v; want that it names the other settings: %v", err, c.want)
			}
			if c.want && strings.Contains(err.Error(), "\n") {
				t.Errorf("got:\n%v\nwant this line alone", err)
			}
		})
	}
}

// The commands look for the journal where the unit has it.
func TestUnitJournalIsTheUnits(t *testing.T) {
	unit, err := os.ReadFile("../deploy/polarbell.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Environment=DATABASE_URL=" + config.UnitJournal, "EnvironmentFile=" + config.SystemFile} {
		if !strings.Contains(string(unit), "\n"+line+"\n") {
			t.Errorf("the unit lacks %s", line)
		}
	}
}
