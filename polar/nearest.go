package polar

import "strings"

// Nearest returns the known word that a misspelt one most likely stands for:
// the one that differs in the fewest letters, and in no more than most. It is
// "" if there is none. Case does not count.
func Nearest(word string, known []string, most int) (meant string) {
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d <= most {
			meant, most = k, d-1
		}
	}
	return meant
}
