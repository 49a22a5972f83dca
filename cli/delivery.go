package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// maxBody is how much of a file or of standard input is read, in bytes: as much
// as the bridge takes.
const maxBody = 1 << 20

// readBodies turns EVENT|FILE|- into deliveries' bodies; a file may hold a JSON
// array of them. sample says that it is a built-in one.
func readBodies(what string, in io.Reader) (bodies [][]byte, sample bool, err error) {
	if body, known := polar.Sample(what); known {
		return [][]byte{body}, true, nil
	}
	var text []byte
	if what == "-" {
		text, err = io.ReadAll(io.LimitReader(in, maxBody+1))
	} else {
		text, err = os.ReadFile(what)
	}
	if errors.Is(err, fs.ErrNotExist) {
		_, meant := polar.KnownPattern(what)
		if meant != "" {
			meant = fmt.Sprintf("; did you mean %s?", meant)
		}
		return nil, false, usageError{fmt.Errorf("%s is neither an event type nor a file%s", what, meant)}
	}
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return [][]byte{text}, false, err
	}
	var several []json.RawMessage
	if err := json.Unmarshal(text, &several); err != nil {
		return nil, false, fmt.Errorf("%s: not a JSON array of deliveries: %w", what, err)
	}
	for _, body := range several {
		bodies = append(bodies, body)
	}
	return bodies, false, nil
}

// cardsOf composes the cards of deliveries beside which nothing is known. What
// is over by itself, such as a completed checkout, is shown where there is
// nothing else.
func cardsOf(bodies [][]byte, o compose.Options) ([]formatter.Card, error) {
	var entries []compose.Entry
	for i, body := range bodies {
		d, err := polar.Parse(body)
		if err != nil {
			return nil, err
		}
		entries = append(entries, compose.Entry{
			Seq: int64(i + 1), Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body,
		})
	}
	cards := compose.Cards(compose.NewHistory(entries), o)
	current := slices.DeleteFunc(slices.Clone(cards), func(c formatter.Card) bool { return c.Over || c.Kind == "" && len(cards) > 1 })
	switch {
	case len(current) > 0:
		return current, nil
	case len(cards) > 0:
		return cards, nil
	}
	return nil, errors.New("tells no news by itself: destinations get nothing")
}
