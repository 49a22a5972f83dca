package webhook_test

import (
	"testing"
	"time"

	"polarbell/webhook"
)

// TestOrganization: the secret that a delivery is signed with says whose it is.
func TestOrganization(t *testing.T) {
	for name, c := range map[string]struct{ secret, want string }{
		"one with a label":    {newSecret, "nimbus"},
		"another":             {oldSecret, "acme@sandbox"},
		"one without a label": {chosenSecret, ""},
	} {
		t.Run(name, func(t *testing.T) {
			observed := "nobody"
			store := &memory{}
			h := open(t, store, webhook.Options{
				Secrets:       []string{newSecret, oldSecret, chosenSecret},
				Organizations: map[string]string{newSecret: "nimbus", oldSecret: "acme@sandbox"},
				Observe:       func(organization, _, _ string, _ time.Duration) { observed = organization },
				Now:           at(noon),
			})
			post(h, webhook.Sign(c.secret, "1", noon, []byte(sample)), sample)
			if len(store.entries) != 1 || store.entries[0].Organization != c.want || observed != c.want {
				t.Errorf("stored %+v, counted for %q; want that of %q", store.entries, observed, c.want)
			}
		})
	}
}
