package polar

import "strings"

// Nearest returns the known word that a misspelt one most likely stands for:
// the one that differs in the fewest letters, and in no more than most. It is
// "" if there is none. Case does not count.
func Nearest(word string, known []string, most int) (meant string) {
	for _, k := range known {
		if longer := len(word) - len(k); max(longer, -longer) > most {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d <= most {
			meant, most = k, d-1
		}
	}
	return meant
}

// distance is Levenshtein's: how many characters to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
