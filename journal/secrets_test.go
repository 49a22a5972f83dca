package journal

import "testing"

func TestSecrets(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		check := func(want string) {
			t.Helper()
			got, ok, err := j.Secret(t.Context(), "cert")
			if string(got) != want || ok != (want != "") || err != nil {
				t.Errorf("got %q, %v, %v; want %q", got, ok, err, want)
			}
		}
		check("")
		for _, value := range []string{"one", "two"} {
			must(t, j.PutSecret(t.Context(), "cert", []byte(value)))
			check(value)
		}
		must(t, j.DeleteSecret(t.Context(), "cert"))
		check("")
	})
}
