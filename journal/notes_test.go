package journal

import "testing"

func TestNotes(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		check := func(want string, head Seq) {
			t.Helper()
			if got, ok, err := j.Note(t.Context(), "alive"); got != want || ok != (want != "") || err != nil {
				t.Errorf("got %q, %v, %v; want %q", got, ok, err, want)
			}
			if got, err := j.Head(t.Context()); got != head || err != nil {
				t.Errorf("head %d, %v; want %d", got, err, head)
			}
		}
		check("", 0)
		must(t, j.PutNote(t.Context(), "alive", "one"))
		check("one", 0)
		must(t, j.PutNote(t.Context(), "alive", "two", entry("off-1", "polarbell:off", "polarbell:off")))
		check("two", 1)
		must(t, j.PutNote(t.Context(), "alive", "three", entry("off-1", "polarbell:off", "polarbell:off")))
		check("three", 1)
		for id, want := range map[string]bool{"off-1": true, "off-2": false, "": false} {
			if has, err := j.Has(t.Context(), id); has != want || err != nil {
				t.Errorf("has %q: got %v, %v; want %v", id, has, err, want)
			}
		}
	})
}

func TestNoteOnce(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for _, value := range []string{"first", "second"} {
			if got, err := j.NoteOnce(t.Context(), "since", value); got != "first" || err != nil {
				t.Errorf("noting %q gives %q, %v; want first", value, got, err)
			}
		}
	})
}
