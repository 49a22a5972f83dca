package formatter

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/polar"
)

// dump shows all parts of a card, one a line, those that are empty left out.
func dump(c Card, ok bool) string {
	if !ok {
		return "(nothing)\n"
	}
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", name, value)
		}
	}
	b.WriteString(c.Headline + "\n")
	tones := []string{"grey", "green", "pale green", "amber", "red", "blue"}
	line("tone", tones[c.Tone]+either(c.Silent, ", silent", ""))
	for _, f := range c.Fields {
		text := f.Text
		for _, at := range f.Times {
			text += " <" + at.UTC().Format(time.RFC3339) + ">"
		}
		line("field", f.Name+": "+strings.TrimSpace(text))
	}
	line("quote", c.Quote)
	line("note", c.Note)
	line("context", strings.Join(c.Context, " | "))
	if !c.Time.IsZero() {
		line("time", c.Time.UTC().Format(time.RFC3339))
	}
	line("link", c.Link)
	line("must", c.Must)
	if c.Sale != nil {
		line("sale", c.Sale.String())
	}
	return b.String()
}

// story is what the journal would give for these bodies, in the order of
// arrival.
func knownOf(t *testing.T, bodies ...[]byte) Known {
	t.Helper()
	var k Known
	newest := map[string]int{}
	for _, body := range bodies {
		d, err := polar.Parse(body)
		if err != nil {
			t.Fatalf("parse %s: %v", body, err)
		}
		k.Subject = d.Subject
		k.Entries = append(k.Entries, Entry{Type: d.Type, Object: d.Object, At: d.At, Received: d.At, Brief: d.Brief, Body: body})
		i := len(k.Entries) - 1
		if old, ok := newest[d.Object]; !ok || !d.At.Before(k.Entries[old].At) {
			newest[d.Object] = i
		}
	}
	for i := range k.Entries {
		if newest[k.Entries[i].Object] != i {
			k.Entries[i].Body = nil
		}
	}
	return k
}

func sampleOf(t *testing.T, eventType string) []byte {
	t.Helper()
	body, ok := polar.Sample(eventType)
	if !ok {
		t.Fatalf("no sample of %s", eventType)
	}
	return body
}

// goldenText compares with testdata/compose; with -update it becomes the file.
func goldenText(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "compose", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s has changed (-want +got):\n%s", path, diff)
	}
}

func allTypes() []string {
	var types []string
	for _, k := range polar.Kinds() {
		types = append(types, k.Type)
	}
	return append(types, polar.Parked, polar.Recovered)
}

// TestSamples shows the card of every event type alone.
func TestSamples(t *testing.T) {
	for name, o := range map[string]Options{"alone.golden": {}, "per_event.golden": {PerEvent: true}, "public.golden": {Public: true}} {
		var b strings.Builder
		for _, eventType := range allTypes() {
			c, ok := Compose(knownOf(t, sampleOf(t, eventType)), o)
			fmt.Fprintf(&b, "%s\n%s\n", eventType, dump(c, ok))
		}
		goldenText(t, name, b.String())
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// TestDialects shows the cards of the payloads in Polar's documentation: of
// 2024, of 2025, and the SDK's example.
func TestDialects(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "polar", "testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no payloads: %v", err)
	}
	var b strings.Builder
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, ok := Compose(knownOf(t, body), Options{})
		fmt.Fprintf(&b, "%s\n%s\n", filepath.Base(file), dump(c, ok))
	}
	goldenText(t, "dialects.golden", b.String())
}

// TestNeverShown: what is secret in a payload is on no card.
func TestNeverShown(t *testing.T) {
	for _, eventType := range allTypes() {
		for _, o := range []Options{{}, {PerEvent: true}} {
			c, ok := Compose(knownOf(t, sampleOf(t, eventType)), o)
			got := dump(c, ok)
			for _, secret := range []string{"polar_c_", "pi_sample", "pk_live", "cus_sample", "203.0.113."} {
				if strings.Contains(got, secret) {
					t.Errorf("%s: the card shows %q:\n%s", eventType, secret, got)
				}
			}
		}
	}
}

// TestBodiesLost: a body that was blanked leaves nothing that looks like a
// sale, and no empty card.
func TestBodiesLost(t *testing.T) {
	for _, eventType := range allTypes() {
		for _, blank := range [][]byte{nil, []byte("{}"), []byte(`{"type":"x","data":{}}`)} {
			k := knownOf(t, sampleOf(t, eventType))
			k.Entries[0].Body = blank
			for _, o := range []Options{{}, {PerEvent: true}, {Public: true}} {
				c, ok := Compose(k, o)
				if ok && (c.Headline == "" || c.Sale != nil || strings.Contains(dump(c, ok), "Jane")) {
					t.Errorf("%s without its body: got\n%s", eventType, dump(c, ok))
				}
			}
		}
	}
}

func FuzzCompose(f *testing.F) {
	for _, eventType := range allTypes() {
		body, _ := polar.Sample(eventType)
		f.Add(body, []byte(nil))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var k Known
		for _, body := range [][]byte{first, second} {
			if d, err := polar.Parse(body); err == nil {
				k.Entries = append(k.Entries, Entry{Type: d.Type, Object: d.Object, At: d.At, Brief: d.Brief, Body: body})
			}
		}
		for _, o := range []Options{{}, {PerEvent: true}, {Public: true}, {Public: true, PerEvent: true}} {
			c, ok := Compose(k, o)
			if ok && (c.Headline == "" || len(c.Fields) > maxFields) {
				t.Errorf("%+v: a headline and at most %d fields wanted, got %q and %d", o, maxFields, c.Headline, len(c.Fields))
			}
		}
	})
}

func BenchmarkCompose(b *testing.B) {
	body, _ := polar.Sample("order.paid")
	d, err := polar.Parse(body)
	if err != nil {
		b.Fatal(err)
	}
	k := Known{Entries: []Entry{{Type: d.Type, Object: d.Object, At: d.At, Brief: d.Brief, Body: body}}}
	b.ReportAllocs()
	for b.Loop() {
		Compose(k, Options{})
	}
}

// TestSparse: a delivery that says next to nothing still tells that it
// happened, and claims no more.
func TestSparse(t *testing.T) {
	for _, tc := range []struct{ body, want string }{
		{`{"type":"order.paid","data":{"id":"x"}}`, "Order paid"},
		{`{"type":"order.created","data":{"id":"x","status":null}}`, "Order created"},
		{`{"type":"order.updated","data":{}}`, "Order updated"},
		{`{"type":"refund.created","data":{"id":"x"}}`, "Refund created"},
		{`{"type":"checkout.updated","data":{"id":"x","status":null}}`, "Checkout updated"},
		{`{"type":"subscription.created","data":{"id":"x"}}`, "New subscriber"},
		{`{"type":"customer.created","data":{}}`, "Customer created · a team customer"},
	} {
		if card, _ := Compose(knownOf(t, []byte(tc.body)), Options{}); card.Headline != tc.want {
			t.Errorf("%s: %q, want %q", tc.body, card.Headline, tc.want)
		}
	}
}

func TestLineOfASaleSaysThatItIsPaid(t *testing.T) {
	card, _ := Compose(knownOf(t, sampleOf(t, "order.paid")), Options{})
	if got := card.Line(); len(got.Context) == 0 || got.Context[0] != "paid" || len(got.Fields) > 0 {
		t.Errorf("line %+v, want the state in words and no fields", got)
	}
}
