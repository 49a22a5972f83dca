package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"polarbell/config"
)

// named returns the destinations of these names, or all of them without names.
func named(all []config.Destination, names []string) ([]config.Destination, error) {
	switch {
	case len(all) == 0:
		return nil, usageError{errors.New("no destination is configured; call it with the bridge's settings")}
	case len(names) == 0:
		return all, nil
	}
	var known []string
	for _, d := range all {
		known = append(known, d.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, usageError{fmt.Errorf("no destination is named %q; there are %s", name, strings.Join(known, ", "))}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(d config.Destination) bool { return !slices.Contains(names, d.Name) }), nil
}
