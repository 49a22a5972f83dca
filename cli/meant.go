package cli

import (
	"fmt"
	"regexp"
	"strings"
)

// meant is the error of a call that does not exist, and what was probably meant:
// flags with one dash, settings as flags, and other programs' commands.
func meant(args []string, err error) error {
	if len(args) > 0 {
		if cure, isKnown := otherCommands[args[0]]; isKnown {
			return fmt.Errorf("unknown command %s; %s", args[0], cure)
		}
	}
	for i, arg := range args {
		flag, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if value == "" && i+1 < len(args) {
			value = args[i+1]
		}
		switch {
		case arg == "-v" || arg == "-V":
			return fmt.Errorf("unknown flag %s; did you mean --version?", arg)
		case oneDash.MatchString(arg):
			return fmt.Errorf("unknown flag %s; flags have two dashes: -%[1]s", arg)
		case strings.HasPrefix(arg, "--") && flag == "port":
			return fmt.Errorf("unknown flag --port; settings are not flags but environment variables, or lines of .env: PORT=%s", value)
		}
	}
	return err
}

// oneDash is a long flag with one dash, but not a negative number.
var oneDash = regexp.MustCompile(`^-[a-z][a-z-]`)

// otherCommands are what other programs call it.
var otherCommands = map[string]string{
	"run": "did you mean serve?", "start": "did you mean serve?", "up": "did you mean serve?",
	"test": "did you mean check?", "validate": "did you mean check?", "doctor": "did you mean check?", "setup": "did you mean init?",
	"stop":    "the systemd unit: systemctl stop polarbell; started by hand: Ctrl-C",
	"restart": "the systemd unit: systemctl restart polarbell; started by hand: Ctrl-C, and start it again",
	"logs":    "the systemd unit: journalctl -u polarbell; started by hand, it logs where it runs",
}
